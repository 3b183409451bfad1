"""One judged tick as detection remembers it: a few numbers for what was seen, nothing for what was not."""

import msgspec
import numpy as np

from lightship.detect import prior
from lightship.detect.hours import Hour
from lightship.detect.plan import Plan
from lightship.detect.vantages import Trust, votes
from lightship.vocabulary.events import ReportCounts, TickJudged
from lightship.vocabulary.time import Tick

LENGTH = 120
"""Ticks remembered singly."""
PER_PREFIX = 3
"""Reports that one network prefix can add to a row in a tick."""


class Moment(msgspec.Struct, frozen=True):
    """A tick.

    Args:
        rows, reports, raw, prefixes, fresh: parallel: count rows, reports bounded by prefix, as they came, distinct
            prefixes, and those of them that are new to the service (zeros: not counted).
        effort: (services,) readiness x profile of the week x common factor. ready: readiness alone.
        probes, attempts, failures, wrong, vote: parallel: probe numbers, observations, how many failed, P(fails though
            well), and how much of one network's vote it is.
        verified: networks of which something answered in this tick.
        passive_rows, passive, passive_expected: parallel: count rows, values and what the recent past led to expect.
        gap: nobody reported, although many should have: the intake is silent, and reports say nothing.
        feeds, nats: parallel: feed rows and what was said.
    """

    tick: Tick
    rows: np.ndarray
    reports: np.ndarray
    raw: np.ndarray
    prefixes: np.ndarray
    fresh: np.ndarray
    effort: np.ndarray
    ready: float
    probes: np.ndarray
    attempts: np.ndarray
    failures: np.ndarray
    wrong: np.ndarray
    vote: np.ndarray
    verified: int
    passive_rows: np.ndarray
    passive: np.ndarray
    passive_expected: np.ndarray
    feeds: np.ndarray
    nats: np.ndarray
    early: bool = False
    gap: bool = False

    @property
    def failing(self) -> np.ndarray:
        """Probe numbers that failed, from vantages whose own line is not in doubt."""
        return self.probes[(self.failures > 0) & (self.wrong < 0.5)]


def moment(
    plan: Plan, tick: TickJudged, when: Hour, factor: np.ndarray, trust: Trust, usual: dict[int, float]
) -> Moment:
    """The tick's signals as numbers. `factor`: (services,) profile of the week x common factor."""
    reports = tick.reports
    raw, prefixes = np.array(reports.counts, float), np.array(reports.prefixes, float)
    probes = np.array(tick.probes.rows, np.int64) - plan.watchers.first
    attempts, failures = np.array(tick.probes.attempts, float), np.array(tick.probes.failures, float)
    rows, values, due = _passive(tick, usual)
    feeds, nats = _feeds(plan, tick)
    wrong = trust.wrong(plan.watchers, probes, attempts, failures)
    answered = probes[(failures < attempts)]
    return Moment(
        tick.tick, np.array(reports.rows, np.int64), np.minimum(raw, PER_PREFIX * prefixes), raw, prefixes,
        np.array(reports.fresh or np.zeros(len(raw)), float),
        factor * when.ready, when.ready, probes, attempts, failures, wrong, votes(plan.watchers, probes),
        int(np.count_nonzero(np.bincount(plan.watchers.network[answered]))), rows, values, due, feeds, nats, tick.early,
    )  # fmt: skip


def _passive(tick: TickJudged, usual: dict[int, float]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows that have a past to be compared with; several kinds of one row count by the one that is listed first."""
    found: dict[int, float] = {}
    for row, value in zip(tick.passive.rows, tick.passive.values, strict=True):
        found.setdefault(row, value)
    known = [row for row in found if usual.get(row, 0.0) > 0.0]
    return (
        np.array(known, np.int64), np.array([found[row] for row in known], float),
        np.array([usual[row] for row in known], float),
    )  # fmt: skip


def _feeds(plan: Plan, tick: TickJudged) -> tuple[np.ndarray, np.ndarray]:
    said: dict[int, float] = {}
    for event in tick.feeds:
        row = plan.feed_number.get((event.feed, event.subject))
        worth = prior.FEED_NATS.get(event.kind, 0.0)
        if row is not None and worth:
            said[row] = said.get(row, 0.0) + worth * min(max(event.trust, 0.0), 1.0)
    rows = sorted(said)
    most = prior.MOST_FEED_NATS
    return np.array(rows, np.int64), np.clip(np.array([said[row] for row in rows], float), -most, most)


def with_more(moment_: Moment, late: ReportCounts) -> Moment:
    """With reports that came late. Their prefixes may be known ones: the larger number stands."""
    rows, raw = np.array(late.rows, np.int64), np.array(late.counts, float)
    prefixes = np.array(late.prefixes, float)
    more = (np.minimum(raw, PER_PREFIX * prefixes), raw, np.array(late.fresh or np.zeros(len(raw)), float))
    every = np.union1d(moment_.rows, rows)
    old, new = np.searchsorted(every, moment_.rows), np.searchsorted(every, rows)
    columns = [np.zeros(len(every)) for _ in range(4)]
    before = (moment_.reports, moment_.raw, moment_.fresh)
    for column, was, added in zip(columns, before, more, strict=False):
        column[old] = was
        column[new] += added
    columns[3][old] = moment_.prefixes
    columns[3][new] = np.maximum(columns[3][new], prefixes)
    return msgspec.structs.replace(
        moment_, rows=every, reports=columns[0], raw=columns[1], fresh=columns[2], prefixes=columns[3]
    )
