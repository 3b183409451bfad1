"""A provider that does not exist, with an outage that never was: situations for the tests of the page."""

from collections.abc import Sequence

import msgspec
import numpy as np

from lightship.edges.files.cells import uk_cells
from lightship.edges.files.places import uk_places
from lightship.tell.situation import UK_CREDITS, Series, Situation
from lightship.vocabulary.alarms import AffectedArea, AreaState
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.incidents import Eta, Incident, IncidentId, Scope, Status
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.questions import Answer
from lightship.vocabulary.services import Service, ServiceId
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.sources import Estimate
from lightship.vocabulary.time import HOUR, MINUTE, Between, Instant, iso, parse_iso
from lightship.vocabulary.updates import Update

START = parse_iso("2031-03-05T07:55:00Z")
SERVICES = (
    Service(ServiceId("broadband"), "broadband", emergency=True), Service(ServiceId("voice"), "phone calls", emergency=True),
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
    return NetworkMap("fictional", "v1", provider, (), SERVICES, (), (), (), places=PLACES, synthetic=True)


def settings(**changed: object) -> Settings:
    """A simulated provider's."""
    return msgspec.structs.replace(Settings(runs_it="Saltmarsh Telecom", simulated=True), **changed)


def at(minutes: float) -> Instant:
    """So many minutes after the outage began."""
    return Instant(round(START + minutes * MINUTE))


def areas_in(region: str, service: str, state: AreaState = "affected", share: float | None = 0.4) -> tuple[AffectedArea, ...]:
    """Every area of a region in one state."""
    triple = None if share is None or state != "affected" else (share, share * 0.6, min(share * 1.5, 1.0))
    return tuple(
        AffectedArea(ServiceId(service), each.id, state, triple) for each in PLACES.leaves(AreaId(region))
    )


def incident(
    areas: tuple[AffectedArea, ...], status: Status = "investigating", name: str = "20310305-1", begins: Instant = START,
    national: bool = False, **changed: object,
) -> Incident:  # fmt: skip
    """One that the public knows of."""
    services = tuple(dict.fromkeys(each.service for each in areas))
    scope = Scope(Instant(begins + 12 * MINUTE), services, areas, national, len(LEAVES), Estimate("lines"), Estimate("share of lines"))
    onset = Between(Instant(begins - 4 * MINUTE), begins, Instant(begins + 3 * MINUTE))
    found = Incident(
        IncidentId(name), status, Instant(begins + 6 * MINUTE), Instant(begins + 30 * MINUTE), onset, (), (scope,), public=True
    )
    return msgspec.structs.replace(found, **changed)


def answers(
    about: Incident, when: Instant, promised: Instant | None, half: Instant | None = None, most: Instant | None = None,
    why: str | None = None,
) -> tuple[Answer, ...]:  # fmt: skip
    """The answers of one update."""
    names = {each.id: each.name for each in SERVICES}
    hit = tuple(dict.fromkeys(each.area for each in about.scope.areas if each.state != "recovered"))
    services = about.scope.services
    steps = ("nothing-at-home", "do-not-reset", "use-mobile-data-or-4g")
    is_open = about.status != "resolved"
    return (
        Answer("down", "yes" if is_open else "no", "evidence", when),
        Answer("services", " and ".join(names[each] for each in services), "evidence", when, items=services),
        Answer("where", "national" if about.scope.national else "areas", "evidence", when, items=hit),
        Answer("since", iso(about.onset.likeliest), "evidence", when, iso(about.onset.earliest), iso(about.onset.latest), "instant"),
        Answer("how_many", "about 1 in 8 connections (between 1 in 15 and 1 in 5; 210,000 to 640,000 lines)", "evidence", when, 0.07, 0.2, "share of lines"),
        Answer("why", why, "evidence", when),
        Answer("same_as_last_time", "no", "rule", when),
        Answer("us_or_neighbour", "us", "evidence", when),
        Answer("what_to_do", "Steps.", "rule", when, items=steps),
        Answer("when_back", iso(half) if half else None, "rule", when, iso(half) if half else None, iso(most) if most else None, "instant"),
        Answer("next_word", iso(promised) if promised else None, "rule", when),
        Answer("over", "no" if is_open else "yes", "evidence", when),
        Answer("owed", None, "not built", when),
        Answer("to_report", None, "not built", when),
    )  # fmt: skip


TEXTS = (
    ("investigating", "We are seeing failures of broadband and phone calls in parts of Yorkshire and the Humber since about 7:55am. Why is not known yet; we are comparing what fails with what still works. Nothing needs mending at your home. Next update by 8:35am."),  # noqa: E501
    ("investigating", "More areas are hit: reports from the North East now show the same. How many are affected is not known yet. Do not reset or unplug your router: it does not help and can slow the recovery. Next update by 8:50am."),  # noqa: E501
    ("identified", "The evidence points to loss of power at a building in Leeds. People are on their way to it. Judging by past outages there is an even chance that it is back by 11am, and nine in ten by 3pm. Next update by 9:20am."),  # noqa: E501
    ("identified", "No change since 8:50am. Our engineers are in the building and are starting the back-up supply. The estimate is later than the one before. Next update by 9:50am."),  # noqa: E501
)  # fmt: skip


def rich(minutes: float = 92) -> Situation:
    """Two services failing in two regions, one incident that looks over, one that was."""
    main = incident(
        areas_in("region:Yorkshire and the Humber", "broadband") + areas_in("region:Yorkshire and the Humber", "voice")
        + areas_in("region:North East", "broadband", "likely"),
        "identified", etas=(Eta(at(55), at(185), at(425), "rule"),),
    )  # fmt: skip
    said = []
    for number, (status, text) in enumerate(TEXTS, 1):
        when, promised = at(10 + 25 * (number - 1)), at(40 + 25 * (number - 1))
        half, most = ((at(185), at(425)), (at(245), at(545)))[number // 4] if number >= 3 else (None, None)
        found = answers(main, when, promised, half, most, "loss of power at a building in Leeds" if number >= 3 else None)
        headline = "Broadband and phone calls: about 1 in 8 connections is failing in Yorkshire and the Humber (42 area codes)."
        said.append(Update(main.id, number, when, status, headline, text, found, promised, "operator" if number == 4 else "automation", True))  # noqa: E501
    mail = incident(areas_in("region:South West", "email", "recovered"), "monitoring", "20310305-2", at(20), green_since=at(70))
    calm = tuple(msgspec.structs.replace(each, answer=None) if each.question == "down" else each for each in answers(mail, at(75), at(105)))
    said.append(Update(mail.id, 1, at(75), "monitoring", "Email looks healthy again in the South West; we are still watching it.", "All that we measure looks healthy since 9:05am. We keep watching before we call it over. Next update by 9:40am.", calm, at(105), simulated=True))  # noqa: E501
    old_start = Instant(START - 30 * HOUR)
    old = incident(
        areas_in("region:London", "portal", "recovered"), "resolved", "20310304-1", old_start,
        service_restored_at=Instant(old_start + 3 * HOUR), resolved_at=Instant(old_start + 4 * HOUR),
    )  # fmt: skip
    ended = Instant(old_start + 4 * HOUR)
    said.append(Update(old.id, 1, ended, "resolved", "My Saltmarsh website is working again in London.", "Working again since 4:55am. It lasted about 3 hours.", answers(old, ended, None), None, simulated=True))  # noqa: E501
    return Situation(
        settings(), network(), at(minutes), 4711, (old, mail, main), tuple(said), {main.id: series(minutes)},
        KNOWN, ASSUMED, UK_CREDITS, uk_cells(),
    )  # fmt: skip


def calm() -> Situation:
    """Nothing is known to fail."""
    return Situation(settings(), network(), at(0), 12, credits=UK_CREDITS, known=KNOWN, assumed=ASSUMED, cells=uk_cells())


def series(minutes: float) -> Series:
    """A quiet night, then a surge."""
    chance = np.random.default_rng(7)
    times = [Instant(START + n * MINUTE) for n in range(-180, int(minutes))]
    level = [3.0 + 40.0 * (1 - np.exp(-max(n, 0) / 15)) for n in range(-180, int(minutes))]
    counts = [float(each) for each in chance.poisson(level)]
    return Series((ServiceId("broadband"),), tuple(times), tuple(counts), (3.0,) * len(times), (7.0,) * len(times))


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
    said = [
        Update(
            main.id, n, at(10 + 20 * n), "identified", headline, words(chance), answers(main, at(10 + 20 * n), at(40 + 20 * n), at(500), at(900)),
            at(40 + 20 * n), simulated=True,
        )
        for n in range(1, 16)
    ]  # fmt: skip
    return Situation(
        settings(), network(), at(320), 99, (main,), tuple(said), {main.id: series(320)}, KNOWN, ASSUMED, UK_CREDITS, uk_cells()
    )


_WORDS = (
    "we are seeing failures of broadband phone calls in since about and the evidence points to a building people equipment "
    "network back service recovering nothing needs mending at your home do not reset unplug router help slow recovery next "
    "update by even chance nine ten past outages judging how many affected known yet comparing what fails with still works "
    "engineers power supply cable London Leeds Bristol Cardiff Belfast Glasgow mobile data hotspot call areas reports hour"
).split()


def words(chance: np.random.Generator, length: int = 400) -> str:
    """A text of exactly so many characters, of words that updates use, in random order."""
    text = ""
    while len(text) < length:
        text += f"{_WORDS[int(chance.integers(len(_WORDS)))]} "
        if chance.random() < 0.1:
            text = f"{text.rstrip()} {int(chance.integers(1, 12))}:{int(chance.integers(10, 60))}am. "
    return text[: length - 1] + "."
