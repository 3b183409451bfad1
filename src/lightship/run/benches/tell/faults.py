"""What goes wrong on the day, done on purpose: nothing may be lost, doubled or stale, and a doubt has to be shown."""

import random
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lightship.edges.channels.channel import open_channel
from lightship.edges.delivery.worker import Worker
from lightship.edges.stores.outbox import Outbox
from lightship.run.benches.measured import Measured
from lightship.run.benches.tell.lives import NUMBER, Killer, Options
from lightship.run.benches.tell.receivers import Hook, Relay
from lightship.run.benches.tell.world import MadeUp, Mailroom, at, network
from lightship.vocabulary.time import MINUTE, Instant

PEOPLE = 240
SLOW_SECONDS = 0.05
"""For one letter at a receiver, so that deaths fall among letters that are under way."""
SENDER = "status@lightship.example"
DOUBLED = "doubled on the wire, one Message-ID"


def bars(deaths: int) -> Iterator[tuple[str, Measured]]:
    """Each fault."""
    yield "kill -9, e-mail", killed_mail(deaths)
    yield "kill -9, text messages", killed_texts(deaths)
    yield "black hole for six hours", black_hole()
    yield "a relay that answers anything", moods()
    yield "a gateway that takes and says nothing", silent_gateway()


def killed_mail(deaths: int) -> Measured:
    """Two workers killed at random instants; a slow relay, so that deaths fall among letters."""
    people = [f"p{n:05d}" for n in range(PEOPLE + deaths * 50)]
    with tempfile.TemporaryDirectory(prefix="lightship-bench-") as folder, Relay(_slow) as relay:
        room = Mailroom(Path(folder))
        room.say(1, 0, people)
        killer = Killer(
            room.path, "email", {"sender": SENDER, "port": relay.port}, "{0}@{0}.lightship.example", 27
        )
        killer.run(deaths)
        states = _states(room, "email")
        room.store.close()
    lost = len(people) - len(relay.letters)
    return Measured(
        f"letters of {len(people):,} lost over {killer.deaths} kills of two workers", "letters", float(lost), bar=0.0,
        beside={
            "Message-IDs at the receiver": len(relay.letters), DOUBLED: _twice(relay.letters),
            **{f"rows {state}": count for state, count in states.items()},
        },
    )  # fmt: skip


def killed_texts(deaths: int) -> Measured:
    """The same over a channel whose receiver cannot tell repeats."""
    people = [f"{n:05d}" for n in range(PEOPLE + deaths * 20)]
    with tempfile.TemporaryDirectory(prefix="lightship-bench-") as folder, Hook(_slow_hook) as gateway:
        room = Mailroom(Path(folder))
        room.say(1, 0, people, "sms")
        options: Options = {"url": gateway.url, "private": True, "a_second": 0}
        killer = Killer(room.path, "sms", options, NUMBER, 28)
        killer.run(deaths, longest=0.5)
        states = _states(room, "sms")
        room.store.close()
    got = Counter(each["to"] for each in gateway.json())
    shown = states.get("unknown", 0)
    silent = len(people) - len(got) - shown
    return Measured(
        f"text messages of {len(people)} doubled, or missing and not shown, over {killer.deaths} kills", "messages",
        float(_twice(got) + max(0, silent)), bar=0.0,
        beside={"arrived": len(got), "shown as unknown": shown, **{f"rows {s}": c for s, c in states.items()}},
    )  # fmt: skip


def black_hole() -> Measured:
    """The relay hangs up on everybody for six simulated hours, an update each half hour; then it works."""
    people = [f"p{n:05d}" for n in range(40)]
    with (
        tempfile.TemporaryDirectory(prefix="lightship-bench-") as folder,
        Relay(lambda step, to: "drop") as relay,
    ):
        room, clock = Mailroom(Path(folder)), _Clock()
        for number in range(1, 13):
            room.say(number, 30 * (number - 1), people)
            for _ in range(3):
                clock.forward(10)
                _carry(room, "email", {"sender": SENDER, "port": relay.port}, clock)
        room.say(13, 360, people, status="resolved")
        assert not relay.letters, "nothing came through a black hole"
        relay.verdict = lambda step, to: "354 go on" if step == "DATA" else "250 ok"
        for _ in range(3):
            clock.forward(31)
            _carry(room, "email", {"sender": SENDER, "port": relay.port}, clock)
        states = _states(room, "email")
        room.store.close()
    numbers = Counter(each.split(".")[1] for each in relay.letters)
    stale = sum(count for number, count in numbers.items() if number not in ("1", "13"))
    missing = 2 * len(people) - numbers["1"] - numbers["13"]
    return Measured(
        "letters lost, doubled or stale after a black hole for six simulated hours", "letters",
        float(stale + missing + _twice(relay.letters)), bar=0.0,
        beside={
            "first words": numbers["1"], "last words": numbers["13"],
            **{f"rows {state}": count for state, count in states.items()},
        },
    )  # fmt: skip


def moods() -> Measured:
    """421, 450, 550, hanging up before and after the last line, taking a letter and then hanging up."""
    people, chance = [f"p{n:05d}" for n in range(200)], random.Random(29)  # noqa: S311 - a drawing that can be repeated
    refused: set[str] = set()
    turn = threading.Lock()

    def verdict(step: str, to: str) -> str:
        with turn:
            drawn = chance.random()
        if step == "RCPT" and int(to[1:6]) % 10 == 0:
            refused.add(to[:6])
            return "550 5.1.1 no such user"
        if step == "RCPT":
            return "421 busy" if drawn < 0.03 else "450 4.2.0 greylisted" if drawn < 0.2 else "250 ok"
        if step == "END":  # the letter is kept, the answer is not given
            return "drop" if drawn < 0.1 else "250 ok"
        return "354 go on"

    with tempfile.TemporaryDirectory(prefix="lightship-bench-") as folder, Relay(verdict) as relay:
        room, clock = Mailroom(Path(folder)), _Clock()
        room.say(1, 0, people)
        for _ in range(14):
            _carry(room, "email", {"sender": SENDER, "port": relay.port, "connections": 3}, clock)
            clock.forward(31)
        states = _states(room, "email")
        room.store.close()
    lost = len(people) - len(refused) - len(relay.letters)
    return Measured(
        f"letters of {len(people)} lost with a relay that answers 421, 450, 550, or takes and hangs up", "letters",
        float(lost), bar=0.0,
        beside={
            "refused for good": len(refused), DOUBLED: _twice(relay.letters),
            **{f"rows {state}": count for state, count in states.items()},
        },
    )  # fmt: skip


def silent_gateway() -> Measured:
    """The gateway takes each message and hangs up without a word."""
    people = [f"{n:05d}" for n in range(40)]
    with (
        tempfile.TemporaryDirectory(prefix="lightship-bench-") as folder,
        Hook(lambda n, body: None) as gateway,
    ):
        room, clock = Mailroom(Path(folder)), _Clock()
        room.say(1, 0, people, "sms")
        for _ in range(6):
            _carry(room, "sms", {"url": gateway.url, "private": True, "a_second": 0}, clock, NUMBER)
            clock.forward(60)
        states = _states(room, "sms")
        room.store.close()
    got = Counter(each["to"] for each in gateway.json())
    wrong = _twice(got) + abs(len(got) - states.get("unknown", 0))
    return Measured(
        f"text messages of {len(people)} doubled, or taken and not shown as unknown", "messages", float(wrong), bar=0.0,
        beside={"taken without an answer": len(got), **{f"rows {state}": count for state, count in states.items()}},
    )  # fmt: skip


class _Clock:
    """Simulated time."""

    def __init__(self) -> None:
        self._at = at(0)

    def __call__(self) -> Instant:
        self._at = Instant(self._at + 1)
        return self._at

    def forward(self, minutes: float) -> None:
        """Later."""
        self._at = Instant(self._at + round(minutes * MINUTE))


def _carry(
    room: Mailroom, channel: str, options: Options, clock: _Clock,
    address: str = "{0}@{0}.lightship.example",
) -> None:  # fmt: skip
    outbox = Outbox(room.path)
    made = open_channel(channel, options, "bench")
    Worker(channel, made, outbox, MadeUp(network(), address), clock, random.random).run(
        threading.Event(), until_empty=True
    )
    outbox.close()


def _states(room: Mailroom, channel: str) -> dict[str, int]:
    outbox = Outbox(room.path)
    found = outbox.counts().get(channel, {})
    outbox.close()
    return {str(state): count for state, count in found.items()}


def _twice(got: Counter[str]) -> int:
    """How many came more often than once, counted by what was too much."""
    return sum(each - 1 for each in got.values())


_pause = threading.Event()


def _slow(step: str, to: str) -> str:
    if step == "END":
        _pause.wait(SLOW_SECONDS)
    return "354 go on" if step == "DATA" else "250 ok"


def _slow_hook(number: int, body: bytes) -> tuple[int, dict[str, str]]:
    _pause.wait(SLOW_SECONDS)
    return 200, {}
