"""Several networks watch one site: who may open an incident, what it is called, and who is no longer believed."""

from collections.abc import Mapping

import msgspec
import pytest

from lightship.edges.intake.counting import Counting
from lightship.edges.probes.address import check
from lightship.run.agents.seeing import Seeing, others
from lightship.run.fold import CoreState, step
from lightship.run.watched import HERE, Seat, network, watched
from lightship.vocabulary.decisions import Decision, Publish
from lightship.vocabulary.events import Logged, MapChanged, SettingsChanged
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.map_version import versioned
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.signals import Observation, Outcome
from lightship.vocabulary.time import SECOND, Instant, Tick, judged_at, start_of, tick_of

SITE, CONTROL = "https://shop.example/", "tcp://192.0.2.1:443"
BEGUN = tick_of(Instant(1_900_000_000_000))
STATED = Settings(zone="UTC", one_vantage=True, partial_after_minutes=10)
Says = Mapping[str, str]


class Fleet:
    """A hub's fold with vantages in several networks; `minute` says what each of them saw in one minute."""

    def __init__(self, *seats: Seat) -> None:
        things = watched([(check(SITE), "shop", 20.0)])
        self.here = Seat(HERE, "own")
        self.map = network("shop", things, [check(CONTROL)], None, self.here, seats)
        self.state, self.seq, self.tick = CoreState(), 0, BEGUN
        self.counting, self.seeing = Counting(self.map), Seeing(self.map)
        self.said: list[Decision] = []
        self._log(SettingsChanged(STATED))
        self._log(MapChanged(self.map))

    def _log(self, event: SettingsChanged | MapChanged) -> None:
        self.seq += 1
        self.state, _ = step(self.state, Logged(self.seq, start_of(self.tick), event))

    def minute(self, site: Says, control: Says | None = None, ticks: int = 1) -> None:
        """Three looks from each vantage named: "up" or "down" at the site, and at the control target ("up")."""
        for _ in range(ticks):
            for number in range(3):
                at = Instant(start_of(self.tick) + number * 15 * SECOND)
                for vantage, outcome in site.items():
                    self._see(at, vantage, SITE, outcome)
                    self._see(at, vantage, CONTROL, (control or {}).get(vantage, "up"))
            self._judge()

    def _see(self, at: Instant, vantage: str, target: str, outcome: str) -> None:
        said: Outcome = "up" if outcome == "up" else "down"
        failure = None if outcome == "up" else "timeout"
        self.counting.take(Observation(at, vantage, target, 0, said, "connect", failure))  # type: ignore[arg-type]

    def _judge(self) -> None:
        judged = self.counting.judge(self.tick)
        settings = self.seeing.settings(STATED, judged.probes)
        if settings != self.state.settings:
            self._log(SettingsChanged(settings))
        self.seq += 1
        self.state, decisions = step(self.state, Logged(self.seq, judged_at(self.tick), judged))
        self.said += decisions
        self.tick = Tick(self.tick + 1)

    @property
    def public(self) -> list[Incident]:
        return [each for each in self.state.incidents if each.public]

    @property
    def headline(self) -> str:
        return next(each.update.headline for each in reversed(self.said) if isinstance(each, Publish))

    @property
    def text(self) -> str:
        return next(each.update.text for each in reversed(self.said) if isinstance(each, Publish))

    def health(self, vantage: str) -> float:
        assert self.state.stages is not None
        return self.state.stages.detect.health()[vantage]


A, B, C = Seat("a", "mobile", "Leeds"), Seat("b", "cable", "Bath"), Seat("c", "fibre", "Hull")
ALL_UP = {HERE: "up", "a": "up", "b": "up"}


def test_it_sees_from_as_many_networks_as_measure() -> None:
    fleet = Fleet(A, B, Seat("a2", "mobile"))
    fleet.minute({**ALL_UP, "a2": "up"}, ticks=2)
    assert (fleet.state.settings.seen_from, fleet.state.settings.one_vantage) == (3, False)
    fleet.minute({HERE: "up"}, ticks=4)
    assert (fleet.state.settings.seen_from, fleet.state.settings.one_vantage) == (1, True)


def test_a_vantage_whose_controls_all_fail_does_not_see() -> None:
    fleet = Fleet(A, B)
    fleet.minute(ALL_UP | {"a": "down"}, {"a": "down"}, ticks=4)
    assert fleet.state.settings.seen_from == 2
    assert fleet.public == []


def test_when_the_hubs_own_line_is_cut_nothing_is_said() -> None:
    fleet = Fleet(A, B)
    fleet.minute(ALL_UP, ticks=5)
    fleet.minute({HERE: "down"}, {HERE: "down"}, ticks=30)  # and no agent can be heard
    assert fleet.public == []
    fleet.minute(ALL_UP, ticks=3)
    assert fleet.public == []


def test_an_outage_that_all_networks_see_is_told_at_once_and_says_from_how_many() -> None:
    fleet = Fleet(A, B)
    fleet.minute(ALL_UP, ticks=5)
    fleet.minute({HERE: "down", "a": "down", "b": "down"})
    (incident,) = fleet.public
    assert (incident.networks, incident.partial) == (3, None)
    assert "seen from 3 networks" in next(e.update.text for e in fleet.said if isinstance(e, Publish))


def test_two_agents_of_one_network_are_one_vote() -> None:
    fleet = Fleet(A, Seat("a2", "mobile"), B)
    fleet.minute({**ALL_UP, "a2": "up"}, ticks=5)
    fleet.minute({**ALL_UP, "a": "down", "a2": "down"}, ticks=9)
    assert fleet.public == []


def test_a_silent_agent_neither_makes_nor_hides_an_outage() -> None:
    fleet = Fleet(A, B)
    fleet.minute(ALL_UP, ticks=5)
    fleet.minute({HERE: "up", "b": "up"}, ticks=15)
    assert fleet.public == []
    fleet.minute({HERE: "down", "b": "down"}, ticks=2)
    assert len(fleet.public) == 1


def test_when_nobody_sees_any_more_nothing_recovers() -> None:
    fleet = Fleet(A, B)
    fleet.minute(ALL_UP, ticks=5)
    fleet.minute({HERE: "down", "a": "down", "b": "down"}, ticks=3)
    fleet.minute({}, ticks=40)
    (incident,) = fleet.public
    assert (incident.is_open, incident.green_since) == (True, None)


def test_a_lasting_minority_is_told_as_partial_and_says_what_it_has_in_common() -> None:
    fleet = Fleet(A, B, C)
    up = {**ALL_UP, "c": "up"}
    fleet.minute(up, ticks=70)
    assert fleet.health("a") > 0.8
    fleet.minute(up | {"a": "down"}, ticks=8)
    assert fleet.public == []
    fleet.minute(up | {"a": "down"}, ticks=4)
    (incident,) = fleet.public
    assert incident.partial is not None
    assert (incident.partial.failing, incident.partial.of) == (1, 4)
    assert (incident.partial.region, incident.partial.networks) == ("Leeds", ("mobile",))
    assert fleet.headline == "Shop is failing for some people (seen from 1 of 4 networks, in Leeds only)."
    assert "mobile" not in fleet.headline
    assert "Try another network, such as mobile data." in fleet.text
    fleet.minute(up | {"a": "down"}, ticks=120)
    assert fleet.public[0].is_open, "one that was right for a day is believed for hours"
    fleet.minute(up, ticks=8)
    assert fleet.public[0].green_since is not None


def test_what_fails_over_one_address_family_alone_says_so() -> None:
    fleet = Fleet(A, B)
    paths = [
        msgspec.structs.replace(path, family=family)
        for path in fleet.map.probes
        for family in ((0,) if path.control else (4, 6))
    ]
    both = versioned(msgspec.structs.replace(fleet.map, probes=tuple(paths)))
    fleet.counting, fleet.seeing = Counting(both), Seeing(both)
    fleet._log(MapChanged(both))
    for tick in range(8):
        for vantage in ALL_UP:
            for family in (4, 6):
                at = start_of(fleet.tick)
                down = family == 6 and tick > 4
                outcome, failure = ("down", "timeout") if down else ("up", None)
                fleet.counting.take(
                    Observation(at, vantage, SITE, family, outcome, "connect", failure)  # type: ignore[arg-type]
                )
            fleet._see(start_of(fleet.tick), vantage, CONTROL, "up")
        fleet._judge()
    (incident,) = fleet.public
    assert incident.partial is not None
    assert (incident.partial.failing, incident.partial.of, incident.partial.family) == (3, 3, 6)
    assert fleet.headline == "Shop is failing for some people (seen from 3 networks, over IPv6 only)."


def test_a_lost_answer_elsewhere_does_not_make_two_networks_of_one() -> None:
    fleet = Fleet(A, B, C)
    up = {**ALL_UP, "c": "up"}
    fleet.minute(up, ticks=20)
    fleet.minute(up | {"a": "down"}, ticks=4)
    fleet._see(start_of(fleet.tick), "b", SITE, "down")
    fleet.minute(up | {"a": "down"}, ticks=4)
    assert fleet.public == []


def test_a_minority_that_becomes_everybody_is_not_partial_any_more() -> None:
    fleet = Fleet(A, B, C)
    up = {**ALL_UP, "c": "up"}
    fleet.minute(up, ticks=70)
    fleet.minute(up | {"a": "down"}, ticks=12)
    fleet.minute(dict.fromkeys(up, "down"), ticks=4)
    (incident,) = fleet.public
    assert (incident.partial, incident.networks) == (None, 4)


@pytest.mark.parametrize("since", [0, 200])
def test_a_lying_agent_makes_no_outage_and_its_health_falls(since: int) -> None:
    fleet = Fleet(A, B, C)
    up = {**ALL_UP, "c": "up"}
    fleet.minute(up, ticks=since)
    lies = {"a": "down"}
    before = fleet.health("a")
    fleet.minute(up | lies, lies, ticks=60 + 2 * since)
    assert fleet.public == []
    assert fleet.health("a") < max(before, 0.5)
    assert fleet.health("b") > 0.7


def test_an_agent_that_fails_for_the_site_alone_from_its_first_day_on_makes_no_outage() -> None:
    fleet = Fleet(A, B, C)
    fleet.minute({**ALL_UP, "c": "up", "a": "down"}, ticks=90)
    assert fleet.public == []


def test_a_lying_agent_hides_no_outage() -> None:
    fleet = Fleet(A, B, C)
    up = {**ALL_UP, "c": "up"}
    fleet.minute(up, ticks=70)
    fleet.minute({HERE: "down", "b": "down", "c": "down", "a": "up"}, ticks=2)
    (incident,) = fleet.public
    assert incident.networks == 3
    health = fleet.health("a")
    fleet.minute({HERE: "down", "b": "down", "c": "down", "a": "up"}, ticks=30)
    assert fleet.health("a") < health


def test_two_others_are_asked_each_in_a_network_of_its_own() -> None:
    fleet = Fleet(A, Seat("a2", "mobile"), B, C)
    seen = Observation(start_of(BEGUN), "a", SITE, 0, "down", "connect", "timeout")
    assert others(fleet.map, seen) == [(HERE, SITE, 0), ("b", SITE, 0)]


def test_what_agents_have_earned_outlasts_a_change_of_the_map() -> None:
    fleet = Fleet(A, B, C)
    fleet.minute({**ALL_UP, "c": "up"}, ticks=30)
    before = fleet.health("b")
    things = watched([(check(SITE), "shop", 20.0)])
    fleet.seq += 1
    fewer = network("shop", things, [check(CONTROL)], None, fleet.here, (B, C))
    fleet.state, _ = step(fleet.state, Logged(fleet.seq, start_of(fleet.tick), MapChanged(fewer)))
    assert fleet.health("b") == before
    assert "a" not in (fleet.state.stages.detect.health() if fleet.state.stages else {})


def test_what_was_counted_under_one_map_is_judged_under_the_next() -> None:
    fleet = Fleet(A, B)
    fleet._see(start_of(fleet.tick), "b", SITE, "down")
    fleet._see(start_of(fleet.tick), "a", SITE, "down")
    things = watched([(check(SITE), "shop", 20.0)])
    fewer = network("shop", things, [check(CONTROL)], None, fleet.here, (B,))
    judged = fleet.counting.moved(fewer).judge(fleet.tick)
    assert judged.map_version == fewer.version
    assert (judged.probes.attempts, judged.probes.failures) == ((1,), (1,))
