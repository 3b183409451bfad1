"""Single points of failure: what one more component would take with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lightship.prevent.footprints import Footprints
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.observables import CountRow
from lightship.vocabulary.services import ServiceId

_SCREENED = 200
"""While something is down already, how many of the worst components (by their own footprint) are computed anew."""

_LEAST = 0.5
"""Lines lost, below which a component is no single point."""


@dataclass(frozen=True)
class SinglePoint:
    """Components that take the same lines down, and what that is.

    Args:
        members: all of them, in the order of the map.
        lines: lines or users lost, summed over services: somebody who loses two services counts twice.
        by_service: lines lost per service with any loss, in the order of the map.
        areas: service areas that lose 5 % or more.
    """

    members: tuple[ComponentId, ...]
    lines: float
    by_service: tuple[tuple[ServiceId, float], ...]
    areas: int


def single_points(
    feet: Footprints, failed: Mapping[ComponentId, float] | None = None, count: int = 10
) -> tuple[SinglePoint, ...]:
    """The `count` losses that one component can cause, worst first; ties in the order of the map.

    Args:
        failed: what is down already, by share (0-1). Then each entry is what would be lost on top, redundancy that is
            gone included; what has failed whole is left out.
    """
    lost = feet.lines_lost
    if not failed:
        return _worst(
            feet, {number: feet.share[[number]].toarray()[0] for number in _candidates(lost, count)}, count
        )
    return _worst(feet, _on_top(feet, failed, lost), count)


def _candidates(lost: np.ndarray, count: int) -> list[int]:
    """Enough of the worst for `count` losses, in the order of the map where they tie."""
    order = np.argsort(-lost, kind="stable")
    return [int(number) for number in order[: max(_SCREENED, 10 * count)] if lost[number] >= _LEAST]


def _on_top(feet: Footprints, failed: Mapping[ComponentId, float], lost: np.ndarray) -> dict[int, np.ndarray]:
    down = {feet.index[name]: share for name, share in failed.items()}
    weak = feet.wiring.component_health(down)
    already = feet.wiring.losses_given(weak)
    beside = [on for number in weak for on in feet.wiring.beside(number)]
    candidates = dict.fromkeys((*_candidates(lost, 10), *beside))
    standing = [number for number in candidates if down.get(number, 0.0) < 1.0]
    return {number: feet.wiring.losses(down | {number: 1.0}) - already for number in standing}


def _worst(feet: Footprints, losses: Mapping[int, np.ndarray], count: int) -> tuple[SinglePoint, ...]:
    classes: dict[bytes, list[int]] = {}
    counted = feet.lines > 0.0
    for number, loss in losses.items():
        classes.setdefault(np.round(loss[counted], 9).tobytes(), []).append(number)
    found = [_point(feet, sorted(numbers), losses[numbers[0]]) for numbers in classes.values()]
    found = [each for each in found if each.lines >= _LEAST]
    return tuple(sorted(found, key=lambda each: (-round(each.lines, 6), feet.index[each.members[0]]))[:count])


def _point(feet: Footprints, numbers: Sequence[int], loss: np.ndarray) -> SinglePoint:
    hit: dict[ServiceId, float] = {}
    areas = 0
    for number in np.flatnonzero(loss > 0.0):
        row = feet.rows[number]
        if isinstance(row, CountRow) and row.area is not None:
            hit[row.service] = hit.get(row.service, 0.0) + float(loss[number] * feet.lines[number])
            areas += bool(loss[number] >= 0.05)
    members = tuple(feet.components[number] for number in numbers)
    return SinglePoint(members, sum(hit.values()), tuple(hit.items()), areas)
