"""A small country made by hand, and the alarms and diagnoses that detection and explanation would hand on."""

import msgspec
import numpy as np

from lightship.detect.evidence import SHARES, Detection, Evidence
from lightship.follow import core as follow
from lightship.follow.state import FollowState
from lightship.prevent.footprints import Footprints, footprints
from lightship.tell import core as tell
from lightship.vocabulary.alarms import AffectedArea, Alarm, AlarmId
from lightship.vocabulary.components import (
    Brand,
    Component,
    ComponentId,
    Gate,
    Need,
    NetworkMap,
    ProbePath,
    ServiceArea,
    ServiceNeeds,
)
from lightship.vocabulary.decisions import ChangeIncident, Decision, Keys, OpenIncident, Publish
from lightship.vocabulary.diagnosis import Category, Diagnosis, Explained, Kind, RunnerUp
from lightship.vocabulary.events import OperatorAct
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.observables import ProbeRow
from lightship.vocabulary.places import Area, AreaId, PlaceTree
from lightship.vocabulary.planned_work import PlannedWork
from lightship.vocabulary.services import Service, ServiceId
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.signals import FeedEvent
from lightship.vocabulary.sources import Estimate
from lightship.vocabulary.time import MINUTE, Between, Instant, parse_iso, tick_of
from lightship.vocabulary.updates import Update

BROADBAND, VOICE, EMAIL, PORTAL = (ServiceId(each) for each in ("broadband", "voice", "email", "portal"))
T0 = parse_iso("2016-07-20T06:55:00Z")

CODES = {
    "0113": ("Leeds", "region:Yorkshire"), "01904": ("York", "region:Yorkshire"),
    "0114": ("Sheffield", "region:Yorkshire"), "01482": ("Hull", "region:Yorkshire"),
    "01274": ("Bradford", "region:Yorkshire"), "020": ("London", "region:London"),
    "01792": ("Swansea", "region:Wales"), "029": ("Cardiff", "region:Wales"),
}  # fmt: skip


def places() -> PlaceTree:
    """Two nations, three regions, eight areas."""
    nodes = [
        Area(AreaId("country:UK"), "UK", "country"),
        Area(AreaId("nation:England"), "England", "nation", AreaId("country:UK")),
        Area(AreaId("nation:Wales"), "Wales", "nation", AreaId("country:UK")),
        Area(AreaId("region:Yorkshire"), "Yorkshire", "region", AreaId("nation:England")),
        Area(AreaId("region:London"), "London", "region", AreaId("nation:England")),
        Area(AreaId("region:Wales"), "Wales", "region", AreaId("nation:Wales")),
    ]
    nodes += [Area(AreaId(c), name, "area", AreaId(above), 1.0) for c, (name, above) in CODES.items()]
    return PlaceTree(tuple(nodes))


def _needs(*on: tuple[str, float]) -> tuple[Gate, ...]:
    return (Gate(tuple(Need(ComponentId(each), share) for each, share in on)),)


def _probe(number: int, through: str) -> ProbePath:
    return ProbePath(
        f"home-{number}", f"https://beyond-{through}.example", f"isp-{number}", 0, BROADBAND,
        gates=_needs((through, 1.0)),
    )  # fmt: skip


def network() -> NetworkMap:
    """Broadband over two peering sites (a tenth and nine tenths), an exchange per area; mail and portal apart."""
    components = (
        Component(
            ComponentId("ld8"), "building", "Harbour Exchange", (), "a building in London of a supplier", "Equinix"
        ),
        Component(ComponentId("linx-ld8"), "peering", "LINX at LD8", _needs(("ld8", 1.0)), "", "LINX"),
        Component(
            ComponentId("thn"), "building", "Telehouse North", (), "another building in London of a supplier",
            "Telehouse",
        ),
        Component(ComponentId("linx-thn"), "peering", "LINX at Telehouse", _needs(("thn", 1.0)), "", "LINX"),
        *(Component(ComponentId(f"ex-{c}"), "exchange", f"{CODES[c][0]} exchange") for c in CODES),
        Component(ComponentId("mail-front"), "front-end", "imap.example"),
        Component(ComponentId("www"), "portal", "www.example"),
    )  # fmt: skip
    areas = [ServiceArea(BROADBAND, AreaId(c), 100_000.0, _needs((f"ex-{c}", 1.0))) for c in CODES] + [
        ServiceArea(service, AreaId(c), 10_000.0) for service in (VOICE, EMAIL, PORTAL) for c in CODES
    ]
    return NetworkMap(
        "small", "v1", "BT", (Brand("bt", "BT"),),
        (
            Service(BROADBAND, "broadband", emergency=True), Service(VOICE, "phone calls", emergency=True),
            Service(EMAIL, "email"), Service(PORTAL, "BT website"),
        ),
        components,
        (
            ServiceNeeds(BROADBAND, _needs(("linx-ld8", 0.1), ("linx-thn", 0.9))),
            ServiceNeeds(EMAIL, _needs(("mail-front", 1.0))), ServiceNeeds(PORTAL, _needs(("www", 1.0))),
        ),
        tuple(areas), probes=tuple(_probe(n, "linx-ld8") for n in (1, 2)), places=places(),
    )  # fmt: skip


FEET: Footprints = footprints(network())


def alarm(
    name: str, codes: list[str] | None = None, service: ServiceId = BROADBAND, *, score: float = 40.0,
    since: Instant = T0, share: tuple[float, float, float] | None = (0.1, 0.05, 0.2), national: bool = False,
    state: str = "outage", subject: str = "", members: tuple[str, ...] = (), row_class: str = "area",
    public: bool = True, reports: int = 50, slack: int = 5,
) -> Alarm:  # fmt: skip
    """An alarm over these areas (all of them by default)."""
    codes = list(CODES) if codes is None else codes
    value, low, high = share or (None, None, None)
    return Alarm(
        AlarmId(name), state, subject or f"{service}@{name}", row_class, (service,),  # type: ignore[arg-type]
        tuple(ComponentId(each) for each in members), score, 12.0,
        Between(Instant(since - slack * MINUTE), since, Instant(since + slack * MINUTE)), since,
        Estimate("share", value, low, high), tuple(AffectedArea(service, AreaId(c), "affected") for c in codes),
        national, public, reports,
    )  # fmt: skip


def national(**more: object) -> Alarm:
    """The national alarm of July 2016: a tenth of broadband, no centre."""
    return alarm("n", national=True, row_class="national", **more)  # type: ignore[arg-type]


def diagnosis(
    chosen: str | None, *members: str, at: Instant = T0, probability: float = 0.995, category: Category | None = None,
    neighbour: bool = False, standing: str = "",
) -> Diagnosis:  # fmt: skip
    """A diagnosis of that class, named to operators from P = 0.99 on."""
    named = standing or ("named to operators" if probability >= 0.99 else "under investigation")
    return Diagnosis(
        at, named, tuple(ComponentId(m) for m in members or ((chosen,) if chosen else ())),  # type: ignore[arg-type]
        ComponentId(chosen) if chosen else None, (), 14.0, probability, 1.0, Explained(8, 8, 0, 0), (), (),
        (RunnerUp((ComponentId("linx-thn"),), 14.0),), (), (Kind(category, 0.9),) if category else (),
        neighbour=neighbour,
    )  # fmt: skip


LD8 = ("ld8", "linx-ld8")


PROBES = [number for number, row in enumerate(FEET.rows) if isinstance(row, ProbeRow)]


def detection(
    at: Instant, *alarms: Alarm, failures: tuple[float, float] = (0, 0), tried: float = 0
) -> Detection:
    """What detection hands on at that instant; failures of the two probes since the window began."""
    tick = tick_of(Instant(at - MINUTE))
    rows = len(FEET.rows)
    seen, expected = np.zeros(rows), np.zeros(rows)
    seen[PROBES], expected[PROBES] = failures, 0.01 * tried
    evidence = Evidence(tick, tick, np.zeros((rows, len(SHARES))), np.zeros(rows, bool), seen, expected)
    nothing = np.zeros(4)
    return Detection(tick, tuple(alarms), tuple(alarms), evidence, nothing, nothing, nothing)


PROVIDER = Settings()


class Desk:
    """Follow and tell together, as the fold runs them, with all that they decided."""

    def __init__(self, settings: Settings = PROVIDER, *, restarts: bool = False) -> None:
        self.settings, self.restarts = settings, restarts
        self.follow, self.tell = follow.start(settings), tell.start(settings)
        self.seq = 0
        self.works: tuple[PlannedWork, ...] = ()
        self.decisions: list[Decision] = []
        self.history: list[tuple[Incident, ...]] = []

    def tick(
        self, at: Instant, alarms: tuple[Alarm, ...] = (), diagnoses: tuple[Diagnosis, ...] = (),
        feeds: tuple[FeedEvent, ...] = (), failures: tuple[float, float] = (0, 0), tried: float = 0,
    ) -> tuple[Decision, ...]:  # fmt: skip
        self.seq += 1
        keys = Keys(self.seq)
        seen = detection(at, *alarms, failures=failures, tried=tried)
        self.follow, made = follow.step(
            self.follow, FEET, self.settings, at, seen, diagnoses, feeds, keys, self.works
        )
        return self._after(at, made, keys)

    def act(self, at: Instant, **what: object) -> tuple[Decision, ...]:
        self.seq += 1
        keys = Keys(self.seq)
        act = OperatorAct("op1", **what)  # type: ignore[arg-type]
        self.follow, made = follow.act(self.follow, FEET, self.settings, at, act, keys)
        return self._after(at, made, keys)

    def _after(self, at: Instant, made: tuple[Decision, ...], keys: Keys) -> tuple[Decision, ...]:
        changed = tuple(each.incident for each in made if isinstance(each, OpenIncident | ChangeIncident))
        self.tell, said = tell.step(self.tell, FEET, self.settings, at, self.follow.incidents, changed, keys)
        made = tell.fill(self.tell, made, self.follow.incidents, FEET, self.settings, at)
        self.follow = follow.told(self.follow, said)
        self.decisions += [*made, *said]
        self.history.append(self.follow.incidents)
        if self.restarts:
            self.restart()
        return (*made, *said)

    def restart(self) -> None:
        """The process dies and comes back."""
        self.follow = follow.restore(follow.snapshot(self.follow), FEET, self.settings)
        self.tell = tell.restore(tell.snapshot(self.tell), FEET, self.settings)

    @property
    def incidents(self) -> tuple[Incident, ...]:
        return self.follow.incidents

    @property
    def updates(self) -> list[Update]:
        return [each.update for each in self.decisions if isinstance(each, Publish)]


def minute(number: float) -> Instant:
    """That many minutes after T0."""
    return Instant(T0 + round(number * MINUTE))


def recovered(which: Alarm, at: Instant) -> Alarm:
    """The same alarm, as it ends."""
    return msgspec.structs.replace(which, state="recovered", recovered_at=at)


def fresh() -> FollowState:
    """Nothing followed yet."""
    return follow.start(Settings())
