"""The map compiled for detection: made anew from the map, never kept in a snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy import sparse

from lightship.detect.prior import WITHOUT_AREA, propensity
from lightship.detect.subjects import TARGET, Catalogue, Subject
from lightship.prevent.footprints import Footprints
from lightship.vocabulary.alarms import RowClass
from lightship.vocabulary.observables import CountRow, FeedRow, Observable, ProbeRow
from lightship.vocabulary.services import ServiceId, lineage

CLASSES: tuple[RowClass, ...] = get_args(RowClass)


@dataclass(frozen=True)
class Watchers:
    """The probe rows as numbers, in their order on the map.

    Args:
        first: row number of the first of them.
        vantage, network, target: (probes,) int labels.
        control: (probes,) bool.
        service: (probes,) number of the service, or of the nearest above it, that has count rows; -1 for none.
        vouches: (probes, probes) 0 or 1: the second is a control of the first's vantage (any other target of it where
            it has no control) whose path shares no component with the first's.
    """

    rows: tuple[ProbeRow, ...]
    first: int
    vantage: np.ndarray
    network: np.ndarray
    target: np.ndarray
    control: np.ndarray
    service: np.ndarray
    vouches: np.ndarray
    networks: int


@dataclass(frozen=True)
class Plan:
    """What the scan multiplies by.

    Args:
        counts: number of count rows; they come first.
        reach: (counts,) lines that may report in that row: lines x share of reports with, or without, an area.
        propensity: (counts,) reports per affected line and tick at the height of the day.
        pool: (parts, counts) sparse weights; pool2: their squares; carried: losses, the hardest-hit row's 1.
        touch: (counts, parts) `pool` turned: the sums that a row falls into.
        part_service: (parts,) service numbers.
        subject_parts: (subjects, services) number of the subject's sum of that service, -1 for none.
        owner_ptr, owner, owner_service: of each sum, by ranges: the subjects that have it, and for which service.
        unplaced: (services,) number of the sum of reports without an area.
        part_fill: (parts,) reports behind one unit of a sum's excess, its rows sharing it by weight and reach.
        national: (subjects,) bool; wide: those that are. row_class: (subjects,) number in `CLASSES`.
        part_eager: (parts,) weights x reach x propensity: reports that all its lines out would add.
        place_of: (counts,) label of the area; rows of one area share it, and so do rows without.
        targets: subjects that are probed targets.
        region_of: (counts,) the subject that is a row's region, or its nation where that has no regions; -1 for none.
        cell_subject, cell_probe, cell_loss: (cells,) the probe paths of each subject.
        watched: the subjects with any; cell_watched: each cell's place among them.
        pair_of, pair_probe, pair_loss: the different (probe, loss) among the cells, and which one each cell is.
        feeds: number of the first feed row.
    """

    feet: Footprints
    counts: int
    services: tuple[ServiceId, ...]
    service_of: np.ndarray
    without_area: np.ndarray
    reach: np.ndarray
    propensity: np.ndarray
    pool: sparse.csr_array
    pool2: sparse.csr_array
    carried: sparse.csr_array
    touch: sparse.csr_array
    part_service: np.ndarray
    subject_parts: np.ndarray
    owner_ptr: np.ndarray
    owner: np.ndarray
    owner_service: np.ndarray
    unplaced: np.ndarray
    part_fill: np.ndarray
    national: np.ndarray
    wide: np.ndarray
    row_class: np.ndarray
    part_eager: np.ndarray
    place_of: np.ndarray
    subjects: Sequence[Subject]
    number: dict[str, int]
    watchers: Watchers
    targets: np.ndarray
    region_of: np.ndarray
    cell_subject: np.ndarray
    cell_probe: np.ndarray
    cell_loss: np.ndarray
    watched: np.ndarray
    cell_watched: np.ndarray
    pair_of: np.ndarray
    pair_probe: np.ndarray
    pair_loss: np.ndarray
    feeds: int
    feed_number: dict[tuple[str, str], int]


def plan(feet: Footprints) -> Plan:
    """Compile. Linear in the cells of the footprints."""
    catalogue = Catalogue(feet).fill()
    counts = catalogue.counts
    pool, carried = (_pool(catalogue, by) for by in ("weights", "losses"))
    watchers = _watchers(feet, catalogue)
    cells = _probe_cells(catalogue.subjects, watchers)
    arrive = np.where(catalogue.without_area, WITHOUT_AREA, 1.0 - WITHOUT_AREA)
    told = feet.network.service
    eager = np.array([propensity(s) if told[s].reported else 0.0 for s in catalogue.services])
    reach = feet.lines[:counts] * arrive
    middling = eager[catalogue.service_of] if counts else np.empty(0)
    feeds = next((n for n, row in enumerate(feet.rows) if isinstance(row, FeedRow)), len(feet.rows))
    watched, cell_watched = np.unique(cells[0], return_inverse=True)
    subjects, table = catalogue.subjects, _subject_parts(catalogue)
    ptr, owner, owner_service = owners(table, len(catalogue.parts))
    return Plan(
        feet=feet, counts=counts, services=catalogue.services, service_of=catalogue.service_of,
        without_area=catalogue.without_area, reach=reach, propensity=middling,
        pool=pool, pool2=pool.multiply(pool).tocsr(), carried=carried, touch=pool.T.tocsr(),
        part_service=np.array([catalogue.services.index(part.service) for part in catalogue.parts], np.int64),
        subject_parts=table, owner_ptr=ptr, owner=owner, owner_service=owner_service,
        unplaced=np.array(catalogue.unplaced, np.int64),
        part_fill=_fill(pool, carried, reach), part_eager=carried @ (reach * middling),
        national=np.array([subject.national for subject in subjects], bool),
        wide=np.array([n for n, subject in enumerate(subjects) if subject.national], np.int64),
        row_class=np.array([CLASSES.index(subject.row_class) for subject in subjects], np.int64),
        place_of=_place_of(catalogue), subjects=tuple(subjects),
        number={subject.id: n for n, subject in reversed(list(enumerate(subjects)))},
        watchers=watchers, targets=np.array([n for n, each in enumerate(subjects) if each.rank == TARGET], np.int64),
        region_of=_region_of(subjects, counts), cell_subject=cells[0], cell_probe=cells[1], cell_loss=cells[2],
        watched=watched, cell_watched=cell_watched, **_pairs(cells[1], cells[2]),
        feeds=feeds, feed_number=_feed_numbers(feet.rows),
    )  # fmt: skip


def _pool(catalogue: Catalogue, by: Literal["weights", "losses"]) -> sparse.csr_array:
    parts = catalogue.parts
    ends = np.cumsum([0, *(len(part.rows) for part in parts)])
    rows = np.concatenate([*(part.rows for part in parts), np.empty(0, np.int64)])
    values = np.concatenate([*(getattr(part, by) for part in parts), np.empty(0)])
    return sparse.csr_array((values, rows, ends), shape=(len(parts), catalogue.counts))


def _subject_parts(catalogue: Catalogue) -> np.ndarray:
    table = np.full((len(catalogue.subjects), len(catalogue.services)), -1, dtype=np.int64)
    for number, subject in enumerate(catalogue.subjects):
        for part in subject.parts:
            table[number, catalogue.services.index(catalogue.parts[part].service)] = part
    return table


def owners(table: np.ndarray, parts: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of a table of the sums of each subject, turned: ranges a sum, subjects, services."""
    subject, service = np.nonzero(table >= 0)
    part = table[subject, service]
    order = np.argsort(part, kind="stable")
    ends = np.concatenate([[0], np.cumsum(np.bincount(part, minlength=parts))])
    return ends, subject[order], service[order]


def gathered(ptr: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions of all entries of these rows of a compressed table, and for each entry which of `rows` it is of."""
    size = (ptr[rows + 1] - ptr[rows]).astype(np.int64)
    owner = np.repeat(np.arange(len(rows)), size)
    first = np.cumsum(size) - size
    return ptr[rows][owner] + np.arange(len(owner)) - first[owner], owner


def _fill(pool: sparse.csr_array, carried: sparse.csr_array, reach: np.ndarray) -> np.ndarray:
    return np.asarray((carried @ reach) / np.maximum(pool.multiply(carried) @ reach, 1e-12))


def _place_of(catalogue: Catalogue) -> np.ndarray:
    rows = [row for row in catalogue.feet.rows if isinstance(row, CountRow)]
    return _labels([row.area or "" for row in rows])[0]


def _region_of(subjects: list[Subject], counts: int) -> np.ndarray:
    found = np.full(counts, -1, np.int64)
    for kind in ("nation", "region"):
        for number, subject in enumerate(subjects):
            if subject.row_class == kind and subject.component is None and not subject.national:
                found[subject.cells] = number
    return found


def _labels(names: list[str]) -> tuple[np.ndarray, int]:
    number: dict[str, int] = {}
    return np.array([number.setdefault(name, len(number)) for name in names], dtype=np.int64), len(number)


def _watchers(feet: Footprints, catalogue: Catalogue) -> Watchers:
    numbers = [n for n, row in enumerate(feet.rows) if isinstance(row, ProbeRow)]
    rows = tuple(row for row in feet.rows if isinstance(row, ProbeRow))
    networks, how_many = _labels([row.network for row in rows])
    services = {service: n for n, service in enumerate(catalogue.services)}
    vantage = _labels([row.vantage for row in rows])[0]
    control = np.array([row.control for row in rows], dtype=bool)
    return Watchers(
        rows, numbers[0] if numbers else len(feet.rows), vantage, networks,
        _labels([f"{row.target} {row.family}" for row in rows])[0], control,
        np.array([_counted(feet, services, row.service) for row in rows], dtype=np.int64),
        _vouches(feet, numbers, vantage, control), how_many,
    )  # fmt: skip


def _counted(feet: Footprints, services: dict[ServiceId, int], service: ServiceId | None) -> int:
    """Number of the nearest service above that is counted, -1 for none."""
    above = lineage(feet.network.services, service) if service is not None else ()
    return next((services[each] for each in above if each in services), -1)


def _vouches(feet: Footprints, numbers: list[int], vantage: np.ndarray, control: np.ndarray) -> np.ndarray:
    if not numbers:
        return np.zeros((0, 0))
    ours = np.array([each.kind != "vantage-network" for each in feet.network.components], dtype=bool)
    paths = (feet.share[np.flatnonzero(ours)][:, numbers] > 0).astype(np.float64)
    related = np.asarray((paths.T @ paths).toarray() > 0) | np.eye(len(numbers), dtype=bool)
    other = (vantage[:, None] == vantage[None, :]) & ~related
    with_control = (other & control[None, :]).any(axis=1)
    return np.asarray(np.where(with_control[:, None], other & control[None, :], other), dtype=np.float64)


def _probe_cells(subjects: list[Subject], watchers: Watchers) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    owner, probe, loss = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0)]
    end = watchers.first + len(watchers.rows)
    for number, subject in enumerate(subjects):
        mine = (subject.cells >= watchers.first) & (subject.cells < end)
        owner.append(np.full(int(mine.sum()), number, dtype=np.int64))
        probe.append(subject.cells[mine] - watchers.first)
        loss.append(subject.loss[mine])
    return np.concatenate(owner), np.concatenate(probe), np.concatenate(loss)


def _pairs(probe: np.ndarray, loss: np.ndarray) -> dict[str, np.ndarray]:
    both, back = np.unique(np.stack([probe, np.round(loss, 9)]), axis=1, return_inverse=True)
    return {"pair_of": back.reshape(-1), "pair_probe": both[0].astype(np.int64), "pair_loss": both[1]}


def _feed_numbers(rows: tuple[Observable, ...]) -> dict[tuple[str, str], int]:
    return {(row.feed, row.subject): n for n, row in enumerate(rows) if isinstance(row, FeedRow)}


def count_row(plan_: Plan, number: int) -> CountRow:
    """The count row of that number."""
    row = plan_.feet.rows[number]
    assert isinstance(row, CountRow)
    return row
