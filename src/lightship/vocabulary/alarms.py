"""What detection says: surges and alarms, and how certain their beginning is."""

from typing import Literal, NewType

import msgspec

from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.sources import Estimate
from lightship.vocabulary.time import Between, Instant

AlarmId = NewType("AlarmId", str)

AlarmState = Literal["possible", "outage", "recovered"]
RowClass = Literal["head-end", "metro", "core", "national", "area", "region", "nation", "probe", "neighbour"]
"""The class of a scanned row: the budget of false alarms is split between classes."""

AreaState = Literal["affected", "likely", "recovered"]


class AffectedArea(msgspec.Struct, frozen=True):
    """One service area in an alarm.

    Args:
        state: `likely`: under the same component, but with too little data to say. Absence from the list is not "fine".
        share: share of its lines that is out, 0-1, as (value, low, high) at 90 %; absent where the data do not say.
    """

    service: ServiceId
    area: AreaId
    state: AreaState
    share: tuple[float, float, float] | None = None


class Partial(msgspec.Struct, frozen=True):
    """Seen to fail by a part of those who see, and to work by the others.

    Args:
        failing: access networks that see it fail; of: those that see it at all.
        family: 4 or 6, where all that fails goes over it and nothing that works does; else 0.
        networks: names of those that see it fail, for operators: they may be third parties.
        region: where all failing vantages stand and no other; empty: nowhere in common, or not stated.
    """

    failing: int
    of: int
    family: int = 0
    networks: tuple[str, ...] = ()
    region: str = ""


class Alarm(msgspec.Struct, frozen=True):
    """A surge past the promised false-alarm budget, as it stands now.

    Args:
        id: stays the same while the alarm lasts.
        subject: the scanned row that scored: a component's id, an area's id with a service ("broadband@0113"),
            or a probed target.
        members: components whose footprint is (nearly) the subject's; empty for rows that are no component.
        score, threshold: nats; `state` is "outage" once score passed threshold.
        share: share of the lines in the footprint, in `services`, that is out: 0.1 where what carries a tenth
            of every line failed whole.
        public: enough for a public statement (5 reporting prefixes or 2 vantage networks, or one by setting).
        reason: the named rule that put it in this state.
        probes_green_since, reports_green_since: end of the tick since which that kind of evidence has been quiet;
            absent: it is not, or it was never part of this alarm.
        partial: a part of the networks sees it fail; absent: most do, or probes do not say.
    """

    id: AlarmId
    state: AlarmState
    subject: str
    row_class: RowClass
    services: tuple[ServiceId, ...]
    members: tuple[ComponentId, ...]
    score: float
    threshold: float
    since: Between
    at: Instant
    share: Estimate
    areas: tuple[AffectedArea, ...] = ()
    national: bool = False
    public: bool = True
    reports: int = 0
    networks: int = 0
    reason: str = ""
    recovered_at: Instant | None = None
    probes_green_since: Instant | None = None
    reports_green_since: Instant | None = None
    partial: Partial | None = None
