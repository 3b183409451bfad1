"""A provider with a million report series, as arrays: what the speed bars of detection are measured on.

The scan's tables are filled as `detect.plan` fills them from a map: 200,000 areas x 5 services, each area a sum by
itself and part of its head-end, metro, region and nation. They are built from arrays, since the same map as objects
takes minutes to read.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import overload

import msgspec
import numpy as np
from scipy import sparse

from lightship.detect import agreement, baseline, core, quiet, scan, vantages
from lightship.detect.plan import Plan, owners, plan
from lightship.detect.state import DetectState, Memory
from lightship.detect.subjects import Subject
from lightship.edges.files.places import uk_places
from lightship.prevent.footprints import footprints
from lightship.simulate.national import national
from lightship.vocabulary.events import ReportCounts, TickJudged
from lightship.vocabulary.map_version import versioned
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Tick, judged_at, parse_iso, tick_of

AREAS, SERVICES = 200_000, 5
GROUPS = (40, 2_000, 20_000, AREAS)
"""Areas in a head-end, a metro, a region, the nation."""
CLASSES = (0, 1, 5, 6)
A_TICK = 0.007
"""Reports of one row in a minute: one row in 140 is not empty."""
NOON = tick_of(parse_iso("2026-03-02T12:00:00Z"))
VERSION = "a million rows"


class Many(Sequence[Subject]):
    """Subjects that are looked up one by one and made when they are."""

    def __init__(self, table: np.ndarray) -> None:
        self._table = table

    def __len__(self) -> int:
        return len(self._table)

    @overload
    def __getitem__(self, at: int) -> Subject: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Subject]: ...
    def __getitem__(self, at: int | slice) -> Subject | Sequence[Subject]:
        """One of them."""
        assert isinstance(at, int | np.integer), "one at a time"
        none = np.empty(0, np.int64)
        parts = tuple(int(part) for part in self._table[at] if part >= 0)
        return Subject(f"subject-{at}", "area", None, (), parts, none, np.empty(0), False, 0)


def large() -> Plan:
    """The tables. Rows by service, then area; the last rows are those without an area."""
    small = plan(footprints(versioned(msgspec.structs.replace(national(uk_places()), probes=(), feeds=()))))
    rows, services = AREAS * SERVICES, np.arange(SERVICES)
    counts, lines = rows + SERVICES, np.full(rows + SERVICES, 40.0)
    members, table, row_class = _sums()
    pool = _pool(members, counts)
    ptr, owner, owner_service = owners(table, pool.shape[0])
    groups = [np.repeat(services, AREAS // size) for size in (1, *GROUPS)]
    part_service = np.concatenate([services, *groups])
    return replace(
        small, counts=counts, service_of=np.append(np.repeat(services, AREAS), services),
        without_area=np.arange(counts) >= rows, reach=lines, propensity=np.full(counts, 1e-4), pool=pool, pool2=pool,
        carried=pool, touch=pool.T.tocsr(), part_service=part_service, subject_parts=table, owner_ptr=ptr, owner=owner,
        owner_service=owner_service, unplaced=services, part_fill=np.ones(len(part_service)),
        part_eager=pool @ (lines * 1e-4), national=row_class == -1, wide=np.flatnonzero(row_class == -1),
        row_class=np.maximum(row_class, 0), subjects=Many(table), number={},
        place_of=np.append(np.tile(np.arange(AREAS), SERVICES), np.full(SERVICES, AREAS)),
    )  # fmt: skip


def _sums() -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """The group of each row at each level; (subjects, services) sums; (subjects,) classes, -1 for national."""
    first, tables, classes, members = SERVICES, list[np.ndarray](), list[np.ndarray](), list[np.ndarray]()
    for size, row_class in zip((1, *GROUPS), (4, *CLASSES), strict=True):
        many = AREAS // size
        number = first + np.arange(many)[:, None] + many * np.arange(SERVICES)[None, :]
        members.append(np.repeat(number.T, size, axis=1).reshape(-1))
        together = size in GROUPS[:2]
        tables.append(number if together else _apart(number))
        classes.append(np.full(len(tables[-1]), -1 if size == AREAS else row_class))
        first += many * SERVICES
    return members, np.concatenate(tables), np.concatenate(classes)


def _apart(number: np.ndarray) -> np.ndarray:
    """A subject a sum: its own service alone."""
    table = np.full((number.size, SERVICES), -1, np.int64)
    table[np.arange(number.size), np.tile(np.arange(SERVICES), len(number))] = number.reshape(-1)
    return table


def _pool(members: list[np.ndarray], counts: int) -> sparse.csr_array:
    row = np.concatenate([np.arange(SERVICES), *members])
    column = np.concatenate(
        [np.arange(counts - SERVICES, counts), *(np.arange(counts - SERVICES) for _ in members)]
    )
    return sparse.csr_array((np.ones(len(row)), (row, column)), shape=(int(row.max()) + 1, counts))


def begun(made: Plan) -> DetectState:
    """A deployment that knows its level, in its third week."""
    base = baseline.start(made)
    seen = np.full(SERVICES, 1e6)
    base = msgspec.structs.replace(base, seen=seen, effort=seen * 40.0 / A_TICK, watched=20_000)
    memory = Memory(
        VERSION, base, scan.start(made), vantages.start(made.watchers), quiet.start(),
        agreement.start(made.watchers),
    )  # fmt: skip
    return DetectState(memory, made, scan.pooled(made, base))


def ticks(made: Plan, many: int, first: int = NOON) -> list[TickJudged]:
    """Quiet minutes."""
    chance, found = np.random.default_rng(1), list[TickJudged]()
    for n in range(many):
        count = chance.poisson(A_TICK, made.counts)
        rows = np.flatnonzero(count)
        values = tuple(count[rows].tolist())
        found.append(
            TickJudged(Tick(first + n), VERSION, ReportCounts(tuple(rows.tolist()), values, values, values))
        )
    return found


def judged(state: DetectState, tick: TickJudged) -> DetectState:
    """One tick on, by the shipped code."""
    return core.step(state, state.plan.feet, Settings(), judged_at(tick.tick), tick)[0]
