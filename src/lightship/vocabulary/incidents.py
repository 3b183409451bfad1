"""The thing people follow: an incident, its scope by time, its two clocks and its promises."""

from typing import Literal, NewType

import msgspec

from lightship.vocabulary.alarms import AffectedArea, AlarmId, Partial
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.questions import Answer
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.sources import Estimate
from lightship.vocabulary.time import Between, Instant

IncidentId = NewType("IncidentId", str)
"""Made from the sequence number of the event that opened it ("20160720-1"): stable across replays and merges."""

Status = Literal["investigating", "identified", "monitoring", "resolved", "merged"]


class Scope(msgspec.Struct, frozen=True):
    """Who is hit, at an instant.

    Args:
        national: everywhere, with no centre: then `areas` may be all of them.
        of: how many areas there are in all.
    """

    at: Instant
    services: tuple[ServiceId, ...]
    areas: tuple[AffectedArea, ...]
    national: bool
    of: int
    lines: Estimate
    share: Estimate


class Eta(msgspec.Struct, frozen=True):
    """When it is back, as said at `at`: even chance by `half`, nine in ten by `most`.

    Never overwritten, only followed.
    """

    at: Instant
    half: Instant
    most: Instant
    basis: str
    reason: str = ""


class Said(msgspec.Struct, frozen=True):
    """What a person said in public about an incident, word for word. `operator` is an opaque id."""

    at: Instant
    operator: str
    text: str


class Planned(msgspec.Struct, frozen=True):
    """Announced work that explains an incident: by its ids, and from when to when all of it was to last."""

    works: tuple[str, ...]
    starts: Instant
    ends: Instant


class Incident(msgspec.Struct, frozen=True):
    """An incident with its whole history. Histories grow at the end and are never rewritten.

    Args:
        onset: when it began, by the evidence.
        component_restored_at, service_restored_at: the two clocks; absent: not (yet) restored, or not known.
        green_since: all evidence has been healthy since then; absent: it is not.
        next_update_by: the promise; passing it is an alarm of its own.
        merged_into: the older incident that took this one over.
        measured: probes, passive counts or a feed speak about it too, not reports alone.
        partial: a part of the networks that we test from sees it, the others do not; absent: most do, or nobody counts.
        said: what operators said in public, oldest first.
        suppressed: an operator closed it as no outage of this network.
        planned: announced work that explains all of it now; absent: none does.
    """

    id: IncidentId
    status: Status
    opened_at: Instant
    changed_at: Instant
    onset: Between
    alarms: tuple[AlarmId, ...]
    scopes: tuple[Scope, ...]
    diagnoses: tuple[Diagnosis, ...] = ()
    etas: tuple[Eta, ...] = ()
    component_restored_at: Instant | None = None
    service_restored_at: Instant | None = None
    green_since: Instant | None = None
    next_update_by: Instant | None = None
    resolved_at: Instant | None = None
    reopened: int = 0
    merged_into: IncidentId | None = None
    public: bool = False
    public_cause: str | None = None
    public_cause_source: str = ""
    answers: tuple[Answer, ...] = ()
    public_reports: int = 0
    networks: int = 0
    measured: bool = False
    said: tuple[Said, ...] = ()
    suppressed: bool = False
    planned: Planned | None = None
    partial: Partial | None = None

    @property
    def scope(self) -> Scope:
        """The latest scope."""
        return self.scopes[-1]

    @property
    def diagnosis(self) -> Diagnosis | None:
        """The latest diagnosis, if there is one."""
        return self.diagnoses[-1] if self.diagnoses else None

    @property
    def is_open(self) -> bool:
        """Still followed."""
        return self.status not in ("resolved", "merged")
