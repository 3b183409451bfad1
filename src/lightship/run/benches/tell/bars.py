"""The bars of the outbox: rows in the update's transaction, claims, e-mail through a real Postfix."""

import random
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from lightship.edges.channels.channel import open_channel
from lightship.edges.delivery.worker import Worker
from lightship.edges.delivery.writing import Writer
from lightship.edges.stores.outbox import Mark, Outbox
from lightship.run.benches.measured import Measured
from lightship.run.benches.tell import faults, mirrored, page
from lightship.run.benches.tell.postfix import DOMAIN, Postfix, why_not
from lightship.run.benches.tell.world import (
    SETTINGS,
    Mailroom,
    at,
    audience,
    contacts,
    country,
    planned,
    update,
)
from lightship.vocabulary.time import Instant

FAN_OUT_SECONDS, CLAIMS_A_SECOND, LETTERS_A_SECOND = 2.0, 20_000.0, 300.0
RUNS = 3
TOGETHER = 500


def short() -> Iterator[tuple[str, Measured]]:
    """The short form: all rows, fewer letters, few deaths."""
    return bars(100_000, 1_500, 10)


def bars(people: int, letters: int, deaths: int) -> Iterator[tuple[str, Measured]]:
    """Each bar, as it is measured."""
    yield from page.bars()
    yield from rows(people)
    yield "e-mail through Postfix", postfix(letters)
    yield "to copies that were looked at", mirrored.measure()
    yield from faults.bars(deaths)


def rows(people: int) -> Iterator[tuple[str, Measured]]:
    """Planning and writing the rows of an update, and claiming and marking them."""
    feet = country()
    names = [f"{n:026d}" for n in range(people)]
    who = audience(feet, names)
    plans, commits, rates = [], [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory(prefix="lightship-bench-") as folder:
            room = Mailroom(Path(folder))
            began = time.perf_counter()
            sends = planned(feet, who, update(1, 0))
            between = time.perf_counter()
            room.commit(update(1, 0), sends)
            plans.append(between - began)
            commits.append(time.perf_counter() - between)
            rates.append(_claims(room))
            room.store.close()
    whole = [plan + commit for plan, commit in zip(plans, commits, strict=True)]
    count = sum(len(each.letters) for each in sends)
    beside: dict[str, float | str] = {
        "plan, s": statistics.median(plans), "write and commit, s": statistics.median(commits), "rows": count,
        "subscribers": people,
    }  # fmt: skip
    what = f"fan-out to {people:,} subscribers of whom {count:,} are told, in the update's transaction"
    yield "fan-out", Measured(what, "s", statistics.median(whole), tuple(whole), FAN_OUT_SECONDS, beside)
    yield "claim and mark", Measured(
        f"rows claimed and marked, {TOGETHER} a commit", "rows/s", statistics.median(rates), tuple(rates),
        least=CLAIMS_A_SECOND,
    )  # fmt: skip


def _claims(room: Mailroom) -> float:
    outbox, count = Outbox(room.path), 0
    began = time.perf_counter()
    for channel in ("email", "sms"):
        while found := outbox.claim(channel, at(1), TOGETHER):
            outbox.mark([Mark(each, "sent") for each in found], at(1))
            count += len(found)
    spent = time.perf_counter() - began
    outbox.close()
    return count / spent


def postfix(letters: int) -> Measured:
    """Sealed contacts opened, letters written, handed to a real Postfix, marked."""
    what = f"{letters:,} letters from sealed contacts through a Postfix on this machine"
    if why_not():
        return Measured(what, "letters/s", None, least=LETTERS_A_SECOND, why_not=why_not())
    network = country().network
    with tempfile.TemporaryDirectory(prefix="lightship-bench-") as folder, Postfix() as relay:
        room = Mailroom(Path(folder))
        with contacts(room.path, letters) as (book, people):
            room.say(1, 0, people)
            outbox = Outbox(room.path)
            channel = open_channel("email", {"sender": f"status@{DOMAIN}", "port": relay.port}, "bench")
            writer = Writer(room.path, book, lambda: (SETTINGS, network), lambda *_: None)
            worker = Worker("email", channel, outbox, writer, lambda: Instant(at(1)), random.random)
            began = time.perf_counter()
            worker.run(threading.Event(), until_empty=True)
            spent = time.perf_counter() - began
            states = outbox.counts()["email"]
            outbox.close()
        room.store.close()
        taken = relay.letters()
    beside: dict[str, float | str] = {
        "sent, by our count": states.get("sent", 0), "Message-IDs, by Postfix's log": len(taken),
        "taken twice": sum(each - 1 for each in taken.values()),
    }  # fmt: skip
    sound = states.get("sent", 0) == len(taken) == letters and not beside["taken twice"]
    return Measured(
        what, "letters/s", letters / spent if sound else 0.0, least=LETTERS_A_SECOND, beside=beside
    )
