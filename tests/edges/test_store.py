"""The store on real files: what is committed stays, what cannot be used is refused, one hub at a time."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

import pytest

from lightship.edges.stores.sqlite import SqliteStore
from lightship.edges.stores.store import Entry
from lightship.vocabulary.decisions import Key, Publish, WarnOperator
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.events import EffectReported, Logged, TickJudged
from lightship.vocabulary.incidents import IncidentId
from lightship.vocabulary.time import Instant, Tick
from lightship.vocabulary.updates import Update


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())


def tick(seq: int) -> Logged:
    return Logged(seq, Instant(seq * 60_000), TickJudged(Tick(seq), "map"))


def said(seq: int) -> Publish:
    message = Update(
        IncidentId("a"),
        seq,
        Instant(seq),
        "investigating",
        "Broadband is failing.",
        "We are seeing.",
        (),
        None,
    )
    return Publish(Key(f"{seq}.1"), "opened", message)


def test_what_was_committed_is_there_after_opening_again(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "hub.db")
    entry = Entry(tick(1), (WarnOperator(Key("1.1"), "quiet", "nothing"),))
    store.commit([entry])
    store.close()
    again = SqliteStore(tmp_path / "hub.db")
    assert list(again.events()) == [entry.logged]
    assert [decision for _, decision in again.decisions()] == list(entry.decisions)
    again.close()


def test_a_commit_is_all_or_nothing(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "hub.db")
    store.commit([Entry(tick(1), ())])
    with pytest.raises(StoreRefused):
        store.commit([Entry(tick(2), (said(2),)), Entry(tick(1), ())])
    assert store.head() == 1
    assert store.updates() == ()
    assert store.pending() == ()
    store.close()


def test_an_effect_is_pending_until_its_report_is_committed(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "hub.db")
    store.commit([Entry(tick(1), (said(1),))])
    assert [effect.key for effect in store.pending()] == ["1.1"]
    store.commit([Entry(Logged(2, Instant(2), EffectReported(Key("1.1"), "sent")), ())])
    assert store.pending() == ()
    store.close()


def test_two_hubs_on_one_store_the_second_is_refused(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "hub.db")
    with pytest.raises(StoreRefused, match=f"another hub \\(process {os.getpid()}\\)"):
        SqliteStore(tmp_path / "hub.db")
    store.close()
    SqliteStore(tmp_path / "hub.db").close()


def test_a_store_of_a_newer_version_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    SqliteStore(path).close()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE meta SET value = '99' WHERE name = 'log_format'")
    before = dump(path)
    with pytest.raises(StoreRefused, match="a newer Lightship"):
        SqliteStore(path)
    assert dump(path) == before


def test_a_file_that_is_no_store_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    path.write_bytes(b"a shopping list" * 500)
    with pytest.raises(StoreRefused, match="not a Lightship store"):
        SqliteStore(path)
    assert path.read_bytes() == b"a shopping list" * 500


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreRefused, match="nowhere"):
        SqliteStore(tmp_path / "nowhere" / "hub.db")


def test_a_full_disk_is_said_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    child = f"""
        import resource
        from pathlib import Path
        from lightship.edges.stores.sqlite import SqliteStore
        from lightship.edges.stores.store import Entry
        from lightship.vocabulary.errors import StoreRefused
        from lightship.vocabulary.events import Logged, TickJudged
        import signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        store = SqliteStore(Path({str(path)!r}))
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
        done = 0
        try:
            for seq in range(1, 100_000):
                store.commit([Entry(Logged(seq, seq, TickJudged(seq, "m" * 2000)), ())])
                done = seq
        except StoreRefused as refusal:
            print(done, str(refusal))
    """
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(child)], capture_output=True, text=True, check=True
    )
    done, message = ran.stdout.split(" ", 1)
    assert "disk" in message
    store = SqliteStore(path)
    assert store.head() == int(done) > 0
    store.close()


def test_killed_while_committing_every_acknowledged_event_is_there(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    child = f"""
        from pathlib import Path
        from lightship.edges.stores.sqlite import SqliteStore
        from lightship.edges.stores.store import Entry
        from lightship.vocabulary.events import Logged, TickJudged
        store = SqliteStore(Path({str(path)!r}))
        for seq in range(store.head() + 1, 1_000_000):
            store.commit([Entry(Logged(seq, seq, TickJudged(seq, "map")), ())])
            print(seq, flush=True)
    """
    acknowledged = 0
    for wait in (20, 55, 130):
        with subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(child)], stdout=subprocess.PIPE, text=True
        ) as hub:
            assert hub.stdout is not None
            for line in hub.stdout:
                acknowledged = int(line)
                if acknowledged % 1000 >= wait:
                    break
            os.kill(hub.pid, signal.SIGKILL)
            acknowledged = max([acknowledged, *(int(line) for line in hub.stdout if line.endswith("\n"))])
        store = SqliteStore(path)
        assert store.head() >= acknowledged
        assert [logged.seq for logged in store.events()] == list(range(1, store.head() + 1))
        store.close()
