"""Every page of the site anew: a national incident whose headline has changed, from the state to its files."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec.structs import replace

from lightship.edges.files.templates import template_texts
from lightship.edges.mirrors.directory import Directory
from lightship.edges.mirrors.packing import Packer
from lightship.edges.stores.sqlite import SqliteStore
from lightship.run.benches.measured import Measured, measured
from lightship.run.replay import Replay
from lightship.run.scenario_file import open_scenario
from lightship.run.situation import situation
from lightship.simulate.offsets import parse_offset
from lightship.tell.site import Site
from lightship.tell.situation import Situation
from lightship.vocabulary.time import iso

SCENARIO = "bt-2016-07-20"
BAR_SECONDS = 2.0
RUNS = 5


class _Parts(msgspec.Struct, frozen=True):
    """Seconds of one publication, by the clock, and how many files it changed."""

    render: float
    pack: float
    put: float
    changed: int

    @property
    def all(self) -> float:
        """From the state to the last file in its place."""
        return self.render + self.pack + self.put


def measure() -> Measured:
    """Render, compress, write and put in place, median; how it splits stands beside."""
    with tempfile.TemporaryDirectory(prefix="lightship-bench-") as folder:
        before = national(Path(folder))
        runs = list(_publications(before, Path(folder) / "site"))
    middle = sorted(runs, key=lambda each: each.all)[len(runs) // 2]
    beside = {
        "render, s": middle.render,
        "compress and seal, s": middle.pack,
        "write and put in place, s": middle.put,
        "files changed": middle.changed,
    }
    what = "publish, all area pages changed"
    return measured(what, "s", [each.all for each in runs], BAR_SECONDS, beside)


def national(folder: Path) -> Situation:
    """Half an hour into a simulated national outage."""
    scenario = replace(open_scenario(SCENARIO), start=parse_offset("-15m"), end=parse_offset("30m"))
    store = SqliteStore(folder / "bench.db")
    hub = Replay(scenario, store, lambda state, at, keys: None).run()
    found = situation(hub.state, store.incidents(), store.updates(), hub.last_at)
    store.close()
    return found


def _publications(before: Situation, folder: Path) -> Iterator[_Parts]:
    site, packer, directory = Site(template_texts()), Packer(), Directory(folder)
    for number in range(RUNS + 1):
        spent: dict[str, float] = {}
        with _timed(spent, "render"):
            texts = site.files(with_another_headline(before, number))
        with _timed(spent, "pack"):
            release = packer.pack(texts, before.sequence + number, iso(before.at), simulated=True)
        with _timed(spent, "put"):
            changed = directory.publish(release)
        if number:  # the first makes the folders, and is no change
            yield _Parts(**spent, changed=changed)


def with_another_headline(before: Situation, number: int) -> Situation:
    """The same with other words on every page."""
    said = tuple(replace(each, headline=f"{each.headline} ({number})") for each in before.updates)
    return replace(before, updates=said)


@contextmanager
def _timed(spent: dict[str, float], part: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    spent[part] = time.perf_counter() - began
