"""A burst from one partner, from the desk to the page: seen, and no public statement unless the partner is trusted."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from lightship.edges.intake.counting import Counting
from lightship.edges.intake.desk import handed_in, rows
from lightship.edges.intake.desk.book import Book
from lightship.edges.intake.desk.handed_in import Batch
from lightship.edges.intake.desk.rows import Choices
from lightship.run.fold import CoreState, step
from lightship.run.kept import Kept
from lightship.run.maps import open_map
from lightship.vocabulary.decisions import Decision, Publish, RaiseAlarm
from lightship.vocabulary.events import Event, Logged, MapChanged, SettingsChanged, Taken
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Tick, judged_at, start_of
from tests.support.watching import Watch

MAP = Path(__file__).parents[2] / "docs" / "examples" / "small-map.yaml"
FIRST, QUIET, LOUD, CALLS = Tick(29_900_000), 60, 10, 100
CHOICES = Choices(frozenset({"broadband"}), frozenset(), AreaId)


class Hub:
    """What `serve` does with what lies on disk, without its waiting."""

    def __init__(self, folder: Path, networks: int) -> None:
        network = open_map(str(MAP)).network
        self.book, self.networks = Book(folder / "reports.db"), networks
        self.kept, self.counting = Kept(self.book), Counting(network)
        self.state, self.seq, self.decided = CoreState(), 0, list[Decision]()
        for event in (SettingsChanged(Settings()), MapChanged(network)):
            self.log(event, FIRST)

    def log(self, event: Event, tick: Tick) -> None:
        self.seq += 1
        self.state, decisions = step(self.state, Logged(self.seq, judged_at(tick), event))
        self.decided += decisions

    def minute(self, tick: Tick, calls: int) -> None:
        said = {"service": "broadband", "area": "01493"}
        body = msgspec.json.Encoder().encode_lines([{**said, "caller": f"{tick} {n}"} for n in range(calls)])
        if calls:
            checked = rows.checked(rows.ndjson(body), CHOICES, start_of(tick))
            batch = Batch("call-centre", "", handed_in.digest(body), checked, self.networks)
            handed_in.add(self.book, batch, start_of(tick))
        for each in self.kept.more(start_of(tick)):
            self.counting.take(each)
        self.log(msgspec.structs.replace(self.counting.judge(tick), taken=self.kept.taken), tick)


@pytest.mark.parametrize(("networks", "public"), [(handed_in.NETWORKS, False), (20, True)])
def test_a_thousand_calls_of_one_partner(tmp_path: Path, networks: int, public: bool) -> None:
    hub = Hub(tmp_path, networks)
    for number in range(QUIET + LOUD):
        hub.minute(Tick(FIRST + number), CALLS if number >= QUIET else 0)
    alarms = [each.alarm for each in hub.decided if isinstance(each, RaiseAlarm)]
    assert alarms, "operators see it either way"
    assert any(isinstance(each, Publish) for each in hub.decided) == public
    assert any(alarm.public for alarm in alarms) == public
    assert hub.state.taken.batches == LOUD


def test_a_book_that_cannot_be_read_leaves_the_hub_watching_and_is_told_once(tmp_path: Path) -> None:
    watch = Watch(tmp_path, ["tcp://127.0.0.1:9"])
    book = Book(tmp_path / "reports.db")
    watch.live.kept = Kept(book)
    book.close()
    with ThreadPoolExecutor(1) as thread:
        for _ in range(2):
            asyncio.run(watch.live._hear(thread))
    assert [each for each in watch.heard.warnings if "reports cannot be kept" in each] == watch.heard.warnings
    assert len(watch.heard.warnings) == 1
    watch.judge()
    assert watch.hub.state.taken == Taken()
