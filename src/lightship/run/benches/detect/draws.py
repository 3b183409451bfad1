"""Which outages are simulated: drawn evenly over scopes, sizes and times of day, from a seed."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lightship.prevent.footprints import Footprints
from lightship.run.benches.detect.trial import CENSORED, Trial
from lightship.simulate.counts.calendar import DAY_TICKS, habit
from lightship.simulate.counts.cells import Cells, together
from lightship.simulate.counts.outage import Outage, drawn_course, expected, reports
from lightship.simulate.counts.rows import Rows
from lightship.simulate.counts.setting import Setting
from lightship.vocabulary.observables import CountRow
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.time import Tick

SIZES = (50.0, 200.0, 1_000.0, 5_000.0, 25_000.0, 125_000.0, 500_000.0)
"""Edges of the size classes, in lines out."""
WHOLE = "whole"
BROADBAND, VOICE = ServiceId("broadband"), ServiceId("voice")
SCOPES = {
    "sparse area": (0, 1), "area": (0, 1, 2), "head-end": (1, 2), "metro": (2, 3), "core": (3, 4, 5),
    "region": (2, 3, 4), "scattered": (1, 2, 3), "nation, partial": (3, 4, 5), "nation, whole": (6,), "pair": (2, 3),
}  # fmt: skip
"""Scope -> numbers of its size classes. Class 6: all lines of a service that is used everywhere."""
SPARSE = 1.0
"""Ordinary reports a day of a sparse area, at most."""
HOURS = {"day": (9, 19), "night": (0, 5)}
SCATTERED = (5, 40)


def size_class(number: int) -> str:
    """A size class in words."""
    if number == len(SIZES) - 1:
        return WHOLE
    return f"{SIZES[number]:,.0f}-{SIZES[number + 1]:,.0f}"


@dataclass
class Draws:
    """Draws outages on a map.

    Args:
        level: (rows,) ordinary reports a day of each row, which decides what is sparse.
    """

    feet: Footprints
    rows: Rows
    level: np.ndarray
    setting: Setting
    first: Tick
    chance: np.random.Generator

    def __post_init__(self) -> None:
        counted = [row for row in self.feet.rows if isinstance(row, CountRow)]
        self.services = tuple(dict.fromkeys(row.service for row in counted))
        self.names = {n: row for n, row in enumerate(counted)}
        kinds: dict[str, list[int]] = {}
        for number, component in enumerate(self.feet.network.components):
            kinds.setdefault(component.kind, []).append(number)
        self.kinds = {"head-end": kinds["exchange"], "metro": kinds["metro"], "core": kinds["core"]}

    def trials(self, per_cell: int, warm: int, days: int, first: int = 0) -> Iterator[Trial]:
        """So many outages in each cell, on days after the warm-up."""
        number = first
        for scope, classes in SCOPES.items():
            for size in classes:
                for when in HOURS:
                    for _ in range(per_cell):
                        found = self._trial(number, scope, size, when, warm, days)
                        if found is not None:
                            yield found
                            number += 1

    def _trial(self, number: int, scope: str, size: int, when: str, warm: int, days: int) -> Trial | None:
        outage, service = self._outage(scope, size)
        if outage is None:
            return None
        day = warm + int(self.chance.choice([n for n in range(days) if warm + n not in self.setting.gaps]))
        low, high = HOURS[when]
        minute = int(self.chance.integers(low * 60, high * 60))
        every = [outage]
        if scope == "pair":
            other, _ = self._outage("metro" if self.chance.random() < 0.5 else "head-end", 2)
            every += [other] if other is not None else []
        extra, hit, mean = self._reports(every, day, minute)
        cell = (scope, size_class(size), when)
        return Trial(number, cell, tuple(every), day, minute, extra, service, mean, hit)

    def _reports(self, outages: list[Outage], day: int, minute: int) -> tuple[Cells, np.ndarray, np.ndarray]:
        """Drawn reports of all, and what is expected of the first: its rows and (ticks, rows) means."""
        found = []
        ready = np.minimum(habit(self.setting, Tick(self.first + day * DAY_TICKS + minute), CENSORED), 1.0)
        for n, outage in enumerate(outages):
            lag = 0 if n == 0 else int(self.chance.integers(0, 20))
            cells = reports(outage, self.rows, ready[lag:], self.setting.unplaced, self.chance)
            found.append(Cells(cells.tick + lag, cells.row, cells.count, cells.prefixes, cells.fresh))
        hit, mean = expected(outages[0], self.rows, ready, self.setting.unplaced)
        return together(found, len(self.rows)), hit, mean

    def _outage(self, scope: str, size: int) -> tuple[Outage | None, ServiceId]:
        """An outage of that scope and size; None where forty draws found no place that is large enough."""
        for _ in range(40):
            low, high = np.log(SIZES[size]), np.log(SIZES[min(size + 1, len(SIZES) - 1)])
            wanted = float(np.exp(low + (high - low) * self.chance.random()))
            subject, rows, share = self._footprint("metro" if scope == "pair" else scope)
            lines = self.rows.lines[rows] * share
            if scope == "nation, whole":
                wanted = float(lines.sum())
            if len(rows) and lines.sum() >= wanted:
                ramp, minutes, propensity = drawn_course(self.chance)
                out = lines * wanted / lines.sum()
                found = Outage(scope, subject, rows, out, ramp, minutes, propensity)
                return found, self.names[int(rows[0])].service
        return None, BROADBAND

    def _footprint(self, scope: str) -> tuple[str, np.ndarray, np.ndarray]:
        """(subject, count rows with an area, share of their lines that hangs on it); one service."""
        if scope in self.kinds:
            return self._component(self.kinds[scope])
        service = int(self.chance.integers(len(self.services)))
        mine = np.flatnonzero((self.rows.service == service) & (self.rows.area >= 0))
        ones = np.ones(len(mine))
        if scope.startswith("nation"):
            return "", mine, ones
        if scope == "scattered":
            some = np.sort(self.chance.choice(mine, int(self.chance.integers(*SCATTERED)), replace=False))
            return "", some, np.ones(len(some))
        if scope == "region":
            return self._region(service, mine)
        level = self.level[mine]
        mine = mine[level <= SPARSE] if scope == "sparse area" else mine[level > SPARSE]
        one = self.chance.choice(mine, 1)
        return str(self.names[int(one[0])].area), one, np.ones(1)

    def _region(self, service: int, mine: np.ndarray) -> tuple[str, np.ndarray, np.ndarray]:
        tree = self.feet.network.places
        regions = [area for area in tree.areas if area.kind == "region"]
        picked = regions[int(self.chance.integers(len(regions)))]
        inside = {leaf.id for leaf in tree.leaves(picked.id)}
        rows = np.array([n for n in mine.tolist() if self.names[n].area in inside], dtype=np.int64)
        return str(picked.id), rows, np.ones(len(rows))

    def _component(self, numbers: list[int]) -> tuple[str, np.ndarray, np.ndarray]:
        number = int(self.chance.choice(numbers))
        share = self.feet.share
        cells = share.indices[share.indptr[number] : share.indptr[number + 1]]
        loss = share.data[share.indptr[number] : share.indptr[number + 1]]
        service = self.services.index(BROADBAND if self.chance.random() < 0.7 else VOICE)
        mine = (cells < len(self.rows)) & (loss > 1e-3)
        cells, loss = cells[mine], loss[mine]
        mine = (self.rows.service[cells] == service) & (self.rows.area[cells] >= 0)
        order = np.argsort(cells[mine])
        return self.feet.components[number], cells[mine][order].astype(np.int64), loss[mine][order]
