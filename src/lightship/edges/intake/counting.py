"""Counts signals into ticks: a signal enters exactly one row, once."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from lightship.edges.intake.repeats import Repeats
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.events import PassiveCounts, ProbeCounts, ReportCounts, TickAmended, TickJudged
from lightship.vocabulary.observables import CountRow, ProbeRow, observables
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId, lineage
from lightship.vocabulary.signals import Failure, FeedEvent, Observation, PassiveCount, Report, Signal
from lightship.vocabulary.time import Tick, tick_of

Held = TypeVar("Held")


@dataclass
class _Slot:
    """What one tick holds so far."""

    reports: Counter[int] = field(default_factory=Counter)
    prefixes: dict[int, dict[str, None]] = field(default_factory=dict)
    fresh: Counter[int] = field(default_factory=Counter)
    attempts: Counter[int] = field(default_factory=Counter)
    failures: dict[int, Counter[Failure]] = field(default_factory=dict)
    passive: dict[tuple[int, str], float] = field(default_factory=dict)


class Counting:
    """Counts for one map. What names a service or a target that the map does not know is dropped and counted."""

    def __init__(self, network: NetworkMap) -> None:
        self._map = network
        rows = observables(network)
        self._counts = {(r.service, r.area): n for n, r in enumerate(rows) if isinstance(r, CountRow)}
        self._probes = {
            (r.vantage, r.target, r.family): n for n, r in enumerate(rows) if isinstance(r, ProbeRow)
        }
        self._slots: dict[Tick, _Slot] = {}
        self._late: dict[Tick, _Slot] = {}
        self._feeds: list[FeedEvent] = []
        self._judged: Tick | None = None
        self._repeats, self._prefixes = Repeats(), Repeats()
        self.dropped: Counter[str] = Counter()

    def go_on_from(self, judged: Tick) -> None:
        """Ticks up to this one were judged by an earlier run: what comes for them is an amendment."""
        self._judged = judged

    def moved(self, network: NetworkMap) -> "Counting":
        """The same for another map: what was counted of ticks that are not judged yet goes on under its own name."""
        after = Counting(network)
        before, now = observables(self._map), {row: n for n, row in enumerate(observables(network))}
        to = {n: now[row] for n, row in enumerate(before) if row in now}
        after._slots = {tick: _renumbered(slot, to) for tick, slot in self._slots.items()}
        after._late = {tick: _renumbered(slot, to) for tick, slot in self._late.items()}
        after._feeds = self._feeds
        after._judged, after._repeats, after._prefixes = self._judged, self._repeats, self._prefixes
        after.dropped = self.dropped
        return after

    def take(self, signal: Signal) -> None:
        """Count one signal; order does not matter within a tick."""
        if isinstance(signal, FeedEvent):
            # A word tells what has been so since then: one that comes late is news all the same.
            self._feeds.append(signal)
            return
        tick = tick_of(signal.at)
        late = self._judged is not None and tick <= self._judged
        if late and isinstance(signal, PassiveCount):
            self.dropped["late"] += 1
            return
        slots = self._late if late else self._slots
        slot = slots.get(tick)  # not setdefault: that would make a slot for every signal
        if slot is None:
            slot = slots[tick] = _Slot()
        match signal:
            case Report():
                self._report(slot, signal)
            case Observation():
                self._observation(slot, signal)
            case PassiveCount():
                self._passive(slot, signal)

    def _report(self, slot: _Slot, report: Report) -> None:
        row = self._row(report.service, report.area)
        if row is None:
            self.dropped["unknown service"] += 1
        elif self._repeats.is_repeat(report):
            self.dropped["repeat"] += 1
        else:
            slot.reports[row] += 1
            slot.prefixes.setdefault(row, {})[report.prefix] = None
            slot.fresh[row] += not self._prefixes.is_known(report.prefix, report.service, report.at)

    def _row(self, service: ServiceId, area: AreaId | None) -> int | None:
        """The row of the nearest service above that is counted; an unknown area counts as none."""
        for above in lineage(self._map.services, service):
            row = self._counts.get((above, area), self._counts.get((above, None)))
            if row is not None:
                return row
        return None

    def _observation(self, slot: _Slot, seen: Observation) -> None:
        row = self._probes.get((seen.vantage, seen.target, seen.family))
        if row is None:
            self.dropped["unknown target"] += 1
        elif seen.outcome in ("missed", "suspect"):
            self.dropped[seen.outcome] += 1
        else:
            slot.attempts[row] += 1
            if seen.outcome == "down":
                slot.failures.setdefault(row, Counter())[seen.failure or "timeout"] += 1

    def _passive(self, slot: _Slot, count: PassiveCount) -> None:
        row = self._counts.get((count.service, count.area))
        if row is None:
            self.dropped["unknown service"] += 1
        else:
            key = (row, count.kind)
            slot.passive[key] = slot.passive.get(key, 0.0) + count.value

    def judge(self, tick: Tick) -> TickJudged:
        """The tick's counts; signals of it that come later are amendments."""
        self._judged = tick if self._judged is None else max(tick, self._judged)
        slot = self._slots.pop(tick, None) or _Slot()
        return TickJudged(
            tick, self._map.version, _reports(slot), _probes(slot), _passive(slot), self._said_until(tick)
        )

    def _said_until(self, tick: Tick) -> tuple[FeedEvent, ...]:
        now = [each for each in self._feeds if tick_of(each.at) <= tick]
        self._feeds = [each for each in self._feeds if tick_of(each.at) > tick]
        return tuple(now)

    def judge_early(self, tick: Tick) -> TickJudged:
        """What the tick's probes say so far. Nothing is taken out: the whole tick counts them again."""
        return TickJudged(
            tick, self._map.version, probes=_probes(self._slots.get(tick) or _Slot()), early=True
        )

    def amendments(self) -> Iterable[TickAmended]:
        """What came late since the last call, a tick each, oldest first."""
        late, self._late = self._late, {}
        return [TickAmended(t, self._map.version, _reports(late[t])) for t in sorted(late) if late[t].reports]


def _renumbered(slot: _Slot, to: Mapping[int, int]) -> _Slot:
    def known(held: Mapping[int, Held]) -> dict[int, Held]:
        return {to[row]: value for row, value in held.items() if row in to}

    return _Slot(
        Counter(known(slot.reports)), known(slot.prefixes), Counter(known(slot.fresh)), Counter(known(slot.attempts)),
        known(slot.failures), {(to[row], kind): n for (row, kind), n in slot.passive.items() if row in to},
    )  # fmt: skip


def _reports(slot: _Slot) -> ReportCounts:
    rows = sorted(slot.reports)
    counts = tuple(slot.reports[row] for row in rows)
    prefixes = tuple(len(slot.prefixes[row]) for row in rows)
    return ReportCounts(tuple(rows), counts, prefixes, tuple(slot.fresh[row] for row in rows))


def _probes(slot: _Slot) -> ProbeCounts:
    rows = sorted(slot.attempts)
    failed = [slot.failures.get(row) for row in rows]
    return ProbeCounts(
        tuple(rows),
        tuple(slot.attempts[row] for row in rows),
        tuple(kinds.total() if kinds else 0 for kinds in failed),
        tuple(_commonest(kinds) if kinds else None for kinds in failed),
    )


def _commonest(kinds: Counter[Failure]) -> Failure:
    return min(kinds, key=lambda kind: (-kinds[kind], kind))


def _passive(slot: _Slot) -> PassiveCounts:
    keys = sorted(slot.passive)
    return PassiveCounts(
        tuple(row for row, _ in keys),
        tuple(kind for _, kind in keys),
        tuple(slot.passive[key] for key in keys),
    )
