"""Rows that say the same thing, as one line: "8 of 8 broadband probes through Harbour Exchange fail"."""

import numpy as np

from lightship.explain.naming import component_name, service_name
from lightship.explain.score import Fit, Scorer
from lightship.vocabulary.diagnosis import LikelihoodRatio
from lightship.vocabulary.observables import FeedRow, Observable, ProbeRow
from lightship.vocabulary.rounding import rounded
from lightship.vocabulary.services import ServiceId

CLEARLY = 2.0
"""Nats from which a row is clearly down or clearly up."""

Heading = tuple[str, str, str]
"""(probe, count, nowhere or feed; service or feed; through what)."""


def differences(
    scorer: Scorer, one: Fit, other: Fit, name: str, other_name: str, only: np.ndarray | None = None
) -> list[LikelihoodRatio]:
    """Per group of rows that the two explanations predict differently, the nats for `one` over `other`.

    Args:
        name, other_name: what stands for each in words, as in "probes through NAME".
        only: row numbers to look at; absent: all.
    """
    rows = np.flatnonzero(one.loss != other.loss) if only is None else only
    rows = rows[scorer.table.has_data[rows]]
    found: dict[Heading, list[int]] = {}
    for row in rows.tolist():
        through = name if one.loss[row] > other.loss[row] else other_name
        found.setdefault(_heading(scorer.known.feet.rows[row], through), []).append(row)
    gains = scorer.value(one) - scorer.value(other)
    return [
        record
        for heading, group in found.items()
        for record in _records(
            scorer, heading, np.array(group), gains, bool(one.loss[group[0]] > other.loss[group[0]])
        )
    ]


def unexplained(scorer: Scorer, fit: Fit) -> list[LikelihoodRatio]:
    """Groups of rows that are clearly down and that the explanation does not touch; their nats speak against it."""
    rows = np.flatnonzero(scorer.table.has_data & (scorer.table.top >= CLEARLY) & (fit.loss <= 0.0))
    found: dict[Heading, list[int]] = {}
    for row in rows.tolist():
        found.setdefault(_heading(scorer.known.feet.rows[row], ""), []).append(row)
    return [_left_over(scorer, heading, np.array(group)) for heading, group in found.items()]


def _heading(row: Observable, through: str) -> Heading:
    match row:
        case ProbeRow(service=service):
            return "probe", service or "", through
        case FeedRow(feed=feed, subject=subject):
            return "feed", feed, subject
        case _:
            return ("nowhere" if row.area is None else "count"), row.service, ""


def _records(
    scorer: Scorer, heading: Heading, rows: np.ndarray, gains: np.ndarray, expected_down: bool
) -> list[LikelihoodRatio]:
    """Probes are told apart by what they say, one line each; counts are one line, since no area speaks alone."""
    kind, _, _ = heading
    parts = [rows]
    if kind == "probe":
        parts = [rows[gains[rows] > 0], rows[gains[rows] < 0]]
    expected = "out" if expected_down else "fine"
    return [
        LikelihoodRatio(
            _sentence(scorer, heading, part, len(rows)), expected, _seen(scorer, heading, part),
            rounded(scorer.discounted(gains[part], part)),
        )
        for part in parts
        if len(part)
    ]  # fmt: skip


def _left_over(scorer: Scorer, heading: Heading, rows: np.ndarray) -> LikelihoodRatio:
    text = f"{_sentence(scorer, heading, rows, len(rows))}, which it does not explain"
    nats = -scorer.discounted(scorer.table.top[rows], rows)
    return LikelihoodRatio(text, "fine", _seen(scorer, heading, rows), rounded(nats))


def _sentence(scorer: Scorer, heading: Heading, rows: np.ndarray, of: int) -> str:
    kind, what, through = heading
    if kind == "feed":
        return f"{what} on {component_name(scorer.known, through)}: {_seen(scorer, heading, rows)}"
    service = service_name(scorer.known, ServiceId(what))
    if kind == "probe":
        by = f" through {through}" if through else ""
        return f"{len(rows)} of {of} {service} probes{by} {_verb(scorer, rows)}".replace("  ", " ")
    if kind == "nowhere":
        return f"reports of {service} that name no area are {_seen(scorer, heading, rows)}"
    above = int((scorer.table.seen[rows] > scorer.table.expected[rows]).sum())
    return f"reports of {service} are above normal in {above} of {of} areas"


def _verb(scorer: Scorer, rows: np.ndarray) -> str:
    return "fail" if _down(scorer, rows) else "are fine"


def _down(scorer: Scorer, rows: np.ndarray) -> bool:
    return bool(scorer.table.value[rows, -1].sum() > 0.0)


def _seen(scorer: Scorer, heading: Heading, rows: np.ndarray) -> str:
    if heading[0] == "feed":
        return "trouble" if _down(scorer, rows) else "nothing wrong"
    if heading[0] == "probe":
        return "failing" if _down(scorer, rows) else "fine"
    table = scorer.table
    return f"{table.seen[rows].sum():.0f} against {table.expected[rows].sum():.0f} normally"
