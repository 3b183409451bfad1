"""What the log holds: everything that the core ever learns. Opaque ids only, never a person's data."""

from typing import Literal

import msgspec

from lightship.vocabulary.components import ComponentId, NetworkMap
from lightship.vocabulary.diagnosis import Category
from lightship.vocabulary.incidents import IncidentId
from lightship.vocabulary.letters import Pace
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.planned_work import PlannedWork
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.signals import Failure, FeedEvent
from lightship.vocabulary.time import Instant, Tick


class ReportCounts(msgspec.Struct, frozen=True):
    """Accepted reports of one tick, sparse: parallel columns, rows ascending.

    Args:
        rows: row numbers in `observables(map)`.
        counts: reports, repeats of (reporter, service) within 6 h already dropped; > 0.
        prefixes: distinct network prefixes among them; 1 <= prefixes <= counts.
        fresh: of those, prefixes that had not named the row's service in the six hours before: over any stretch of
            ticks and rows of one service up to six hours long, their sum is a number of distinct prefixes. Empty: not
            counted.
    """

    rows: tuple[int, ...] = ()
    counts: tuple[int, ...] = ()
    prefixes: tuple[int, ...] = ()
    fresh: tuple[int, ...] = ()


class ProbeCounts(msgspec.Struct, frozen=True):
    """Observations of one tick per probe row, rows ascending. Missed and suspect ones are left out.

    Args:
        failures: how many of `attempts` failed; failure: the kind seen most, absent where none failed.
    """

    rows: tuple[int, ...] = ()
    attempts: tuple[int, ...] = ()
    failures: tuple[int, ...] = ()
    failure: tuple[Failure | None, ...] = ()


class PassiveCounts(msgspec.Struct, frozen=True):
    """Passive counts of one tick, rows ascending; `kinds` as in `PassiveCount`. No row: no data, never zero."""

    rows: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    values: tuple[float, ...] = ()


class Taken(msgspec.Struct, frozen=True):
    """How far what lies on disk has been counted: numbers of the last entries, 0 for none.

    A hub that starts again goes on from there, and so counts each entry once.
    """

    reports: int = 0
    batches: int = 0
    heard: int = 0


class TickJudged(msgspec.Struct, frozen=True, tag="tick-judged"):
    """One tick, judged once, 5 s after its end.

    Args:
        early: an extra judgement inside the tick that probes asked for: probe rows only.
        taken: how far the reports and the feeds' inbox were counted when it was judged.
    """

    tick: Tick
    map_version: str
    reports: ReportCounts = ReportCounts()
    probes: ProbeCounts = ProbeCounts()
    passive: PassiveCounts = PassiveCounts()
    feeds: tuple[FeedEvent, ...] = ()
    early: bool = False
    taken: Taken = Taken()


class TickAmended(msgspec.Struct, frozen=True, tag="tick-amended"):
    """Signals of an earlier tick that came late: they correct baselines and history, never a published word."""

    tick: Tick
    map_version: str
    reports: ReportCounts = ReportCounts()


class OperatorAct(msgspec.Struct, frozen=True, tag="operator-act"):
    """What a person did. `operator` is an opaque id.

    Args:
        act: confirm (the diagnosis or the incident), name-cause (set `component`), name-kind (set `category`),
            release-cause (the public may read `text`), say (publish `text`), close, reopen, suppress (no incident of
            this).
    """

    operator: str
    act: Literal["confirm", "name-cause", "name-kind", "release-cause", "say", "close", "reopen", "suppress"]
    incident: IncidentId | None = None
    component: ComponentId | None = None
    text: str = ""
    category: Category | None = None


class MapChanged(msgspec.Struct, frozen=True, tag="map-changed"):
    """The map from here on."""

    map: NetworkMap


class WorkPlanned(msgspec.Struct, frozen=True, tag="work-planned"):
    """All announced work that is under way or to come, from here on."""

    works: tuple[PlannedWork, ...] = ()


class SettingsChanged(msgspec.Struct, frozen=True, tag="settings-changed"):
    """What the operator states from here on."""

    settings: Settings


class SubscriptionChanged(msgspec.Struct, frozen=True, tag="subscription-changed"):
    """What one subscriber wants over one channel from here on, by opaque id; never an address.

    Args:
        selector: as `tell.outbox.selector` reads it; empty: it ended.
        depends_on: components at the subscriber's end: the mobile operator, a mail host.
        through: services of this provider that the contact itself needs (a mailbox of ours: `email`).
        area: where the subscriber is, for `through` and for the order of delivery; absent: not known.
        priority: somebody there relies on a telecare alarm, or is on the register of those who need help first.
    """

    subscriber: str
    selector: str
    channel: str
    depends_on: tuple[ComponentId, ...] = ()
    through: tuple[ServiceId, ...] = ()
    area: AreaId | None = None
    pace: Pace = "each"
    priority: bool = False


class EffectReported(msgspec.Struct, frozen=True, tag="effect-reported"):
    """What became of a decision: by its key."""

    key: str
    outcome: Literal["sent", "failed", "unknown", "read back"]
    detail: str = ""


class Due(msgspec.Struct, frozen=True, tag="due"):
    """A timer that a decision asked for has run out."""

    key: str


Event = (
    TickJudged | TickAmended | OperatorAct | MapChanged | WorkPlanned | SettingsChanged
    | SubscriptionChanged | EffectReported | Due
)  # fmt: skip


class Logged(msgspec.Struct, frozen=True):
    """An event in the log.

    Args:
        seq: 1, 2, 3 ... without gaps.
        at: when it was logged, by the shell's clock; the core knows no other clock.
    """

    seq: int
    at: Instant
    event: Event
