"""What the vantages measure: every path of the map, at its interval, with errors of their own."""

from collections.abc import Sequence

import numpy as np

from lightship.simulate.chance import Stream, stream
from lightship.simulate.faults import Fault
from lightship.simulate.grid import Grid
from lightship.simulate.health import Health, reached, seen_by_probes
from lightship.simulate.modes import MODES, loss
from lightship.simulate.scenario import Scenario
from lightship.vocabulary.components import ComponentKind, ProbePath
from lightship.vocabulary.signals import Failure, Observation
from lightship.vocabulary.time import DAY, TICK, Instant, after, iso

_TROUBLE_MINUTES, _TROUBLE_SIGMA, _TROUBLE_LOSS = 4.0, 0.8, 0.8
"""An own-line trouble lasts 4 minutes in the median and spoils four of five measurements. Assumed."""

_USUAL_SECONDS, _USUAL_SIGMA = 0.08, 0.5
_TIMEOUT_SECONDS = 10.0
_FALSE: tuple[str, Failure, str] = ("connect", "timeout", "")
"""How a measurement fails that had no reason to."""

_BY_KIND: dict[ComponentKind, tuple[str, Failure]] = {
    "dns": ("name", "resolver-failed"),
    "certificate": ("tls", "certificate-expired"),
}
"""Where the kind of what failed says more about how a probe fails than the fault's mode does."""


class Prober:
    """Every measurement of a run, block by block."""

    def __init__(self, scenario: Scenario, grid: Grid, seed: int) -> None:
        self._paths, self._grid, self._model = scenario.network.probes, grid, scenario.probes
        self._chance = stream(seed, Stream.PROBES)
        self._phase = self._chance.integers(0, max(int(self._model.every), 1), len(self._paths))
        self._lost = _lost(self._paths, seen_by_probes(scenario, grid))
        self._how = [_how(path, scenario, grid) for path in self._paths]
        self._bad = _own_lines(scenario, grid, seed)

    def block(self, first: int, last: int) -> list[Observation]:
        """The observations of ticks first <= tick < last, in the order of time."""
        path, at = self._times(first, last)
        order = np.argsort(at, kind="stable")
        path, at = path[order], at[order]
        tick = self._grid.tick(at)
        drawn = self._chance.random(len(at))
        down = drawn < self._failing(path, tick)
        made = self._chance.random(len(at)) >= self._model.missed
        took = _USUAL_SECONDS * np.exp(_USUAL_SIGMA * self._chance.standard_normal(len(at)))
        return self._values(path[made], at[made], tick[made], down[made], took[made].round(4))

    def _times(self, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
        """Path numbers and instants of all measurements that are due in a block."""
        every = int(self._model.every)
        start, end = self._grid.start + first * TICK, self._grid.start + last * TICK
        origin = self._grid.start + self._phase
        begin = np.maximum(-(-(start - origin) // every), 0)
        count = np.maximum(-(-(end - origin) // every) - begin, 0)
        path = np.repeat(np.arange(len(self._paths)), count)
        nth = np.arange(len(path)) - np.repeat(np.cumsum(count) - count, count)
        return path, origin[path] + (begin[path] + nth) * every

    def _failing(self, path: np.ndarray, tick: np.ndarray) -> np.ndarray:
        """Chance that each measurement fails."""
        good = np.full(len(path), 1.0 - self._model.false_failure)
        if not len(path):
            return good
        for number, lost in self._lost.items():
            mine = path == number
            good[mine] *= 1.0 - lost[tick[mine]]
        for vantage, bad in self._bad.items():
            if bad[tick[0] : tick[-1] + 1].any():
                mine = np.isin(path, [n for n, p in enumerate(self._paths) if p.vantage == vantage])
                good[mine] *= 1.0 - bad[tick[mine]]
        return 1.0 - good

    def _values(
        self, path: np.ndarray, at: np.ndarray, tick: np.ndarray, down: np.ndarray, took: np.ndarray
    ) -> list[Observation]:
        paths = self._paths
        columns = (path.tolist(), at.tolist(), tick.tolist(), down.tolist(), took.tolist())
        return [
            self._failed(paths[p], Instant(a), p, t)
            if failed
            else Observation(
                Instant(a), paths[p].vantage, paths[p].target, paths[p].family, "up", "answer", None, seconds
            )
            for p, a, t, failed, seconds in zip(*columns, strict=True)
        ]

    def _failed(self, path: ProbePath, at: Instant, number: int, tick: int) -> Observation:
        stage, failure, detail = self._how[number].at(tick)
        seconds = _TIMEOUT_SECONDS if failure == "timeout" else _USUAL_SECONDS
        return Observation(
            at, path.vantage, path.target, path.family, "down", stage, failure, seconds, detail
        )


def _lost(paths: Sequence[ProbePath], health: Health) -> dict[int, np.ndarray]:
    """Per path that a fault reaches, (ticks,) share of its measurements lost."""
    found = {}
    for number, path in enumerate(paths):
        left = health.gates(path.gates)
        if left is not None:
            found[number] = 1.0 - left
    return found


class _How:
    """How a path fails, tick by tick: by the worst fault on it at the time."""

    def __init__(self, faults: Sequence[tuple[np.ndarray, tuple[str, Failure, str]]]) -> None:
        self._kinds = [kind for _, kind in faults]
        self._worst = np.argmax([share for share, _ in faults], axis=0) if faults else None
        self._any = np.max([share for share, _ in faults], axis=0) if faults else None

    def at(self, tick: int) -> tuple[str, Failure, str]:
        """(stage, failure, detail); a plain timeout where no fault is at work."""
        if self._worst is None or self._any is None or self._any[tick] <= 0.0:
            return _FALSE
        return self._kinds[int(self._worst[tick])]


def _how(path: ProbePath, scenario: Scenario, grid: Grid) -> _How:
    needs = {need.on for gate in path.gates for need in gate.needs}
    found = []
    for fault in scenario.faults:
        if MODES[fault.mode].probe_sees and needs & reached(scenario.network, fault.hit):
            found.append((loss(fault, grid.minutes), _kind(fault, scenario)))
    return _How(found)


def _kind(fault: Fault, scenario: Scenario) -> tuple[str, Failure, str]:
    mode = MODES[fault.mode]
    kind = scenario.network.component[fault.hit[0]].kind
    stage, failure = _BY_KIND.get(kind, (mode.stage, mode.failure))
    ended = failure == "certificate-expired"
    return stage, failure, f"not valid after {iso(after(scenario.t0, fault.at))}" if ended else ""


def _own_lines(scenario: Scenario, grid: Grid, seed: int) -> dict[str, np.ndarray]:
    """Per vantage in trouble at some time, (ticks,) share of its measurements that its own line spoils."""
    chance, found = stream(seed, Stream.TROUBLES), {}
    for vantage in dict.fromkeys(path.vantage for path in scenario.network.probes):
        bad = np.zeros(grid.ticks)
        for _ in range(int(chance.poisson(scenario.probes.troubles_per_day * grid.ticks * TICK / DAY))):
            start = int(chance.integers(0, grid.ticks))
            length = max(
                round(_TROUBLE_MINUTES * float(np.exp(_TROUBLE_SIGMA * chance.standard_normal()))), 1
            )
            bad[start : start + length] = _TROUBLE_LOSS
        for each in scenario.probes.trouble:
            if each.vantage == vantage:
                during = (grid.minutes >= each.at.minutes) & (grid.minutes < each.until.minutes)
                bad = np.where(during, np.maximum(bad, each.loss), bad)
        if bad.any():
            found[vantage] = bad
    return found
