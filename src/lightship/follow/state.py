"""What following remembers between ticks: the incidents, and a little beside each that the public never needs."""

from typing import Literal

import msgspec

from lightship.vocabulary.alarms import AlarmId, AlarmState, RowClass
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.signals import FeedEvent
from lightship.vocabulary.time import DAY, HOUR, MINUTE, Instant

SLACK = 10 * MINUTE
"""Onset intervals this near to each other count as overlapping: two rows of one fault are dated apart by that much."""

SCOPE_EVERY = 5 * MINUTE
GREEN_MEASURED = 30 * MINUTE
GREEN_REPORTS = 60 * MINUTE
"""How long all evidence must be healthy before an incident closes: with measurements, and with reports alone."""

REOPEN_WITHIN = 6 * HOUR
REMEMBER = 30 * DAY
"""Closed incidents are kept that long, to say whether a new one is the same as last time ..."""
REMEMBER_AT_MOST = 50
"""... and no more than this many."""
FEEDS_FOR = DAY


class Seen(msgspec.Struct, frozen=True):
    """An alarm of an incident as last seen. `recovered_at` is absent while it stands."""

    id: AlarmId
    state: AlarmState
    row_class: RowClass
    members: tuple[ComponentId, ...]
    recovered_at: Instant | None = None


class Path(msgspec.Struct, frozen=True):
    """A probe's path that wholly needs the diagnosed component.

    Args:
        row: number among the rows of the map of that version.
        seen, expected: failures, and what healthy paths would have given, in the evidence's window.
        failing: ticks with failures in this spell; spell: measured ticks from its first failure to its last; measured:
            from its first failure until now.
        failed_at, measured_at: the last tick in which it failed, and in which it was measured at all.
    """

    row: int
    map_version: str
    seen: float = 0.0
    expected: float = 0.0
    failing: int = 0
    spell: int = 0
    measured: int = 0
    failed_at: Instant | None = None
    measured_at: Instant | None = None


class Followed(msgspec.Struct, frozen=True):
    """An incident and what is remembered beside it.

    Args:
        seen: its alarms as last seen.
        named: the component that a person named; automation does not replace it.
        confirmed: the class that a person confirmed; it keeps that standing while it stays the class.
        weighed_at: when its scope was last compared with the alarms.
        paths: of the diagnosed component, to see when it answers again.
        warned: the broken promise that operators have been told of already.
    """

    incident: Incident
    seen: tuple[Seen, ...] = ()
    named: ComponentId | None = None
    confirmed: tuple[ComponentId, ...] = ()
    weighed_at: Instant = Instant(0)
    paths: tuple[Path, ...] = ()
    warned: Instant | None = None


class FollowState(msgspec.Struct, frozen=True):
    """All that following knows.

    Args:
        followed: open and recent incidents, oldest first.
        day, number: local date and running number of the youngest incident's id.
        alarms: alarms that stood at the last tick, with their state, so that each change is told once.
        feeds: the newest event per feed, subject and kind, a day long.
        dismissed: alarms that a person closed or suppressed: they open nothing until they end.
    """

    followed: tuple[Followed, ...] = ()
    day: str = ""
    number: int = 0
    alarms: tuple[tuple[AlarmId, AlarmState], ...] = ()
    feeds: tuple[FeedEvent, ...] = ()
    dismissed: tuple[AlarmId, ...] = ()

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """Open and recent incidents, oldest first."""
        return tuple(each.incident for each in self.followed)


Polarity = Literal["down", "up"]
POLARITY: dict[str, Polarity] = {
    "power-lost": "down", "on-battery": "down", "dying-gasp": "down", "loss-of-signal": "down", "fibre-break": "down",
    "equipment-alarm": "down", "route-withdrawn": "down", "certificate-expired": "down",
    "power-restored": "up", "component-restored": "up",
}  # fmt: skip
"""What a feed event says about its component. Other kinds (statements, warnings, changes) say nothing about health."""
