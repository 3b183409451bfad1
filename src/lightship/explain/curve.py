"""The curve from a margin to P(class right): how it is read, and how it is fitted to draws with a known truth."""

from collections.abc import Sequence
from hashlib import sha256
from math import inf

import msgspec
import numpy as np

from lightship.vocabulary.margin_curve import MarginCurve
from lightship.vocabulary.rounding import rounded

NAMED_AT = 0.99
"""A cause is named to operators from this probability on."""

SMALLEST = 40
"""Draws that a point of the curve stands for at least. With none wrong among them it says 0.988."""


def probability_right(margin: float, curve: MarginCurve) -> float:
    """P(class right) at this margin (nats, full search without the class), 0-1, linear between the points."""
    return float(np.interp(margin, curve.margins, curve.chances))


def naming_margin(curve: MarginCurve) -> float:
    """The smallest margin, nats, that names a cause; infinite: the curve never reaches NAMED_AT."""
    if curve.chances[-1] < NAMED_AT:
        return inf
    at = next(n for n, chance in enumerate(curve.chances) if chance >= NAMED_AT)
    if at == 0:
        return curve.margins[0]
    low, high = curve.chances[at - 1], curve.chances[at]
    part = (NAMED_AT - low) / (high - low)
    # A hair more, so that the probability at this margin is NAMED_AT in floating point, too.
    return curve.margins[at - 1] + part * (curve.margins[at] - curve.margins[at - 1]) + 1e-9


def fitted(
    margins: Sequence[float], rights: Sequence[bool], source: str, simulated: bool = True
) -> MarginCurve:
    """A curve that never falls (isotonic regression by pooling adjacent violators; Ayer et al. 1955).

    Draws are put in order of their margins and cut into groups of SMALLEST. A group's chance is
    (right + 1/2) / (n + 1), Jeffreys' estimate, so that it never says 1. Equal neighbours are one group, so that many
    draws that were all right say more than few.

    Args:
        margins: nats, one per class whose truth is known, not negative. rights: parallel.
        source: what was drawn, in words.

    Raises ValueError with fewer than SMALLEST draws or columns of different lengths.
    """
    if len(margins) < SMALLEST or len(margins) != len(rights):
        raise ValueError(f"{len(margins)} margins and {len(rights)} verdicts: {SMALLEST} of each are wanted")
    blocks = _pooled(_groups(margins, rights))
    kept = {0.0: rounded(_chance(blocks[0]))}
    for block in blocks:
        # A step stands after the last margin of the lower group, wherever the higher one begins.
        begin = max(rounded(block[0]), rounded(max(kept) + STEP))
        for margin in (begin, max(begin, rounded(block[1]))):
            kept[margin] = rounded(_chance(block))
    return versioned(MarginCurve("", tuple(kept), tuple(kept.values()), len(margins), source, simulated))


def versioned(curve: MarginCurve) -> MarginCurve:
    """The same curve with the digest of its content as its version."""
    content = msgspec.json.encode(msgspec.structs.replace(curve, version=""))
    return msgspec.structs.replace(curve, version=sha256(content).hexdigest()[:12])


STEP = 1e-6
"""Nats between the two ends of a step, where margins of two groups touch."""

Group = tuple[float, float, int, int]
"""(smallest margin, largest margin, right, draws)"""


def _groups(margins: Sequence[float], rights: Sequence[bool]) -> list[Group]:
    order = np.argsort(np.asarray(margins, dtype=float), kind="stable")
    parts = np.array_split(order, len(order) // SMALLEST)
    margin, right = np.asarray(margins, dtype=float), np.asarray(rights, dtype=bool)
    return [
        (float(margin[part].min()), float(margin[part].max()), int(right[part].sum()), len(part))
        for part in parts
    ]


def _pooled(groups: Sequence[Group]) -> list[Group]:
    """Ascending in margin and in chance."""
    pooled: list[Group] = []
    for group in groups:
        pooled.append(group)
        while len(pooled) > 1 and _out_of_order(*pooled[-2:]):
            last, before = pooled.pop(), pooled.pop()
            pooled.append((before[0], last[1], before[2] + last[2], before[3] + last[3]))
    return pooled


def _out_of_order(one: Group, other: Group) -> bool:
    """The one before is worth more, or neither is: the same share was right."""
    return _chance(one) >= _chance(other) or one[2] * other[3] == other[2] * one[3]


def _chance(group: Group) -> float:
    return (group[2] + 0.5) / (group[3] + 1.0)
