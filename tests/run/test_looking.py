"""Out of turn: who is asked at a first failure, what is judged early, and how often a failing target is measured."""

import asyncio
from collections.abc import Sequence

from lightship.edges.probes.address import check
from lightship.edges.probes.insisting import Insisting
from lightship.edges.probes.prober import Duty
from lightship.run.looking import Looking, Path
from lightship.run.watched import HERE, Seat, network, watched
from lightship.vocabulary.decisions import Probe
from lightship.vocabulary.signals import Observation, Outcome
from lightship.vocabulary.time import Instant

SITE = "https://shop.example/"
DUTY = Duty(check(SITE), HERE, 0.05)


def seen(outcome: Outcome, vantage: str = HERE) -> Observation:
    return Observation(Instant(0), vantage, SITE, 0, outcome, "connect")


class Round:
    """A looking hub with three agents in two networks, and what it did."""

    def __init__(self, several: bool = True) -> None:
        self.measured, self.judged, self.asked = 0, 0, list[Path]()
        seats = (Seat("a", "mobile"), Seat("a2", "mobile"), Seat("b", "cable"))
        things = watched([(check(SITE), "shop", 20.0)])
        made = network("shop", things, [], None, Seat(HERE, "own"), seats)
        self.looking = Looking(self._measure, self._judge, self, lambda: several, persists=0.02)
        self.looking.begin(made, [DUTY])

    async def _measure(self, duty: Duty) -> None:
        self.measured += 1

    async def _judge(self) -> Sequence[Probe]:
        self.judged += 1
        return ()

    def ask(self, paths: Sequence[Path]) -> bool:
        self.asked += [path for path in paths if path[0] != HERE]
        return False


def test_at_a_first_failure_two_other_networks_are_asked_and_what_persists_is_judged() -> None:
    async def fails() -> Round:
        made = Round()
        for outcome in ("up", "down", "down"):
            made.looking.heard(seen(outcome))
        await made.looking.ended()
        return made

    made = asyncio.run(fails())
    assert made.asked == [("a", SITE, 0), ("b", SITE, 0)]
    assert (made.measured, made.judged) == (0, 1)


def test_our_own_prober_is_one_of_the_two_where_an_agent_fails() -> None:
    async def fails() -> Round:
        made = Round()
        for outcome in ("up", "down"):
            made.looking.heard(seen(outcome, "b"))
        await made.looking.ended()
        return made

    made = asyncio.run(fails())
    assert (made.measured, made.asked) == (1, [("a", SITE, 0)])


def test_a_blip_is_not_judged_and_one_place_alone_waits_for_its_minute() -> None:
    async def blips(several: bool, last: Outcome) -> Round:
        made = Round(several)
        for outcome in ("up", "down", last):
            made.looking.heard(seen(outcome))
        await made.looking.ended()
        return made

    assert asyncio.run(blips(True, "up")).judged == 0
    alone = asyncio.run(blips(False, "down"))
    assert (alone.judged, alone.asked) == (0, [])


def test_what_fails_is_measured_again_until_it_answers() -> None:
    async def fails() -> int:
        times = 0

        async def measure(duty: Duty) -> None:
            nonlocal times
            times += 1
            insisting.heard(duty, seen("down" if times < 3 else "up"))

        insisting = Insisting(measure)
        insisting.heard(DUTY, seen("up"))
        insisting.heard(DUTY, seen("down"))
        insisting.heard(DUTY, seen("down"))
        await asyncio.sleep(0.5)
        insisting.stop()
        return times

    assert asyncio.run(fails()) == 3
