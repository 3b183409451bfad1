"""A provider that does not exist, with an outage that never was: situations for the tests of the page."""

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np

from lightship.edges.files.cells import uk_cells
from lightship.edges.files.places import uk_places
from lightship.tell.situation import UK_CREDITS, Series, Situation
from lightship.vocabulary.alarms import AffectedArea, AreaState
from lightship.vocabulary.components import NetworkMap, ServiceArea
from lightship.vocabulary.incidents import Incident, IncidentId, Scope, Status
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.questions import Answer
from lightship.vocabulary.services import Service, ServiceId
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.sources import Estimate
from lightship.vocabulary.time import HOUR, MINUTE, Between, Instant, iso, parse_iso
from lightship.vocabulary.updates import Update

START = parse_iso("2031-03-05T07:55:00Z")
SERVICES = (
    Service(ServiceId("broadband"), "broadband", emergency=True),
    Service(ServiceId("voice"), "phone calls", emergency=True),
    Service(ServiceId("email"), "email"), Service(ServiceId("portal"), "My Saltmarsh website"),
)  # fmt: skip
PLACES = uk_places()
LEAVES = PLACES.leaves()
KNOWN = ("Nothing: the provider Saltmarsh Telecom and its outage are invented.",)
ASSUMED = (
    "The number of lines in each area, after the number of people who live there.",
    "How many customers report a fault, and when.",
    "Which building carries which share of the traffic.",
)


def network(provider: str = "Saltmarsh Telecom") -> NetworkMap:
    """A map without components: pages do not look at them."""
    areas = tuple(ServiceArea(each.id, leaf.id, 1000.0) for each in SERVICES for leaf in LEAVES)
    return NetworkMap("fictional", "v1", provider, (), SERVICES, (), (), areas, places=PLACES, synthetic=True)


def settings(**changed: object) -> Settings:
    """A simulated provider's."""
    return msgspec.structs.replace(
        Settings(runs_it="Saltmarsh Telecom", simulated=True, takes_reports=True), **changed
    )


def at(minutes: float) -> Instant:
    """So many minutes after the outage began."""
    return Instant(round(START + minutes * MINUTE))


def areas_in(
    region: str, service: str, state: AreaState = "affected", share: float | None = 0.4
) -> tuple[AffectedArea, ...]:
    """Every area of a region in one state."""
    triple = None if share is None or state != "affected" else (share, share * 0.6, min(share * 1.5, 1.0))
    return tuple(
        AffectedArea(ServiceId(service), each.id, state, triple) for each in PLACES.leaves(AreaId(region))
    )


def incident(
    areas: tuple[AffectedArea, ...], status: Status = "investigating", name: str = "20310305-1",
    begins: Instant = START, national: bool = False, **changed: object,
) -> Incident:  # fmt: skip
    """One that the public knows of."""
    services = tuple(dict.fromkeys(each.service for each in areas))
    unknown = Estimate("lines"), Estimate("share of lines")
    scope = Scope(Instant(begins + 12 * MINUTE), services, areas, national, len(LEAVES), *unknown)
    onset = Between(Instant(begins - 4 * MINUTE), begins, Instant(begins + 3 * MINUTE))
    opened, moved = Instant(begins + 6 * MINUTE), Instant(begins + 30 * MINUTE)
    found = Incident(IncidentId(name), status, opened, moved, onset, (), (scope,), public=True)
    return msgspec.structs.replace(found, **changed)


def answers(
    about: Incident, when: Instant, promised: Instant | None, half: Instant | None = None, most: Instant | None = None,
    why: str | None = None,
) -> tuple[Answer, ...]:  # fmt: skip
    """The answers of one update."""
    names = {each.id: each.name for each in SERVICES}
    hit = tuple(dict.fromkeys(each.area for each in about.scope.areas if each.state != "recovered"))
    services, onset, is_open = about.scope.services, about.onset, about.status != "resolved"
    many = "about 1 in 8 connections (between 1 in 15 and 1 in 5; 210,000 to 640,000 lines)"
    steps = ("nothing-at-home", "do-not-reset", "use-mobile-data-or-4g")
    return (
        Answer("down", "yes" if is_open else "no", "evidence", when),
        Answer("services", " and ".join(names[each] for each in services), "evidence", when, items=services),
        Answer("where", "national" if about.scope.national else "areas", "evidence", when, items=hit),
        Answer(
            "since",
            _iso(onset.likeliest),
            "evidence",
            when,
            _iso(onset.earliest),
            _iso(onset.latest),
            "instant",
        ),
        Answer("how_many", many, "evidence", when, 0.07, 0.2, "share of lines"),
        Answer("why", why, "evidence", when),
        Answer("same_as_last_time", "no", "rule", when),
        Answer("us_or_neighbour", "us", "evidence", when),
        Answer("what_to_do", "Steps.", "rule", when, items=steps),
        Answer("when_back", _iso(half), "rule", when, _iso(half), _iso(most), "instant"),
        Answer("next_word", _iso(promised), "rule", when),
        Answer("over", "no" if is_open else "yes", "evidence", when),
        Answer("owed", None, "not built", when),
        Answer("to_report", None, "not built", when),
    )


def _iso(when: Instant | None) -> str | None:
    return None if when is None else iso(when)


TEXTS: tuple[tuple[Status, str], ...] = (
    ("investigating", (
        "We are seeing failures of broadband and phone calls in parts of Yorkshire and the Humber since about 7:55am. "
        "Why is not known yet; we are comparing what fails with what still works. Next update by 8:35am."
    )),
    ("investigating", (
        "More areas are hit: reports from the North East now show the same. How many are affected is not known yet. "
        "Do not reset or unplug your router: it does not help and can slow the recovery. Next update by 9am."
    )),
    ("identified", (
        "The evidence points to loss of power at a building in Leeds. People are on their way to it. Judging by past "
        "outages there is an even chance that it is back by 11am, and nine in ten by 3pm. Next update by 9:25am."
    )),
    ("identified", (
        "No change since 8:55am. Our engineers are in the building and are starting the back-up supply. "
        "The estimate is later than the one before. Next update by 9:50am."
    )),
)  # fmt: skip
HEADLINE = "Broadband and phone calls: about 1 in 8 connections is failing in Yorkshire and the Humber (42 area codes)."
WHY = "loss of power at a building in Leeds"


def main_incident() -> Incident:
    """Two services failing in one region, perhaps one of them in another."""
    yorkshire, north_east = "region:Yorkshire and the Humber", "region:North East"
    areas = (
        areas_in(yorkshire, "broadband")
        + areas_in(yorkshire, "voice")
        + areas_in(north_east, "broadband", "likely")
    )
    return incident(areas, "identified")


def main_updates(main: Incident) -> list[Update]:
    """Four updates, with two estimates; the last one by a person."""
    said = []
    for number, (status, text) in enumerate(TEXTS, 1):
        when, promised = at(25 * number - 15), at(25 * number + 15)
        half, most = {3: (at(185), at(425)), 4: (at(245), at(545))}.get(number, (None, None))
        found = answers(main, when, promised, half, most, WHY if number >= 3 else None)
        by: Literal["automation", "operator"] = "operator" if number == 4 else "automation"
        said.append(Update(main.id, number, when, status, HEADLINE, text, found, promised, by, True))
    return said


def mail_incident() -> tuple[Incident, Update]:
    """One that looks healthy and is still watched."""
    areas = areas_in("region:South West", "email", "recovered")
    mail = incident(areas, "monitoring", "20310305-2", at(20), green_since=at(70))
    said = tuple(
        msgspec.structs.replace(each, answer=None) if each.question == "down" else each
        for each in answers(mail, at(75), at(105))
    )
    text = "All that we measure looks healthy since 9:05am. We keep watching before we call it over."
    headline = "Email looks healthy again in the South West; we are still watching it."
    return mail, Update(mail.id, 1, at(75), "monitoring", headline, text, said, at(105), simulated=True)


def old_incident() -> tuple[Incident, Update]:
    """One that was over the day before."""
    begins = Instant(START - 30 * HOUR)
    ended = Instant(begins + 4 * HOUR)
    old = incident(
        areas_in("region:London", "portal", "recovered"), "resolved", "20310304-1", begins,
        service_restored_at=Instant(begins + 3 * HOUR), resolved_at=ended,
    )  # fmt: skip
    headline, text = (
        "My Saltmarsh website is working again in London.",
        "All that we see has looked healthy since 4:55am.",
    )
    return old, Update(
        old.id, 1, ended, "resolved", headline, text, answers(old, ended, None), None, simulated=True
    )


def rich(minutes: float = 92) -> Situation:
    """Two services failing in two regions, one incident that looks over, one that was."""
    main, (mail, mail_said), (old, old_said) = main_incident(), mail_incident(), old_incident()
    return Situation(
        settings(), network(), at(minutes), 4711, (old, mail, main), (*main_updates(main), mail_said, old_said),
        {main.id: series(minutes)}, KNOWN, ASSUMED, UK_CREDITS, uk_cells(),
    )  # fmt: skip


def calm() -> Situation:
    """Nothing is known to fail."""
    return Situation(
        settings(), network(), at(0), 12, credits=UK_CREDITS, known=KNOWN, assumed=ASSUMED, cells=uk_cells()
    )


def series(minutes: float) -> Series:
    """A quiet night, then a surge."""
    chance = np.random.default_rng(7)
    times = [Instant(START + n * MINUTE) for n in range(-180, int(minutes))]
    level = [3.0 + 40.0 * (1 - np.exp(-max(n, 0) / 15)) for n in range(-180, int(minutes))]
    counts = [float(each) for each in chance.poisson(level)]
    return Series(
        (ServiceId("broadband"),), tuple(times), tuple(counts), (3.0,) * len(times), (7.0,) * len(times)
    )


def worst_day(seed: int = 1) -> Situation:
    """Two services in random states in every area, fifteen updates of 400 characters."""
    chance = np.random.default_rng(seed)
    states: Sequence[AreaState | None] = ("affected", "likely", "recovered", None)
    areas = []
    for area in LEAVES:
        for service in ("broadband", "voice"):
            state = states[int(chance.integers(4))]
            if state is not None:
                areas.append(AffectedArea(ServiceId(service), area.id, state, (0.3, 0.2, 0.4)))
    main = incident(tuple(areas), "identified")
    headline = "Broadband and phone calls: about 1 in 3 connections is failing, all over the UK."
    said = []
    for n in range(1, 16):
        when, promised = at(10 + 20 * n), at(40 + 20 * n)
        found = answers(main, when, promised, at(500), at(900))
        said.append(
            Update(main.id, n, when, "identified", headline, words(chance), found, promised, simulated=True)
        )
    return Situation(
        settings(), network(), at(320), 99, (main,), tuple(said), {main.id: series(320)}, KNOWN, ASSUMED, UK_CREDITS,
        uk_cells(),
    )  # fmt: skip


def words(chance: np.random.Generator, length: int = 400) -> str:
    """A text of exactly so many characters, of words that updates use, in random order."""
    known = list(dict.fromkeys(" ".join(text for _, text in TEXTS).split()))
    text = ""
    while len(text) < length:
        text += f"{known[int(chance.integers(len(known)))]} "
        if chance.random() < 0.1:
            text += f"{int(chance.integers(1, 12))}:{int(chance.integers(10, 60))}am. "
    return text[: length - 1] + "."
