"""kill -9 anywhere in a pass, again and again: nothing lost, nothing doubled, nothing half, little fetched again."""

import hashlib
import random
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from lightship.edges.mailboxes.copy.filing import GROUP_MESSAGES, HALF_MESSAGES
from tests.support.dovecot import Dovecot
from tests.support.dying_mail import KINDS
from tests.support.mail_lives import Lives
from tests.support.mailbox import Kept, at_server, fill, message

pytestmark = pytest.mark.needs("dovecot-imapd")

COUNT = 1000


@pytest.fixture(scope="module")
def lives() -> Iterator[Lives]:
    server = Dovecot()
    fill(server.mail("ann"), [message(n, 400) for n in range(COUNT)])
    with server:
        found = Lives(server)
        yield found
        found.close()


@pytest.fixture(scope="module")
def steps(lives: Lives, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """How many steps of each kind an undisturbed pass takes."""
    ended = lives.one(tmp_path_factory.mktemp("whole") / "copy")
    assert ended["ended"] == 0
    return {kind: ended[kind] for kind in KINDS}


def catalogued(folder: Path) -> int:
    """Every message that the catalogue names is whole, where it says; how many those are."""
    if not (folder / "catalogue.db").exists():
        return 0
    db = sqlite3.connect(folder / "catalogue.db")
    try:
        if not db.execute("PRAGMA user_version").fetchone()[0]:
            return 0
        rows = db.execute("SELECT hash FROM message").fetchall()
    finally:
        db.close()
    there = {path.name[:40]: path for path in folder.rglob("cur/*")}
    for (hash,) in rows:
        assert hashlib.sha256(there[hash.hex()[:40]].read_bytes()).digest() == hash
    return len(rows)


def die_and_mend(lives: Lives, folder: Path, deaths: list[tuple[str, int]]) -> list[str]:
    """Lives that die at these steps, then one that does not; what was left in between, and is there in the end."""
    where = []
    for kind, die_at in deaths:
        kept, before = catalogued(folder), len(lives.behaviour.fetched)
        ended = lives.one(folder, kind, die_at)
        assert ended["ended"] in (0, -signal.SIGKILL)
        where.append(str(ended["at"]))
        came = len(lives.behaviour.fetched) - before
        assert came - (catalogued(folder) - kept) <= GROUP_MESSAGES, "what a death costs to fetch again"
    assert lives.one(folder)["ended"] == 0
    kept_mail = Kept(folder, lives.server.port, "ann")
    assert kept_mail.contents() == at_server(lives.server.port, "ann")
    assert len(kept_mail.files()) == COUNT, "nothing doubled, nothing left in tmp"
    return where


def points(chance: random.Random, steps: dict[str, int], number: int) -> list[tuple[str, int]]:
    """Steps to die at, of each kind in turn."""
    kinds = (KINDS[n % len(KINDS)] for n in range(number))
    return [(kind, 1 + round(steps[kind] ** chance.random())) for kind in kinds]


def test_killed_a_dozen_times_everything_is_there_once(
    lives: Lives, steps: dict[str, int], tmp_path: Path
) -> None:
    where = die_and_mend(lives, tmp_path / "copy", points(random.Random(6), steps, 12))
    assert len(set(where) - {"the end"}) >= 8, where


def test_nothing_is_named_before_what_it_names_is_on_disk(lives: Lives, tmp_path: Path) -> None:
    """The order that a loss of power cannot break: message, its name, the catalogue; each on disk before the next."""
    assert lives.one(tmp_path / "copy", trace=tmp_path / "trace")["ended"] == 0
    on_disk: set[str] = set()
    named: set[str] = set()
    commits = 0
    for step in (tmp_path / "trace").read_text().splitlines():
        kind, _, what = step.partition(" ")
        if step.startswith("after sync "):
            on_disk.add(step.removeprefix("after sync "))
            named -= named if step == "after sync ann/cur" else set()
        elif kind == "os.rename":
            assert what in on_disk, f"{what} is renamed and not on disk"
            named.add(what)
            on_disk.discard("ann/cur")
        elif kind == "COMMIT":
            assert not named, "a commit while names are not on disk"
            commits += 1
    assert commits >= COUNT / HALF_MESSAGES
    assert len(on_disk) > COUNT


@pytest.mark.soak
def test_killed_at_two_hundred_points_everything_is_there_once(
    lives: Lives, steps: dict[str, int], tmp_path: Path
) -> None:
    chance = random.Random(200)
    deaths, lived = 0, 0
    while deaths < 200:
        where = die_and_mend(lives, tmp_path / str(lived), points(chance, steps, 12))
        lived += len(where)
        deaths += sum(each != "the end" for each in where)
    print(f"{deaths} deaths in {lived} lives; {len(lives.behaviour.fetched)} messages fetched")


@pytest.mark.soak
def test_killed_after_every_kind_of_step_everything_is_there_once(
    lives: Lives, steps: dict[str, int], tmp_path: Path
) -> None:
    """Each step of the first seventy, then each seventh: every named step of opening, filing and settling is met."""
    for kind in KINDS:
        for at in (*range(1, 70), *range(70, steps[kind], max(7, steps[kind] // 30))):
            die_and_mend(lives, tmp_path / f"{kind}{at}", [(kind, at)])
