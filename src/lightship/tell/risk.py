"""What would take us down next, for operators: the worst single component that still stands."""

import numpy as np

from lightship.follow.causes import named
from lightship.follow.identity import class_of
from lightship.prevent.footprints import Footprints
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.observables import CountRow
from lightship.vocabulary.questions import Answer
from lightship.vocabulary.rounding import rounded
from lightship.vocabulary.time import Instant

LOOK_CLOSER = 8
"""Only so many are worked out together with what has failed: those with the largest footprints alone."""


def next_risk(incident: Incident, feet: Footprints, at: Instant) -> Answer:
    """The component whose failure, on top of what is named as failed, would take the most lines further down."""
    found = worst_single(feet, _failed(incident))
    if found is None:
        return Answer("next_risk", None, "rule", at, audience="operators")
    component, lines = found
    share = rounded(lines / total_lines(feet))
    return Answer(
        "next_risk", component, "rule", at, share, share, "share of lines", (component,), "operators"
    )


def _failed(incident: Incident) -> dict[ComponentId, float]:
    diagnosis = incident.diagnosis
    if diagnosis is None or not named(diagnosis) or diagnosis.chosen is None or not incident.is_open:
        return {}
    return {
        diagnosis.chosen: diagnosis.share,
        **{each: 1.0 for each in diagnosis.also if each in class_of(diagnosis)},
    }


def worst_single(feet: Footprints, failed: dict[ComponentId, float]) -> tuple[ComponentId, float] | None:
    """The worst further component, and how many more lines would be out. The first of equals, in the map's order."""
    failed = {each: share for each, share in failed.items() if each in feet.index}
    weights = line_weights(feet)
    alone = np.asarray(feet.share @ weights).ravel()
    order = [
        n
        for n in np.argsort(-alone, kind="stable").tolist()
        if feet.components[n] not in failed and alone[n] > 0
    ]
    before = float(feet.losses(failed) @ weights) if failed else 0.0
    best: tuple[ComponentId, float] | None = None
    for number in order[:LOOK_CLOSER]:
        component = feet.components[number]
        more = (
            float(feet.losses({**failed, component: 1.0}) @ weights) - before
            if failed
            else float(alone[number])
        )
        if best is None or more > best[1] + 1e-6:
            best = component, more
    return best


def line_weights(feet: Footprints) -> np.ndarray:
    """(rows,) lines behind each row that has an area; 0 for others, so that no line counts twice."""
    areas = np.array([isinstance(row, CountRow) and row.area is not None for row in feet.rows], dtype=bool)
    return np.where(areas, feet.lines, 0.0)


def total_lines(feet: Footprints) -> float:
    """All lines and users on the map, at least 1."""
    return max(float(line_weights(feet).sum()), 1.0)
