"""Quiet times: ordinary reports whose rate wanders, and nobody's outage."""

from dataclasses import dataclass, field

import numpy as np
from scipy.signal import lfilter

from lightship.simulate.counts.calendar import DAY_TICKS, habit
from lightship.simulate.counts.cells import Cells, clumped, of_reports, together
from lightship.simulate.counts.rows import Rows, normal
from lightship.simulate.counts.setting import Setting
from lightship.vocabulary.time import Tick

BLOCK = 10
"""Ticks over which the slow noise is held: an hour's memory moves by a seventh of its deviation in one."""
BLOCKS = DAY_TICKS // BLOCK
GAP = 360
"""Ticks of a gap in what arrives."""
_LEAST_LATE = 2


@dataclass(frozen=True)
class Day:
    """One day.

    Args:
        first: its first tick. cells: what came in time, ticks counted from `first`.
        late: what came late, (tick it is of, tick it came in, row), parallel; each report from a prefix of its own.
        missing: (DAY_TICKS,) bool: nothing was taken in.
        habit: (DAY_TICKS,) how ready people were; frailty: (BLOCKS, rows) factors of the slow noise, 1 on average.
    """

    first: Tick
    cells: Cells
    late: tuple[np.ndarray, np.ndarray, np.ndarray]
    missing: np.ndarray
    habit: np.ndarray
    frailty: np.ndarray


@dataclass
class Quiet:
    """Makes day after day; each seed and setting its own.

    Args:
        day: number of the day that comes next.
        level: (rows,) ordinary reports a day at the start, before hours, growth and noise.
    """

    rows: Rows
    setting: Setting
    seed: int
    first: Tick
    day: int = 0
    level: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.chance = np.random.default_rng([self.seed, 311])
        self.level = normal(self.rows, self.setting.unplaced, self.chance)
        services = len(self.rows.unplaced)
        self.own = self.chance.standard_normal((1, len(self.rows))).astype(np.float32)
        self.common = self.chance.standard_normal((1, services)).astype(np.float32)
        self.mean_habit = float(habit(self.setting, self.first, 7 * DAY_TICKS).mean())

    def next_day(self) -> Day:
        """The next day."""
        start = Tick(self.first + self.day * DAY_TICKS)
        ready = habit(self.setting, start, DAY_TICKS)
        factor = self._frailty()
        grown = (1.0 + self.setting.growth) ** (self.day / 365.0)
        blocks = ready.reshape(BLOCKS, BLOCK)
        rate = (
            (self.level * grown / self.mean_habit / DAY_TICKS)[None, :] * factor * blocks.sum(axis=1)[:, None]
        )
        tick, row = self._placed(self.chance.poisson(rate), blocks)
        missing = np.zeros(DAY_TICKS, bool)
        if self.day in self.setting.gaps:
            at = int(self.chance.integers(0, DAY_TICKS - GAP))
            missing[at : at + GAP] = True
        cells, late = self._arrived(tick, row, missing, start)
        self.day += 1
        return Day(start, cells, late, missing, ready, factor)

    def _frailty(self) -> np.ndarray:
        """(BLOCKS, rows) factors: each row's own, and what all rows of a service share."""
        own = self._walk("own", self.setting.cv_area)
        common = self._walk("common", self.setting.cv_nation)
        return np.asarray(own * common[:, self.rows.service])

    def _walk(self, name: str, cv: float) -> np.ndarray:
        """A lognormal AR(1) of that coefficient of variation, a day further on."""
        keep = float(np.exp(-BLOCK / self.setting.memory))
        last = getattr(self, name)
        fresh = self.chance.standard_normal((BLOCKS, last.shape[1]), dtype=np.float32)
        fresh *= np.float32(np.sqrt(1.0 - keep * keep))
        path, _ = lfilter([1.0], [1.0, -keep], fresh, axis=0, zi=keep * last)
        setattr(self, name, path[-1:].astype(np.float32))
        sd = np.sqrt(np.log1p(cv * cv))
        return np.asarray(np.exp(sd * path - sd * sd / 2))

    def _placed(self, counts: np.ndarray, blocks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(reports,) the tick and row of each, within its block by readiness."""
        block, row = np.nonzero(counts)
        many = counts[block, row]
        block, row = np.repeat(block, many), np.repeat(row, many)
        share = np.cumsum(blocks, axis=1) / np.maximum(blocks.sum(axis=1), 1e-12)[:, None]
        drawn = self.chance.random(len(block))
        within = (drawn[:, None] > share[block, :-1]).sum(axis=1)
        return block * BLOCK + within, row

    def _arrived(
        self, tick: np.ndarray, row: np.ndarray, missing: np.ndarray, start: Tick
    ) -> tuple[Cells, tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """In time, from clumps too, and late. What falls into a gap is lost: people do not come back to report."""
        here = ~missing[tick]
        tick, row = tick[here], row[here]
        is_late = self.chance.random(len(tick)) < self.setting.late
        wait = _LEAST_LATE + self.chance.exponential(self.setting.late_minutes, int(is_late.sum())).astype(
            np.int64
        )
        came = tick[is_late] + wait
        kept = came < DAY_TICKS
        late = (tick[is_late][kept], came[kept], row[is_late][kept])
        cells = together(
            [of_reports(tick[~is_late], row[~is_late], len(self.rows)), self._clumps(missing)], len(self.rows)
        )
        return cells, late

    def _clumps(self, missing: np.ndarray) -> Cells:
        """Offices, households and abusers: several reports within 20 minutes from one prefix."""
        many = int(self.chance.poisson(self.setting.clumps))
        size = 2 + self.chance.poisson(max(self.setting.clump_size - 2.0, 0.0), many)
        which = np.repeat(np.arange(many), size)
        row = self.chance.choice(len(self.rows), many, p=self.level / self.level.sum())[which]
        tick = self.chance.integers(0, DAY_TICKS - 20, many)[which] + self.chance.integers(0, 20, len(which))
        here = ~missing[tick]
        return clumped(tick[here], row[here], which[here], len(self.rows))
