"""The evidence of one search taken apart: a row of the table, what it was expected to show, and the nats it counts for.

The sum over the rows, the cost of the levels of reports and the prior odds is an explanation's total; the totals of the
best one with and the best one without the class differ by the margin.
"""

from dataclasses import dataclass

import msgspec
import numpy as np

from lightship.detect import core as detect
from lightship.detect.evidence import Detection, Evidence
from lightship.explain.core import solved_again
from lightship.explain.levels import PROPENSITY_COST
from lightship.explain.margin import Rival
from lightship.explain.naming import name_of
from lightship.explain.observers import Misses
from lightship.explain.score import Fit, Scorer
from lightship.explain.solve import Solved
from lightship.run.explaining.folded import Search
from lightship.vocabulary.events import TickJudged
from lightship.vocabulary.observables import CountRow, FeedRow, Observable, ProbeRow

LEAST = 0.005
"""Nats of a row, here or there, below which it has no line of its own."""


class Row(msgspec.Struct, frozen=True):
    """One row of the table.

    Args:
        kind: probe, reports, reports without an area, feed.
        seen: failures or reports in the window. of: measurements; absent for reports.
        expected: what a healthy row would have given.
        lost, lost_by_rival: share of it that is lost by the explanation, and by the best rival, 0-1.
        raw: nats of detection's table at the first share, before any bound.
        bounded: the same after each row and network was held to what it may say.
        divided_by: what noise that rows share leaves of it.
        nats: bounded / divided_by: what it counts for the explanation, over nothing being out.
        over_rival: what it counts for it over the best rival.
    """

    kind: str
    name: str
    service: str
    area: str
    seen: float
    of: float | None
    expected: float
    lost: float
    lost_by_rival: float
    raw: float
    bounded: float
    divided_by: float
    nats: float
    over_rival: float


class Account(msgspec.Struct, frozen=True):
    """How an explanation's total comes about: rows + level_cost + prior = total, nats over "nothing is out".

    Args:
        parts: what is out, in words, with the share of it.
        level_cost: what it costs that reports of a service lie beside the predicted level.
        prior: log prior odds of all parts.
    """

    parts: tuple[str, ...]
    rows: float
    level_cost: float
    prior: float
    total: float


@dataclass(frozen=True)
class Weighed:
    """One search, taken apart. The margin is what the two totals differ by; without a class there is no rival.

    Args:
        members: the class (causes); empty: there is none.
    """

    solved: Solved
    fit: Fit
    members: frozenset[int]
    here: Account
    rival: Account | None
    rows: tuple[Row, ...]
    detection: Detection
    misses: Misses

    @property
    def scorer(self) -> Scorer:
        """What scores explanations of this evidence."""
        return self.solved.scorer


def weighed(search: Search) -> Weighed:
    """Make the search's evidence again and compare its explanation with the best one without the class."""
    before, after, event = search.before.stages, search.after.stages, search.logged.event
    assert before is not None, "a search needs a map"
    assert after is not None, "a search leaves the map"
    assert isinstance(event, TickJudged), "a search belongs to a tick"
    detecting, detection = detect.step(before.detect, before.feet, search.before.settings, search.at, event)
    solved = solved_again(before.explain, after.explain, search.at, detection.evidence)
    scorer, fit = solved.scorer, solved.fit
    members = _members(solved, search)
    best = _rival(solved, members)
    other = best.fit if best is not None else scorer.nothing
    attempts = _attempts(detecting, scorer.known.feet.rows)
    return Weighed(
        solved, fit, members, _account(scorer, fit), None if best is None else _account(scorer, other),
        _rows(scorer, fit, other, detection.evidence, attempts), detection, after.explain.memory.misses,
    )  # fmt: skip


def _members(solved: Solved, search: Search) -> frozenset[int]:
    """The class that the record is about."""
    names = solved.scorer.known.feet.components
    for _, found in solved.classes():
        if search.diagnosis.chosen in [names[member] for member in found.members]:
            return frozenset(found.members)
    return frozenset()


def _rival(solved: Solved, members: frozenset[int]) -> Rival | None:
    """The best explanation without the class, by the same full search as the record's margin."""
    found = next((each for _, each in solved.classes() if members == frozenset(each.members)), None)
    return solved.rivals(found)[0] if found is not None else None


def _attempts(detecting: detect.DetectState, rows: tuple[Observable, ...]) -> np.ndarray:
    """(rows,) measurements in the window; NaN for rows that are no probe."""
    found = np.full(len(rows), np.nan)
    window = detecting.memory.window
    first = detecting.plan.watchers.first
    if window is not None:
        found[first : first + len(window.attempts)] = window.attempts
    return found


def nats_by_row(scorer: Scorer, fit: Fit) -> tuple[np.ndarray, np.ndarray, float]:
    """(rows,) nats that each row counts for, over nothing being out; (rows,) the same undivided; the levels' cost.

    The first add up to `fit.data` less the cost.
    """
    level = fit.by_report_level.argmax(axis=0)
    mine = level[scorer.known.group]
    counted, plain = np.zeros(len(mine)), np.zeros(len(mine))
    for length in range(1, len(fit.parts) + 1):
        before, after = scorer.fit(fit.parts[: length - 1]), scorer.fit(fit.parts[:length])
        changed = np.flatnonzero(after.level != before.level)
        was = scorer.at(changed, before.level[changed], mine[changed])
        gain = scorer.at(changed, after.level[changed], mine[changed]) - np.where(
            before.level[changed] > 0, was, 0.0
        )
        again = before.touched[changed]
        of_old = scorer.by_group(scorer.table.clutter[changed[again]], changed[again])
        noise = np.where(again, of_old[scorer.known.group[changed]], fit.clutter[scorer.known.group[changed]])
        counted[changed] += gain / (1.0 + noise)
        plain[changed] += gain
    return counted, plain, float(PROPENSITY_COST[level].sum())


def _rows(scorer: Scorer, here: Fit, there: Fit, evidence: Evidence, attempts: np.ndarray) -> tuple[Row, ...]:
    """The rows that either explanation touches, those that say most first."""
    nats, bounded, _ = nats_by_row(scorer, here)
    over = nats - nats_by_row(scorer, there)[0]
    raw = evidence.of(here.loss)
    found = []
    for n in np.flatnonzero((np.abs(nats) >= LEAST) | (np.abs(over) >= LEAST)).tolist():
        kind, name, service, area = _named(scorer, scorer.known.feet.rows[n])
        found.append(
            Row(
                kind, name, service, area, round(float(evidence.seen[n]), 2),
                None if np.isnan(attempts[n]) else float(attempts[n]), round(float(evidence.expected[n]), 3),
                round(float(here.loss[n]), 4), round(float(there.loss[n]), 4), round(float(raw[n]), 3),
                round(float(bounded[n]), 3), round(_divisor(bounded[n], nats[n]), 3), round(float(nats[n]), 4),
                round(float(over[n]), 4),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda row: (-abs(row.over_rival), -abs(row.nats), row.kind, row.name)))


def row_name(scorer: Scorer, row: int) -> str:
    """What operators call a row."""
    return _named(scorer, scorer.known.feet.rows[row])[1]


def _divisor(bounded: float, nats: float) -> float:
    return float(bounded / nats) if abs(nats) > 1e-9 else 1.0


def _named(scorer: Scorer, row: Observable) -> tuple[str, str, str, str]:
    """Kind, name, service and area of a row."""
    network = scorer.known.feet.network
    match row:
        case ProbeRow():
            family = f" over IPv{row.family}" if row.family else ""
            return "probe", f"{row.target} from {row.vantage}{family}", row.service or "", ""
        case FeedRow():
            named = network.component.get(row.subject)
            return "feed", f"{row.feed} about {named.name if named else row.subject}", "", ""
        case CountRow(area=None):
            return "reports without an area", row.service, row.service, ""
        case CountRow():
            place = network.places.get(row.area) if row.area is not None else None
            name = (
                f"{row.area} {place.name}" if place is not None and place.name != row.area else str(row.area)
            )
            return "reports", f"{row.service} in {name}", row.service, str(row.area)


def _account(scorer: Scorer, fit: Fit) -> Account:
    nats, _, cost = nats_by_row(scorer, fit)
    parts = _words(scorer, fit)
    return Account(
        parts, round(float(nats.sum()), 3), round(cost, 3), round(fit.prior, 3), round(fit.total, 3)
    )


def _words(scorer: Scorer, fit: Fit) -> tuple[str, ...]:
    parts = tuple(f"{name_of(scorer.known, cause)} ({share:.0%} of it)" for cause, share in fit.parts)
    return parts or ("nothing is out",)
