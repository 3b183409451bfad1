"""How good a call would be to hear: the E-model, from delay and loss to R and MOS.  ITU-T G.107, G.113 appendix I."""

import math
from collections.abc import Sequence

BEST = 93.2
"""R of a call without delay and loss, by the default values of G.107."""

ROBUSTNESS = 25.1
"""Bpl of G.711 with packet loss concealment, as every telephone of today has it (G.113, table I.2; 4.3 without)."""


def rating(delay_ms: float, loss_percent: float, burst_ratio: float = 1.0) -> float:
    """R, from 0 to 93.2, of a G.711 call.

    Args:
        delay_ms: from mouth to ear, one way.
        loss_percent: of the packets, those that came too late to be played included.
        burst_ratio: mean length of the gaps over what it would be at random; 1 at random, more in bursts.

    >>> round(rating(80, 0), 1), round(rating(200, 0), 1), round(rating(80, 5), 1)
    (93.2, 90.2, 77.4)
    """
    effective = 95.0 * loss_percent / (loss_percent / burst_ratio + ROBUSTNESS) if loss_percent > 0 else 0.0
    return max(0.0, BEST - _delay_impairment(delay_ms) - effective)


def _delay_impairment(delay_ms: float) -> float:
    """Idd of G.107 (7-27): nothing up to 100 ms."""
    if delay_ms <= 100.0:
        return 0.0
    x = math.log2(delay_ms / 100.0)
    six = (1.0 + x**6) ** (1 / 6) - 3.0 * (1.0 + (x / 3.0) ** 6) ** (1 / 6) + 2.0
    return float(25.0 * six)


def mos(r: float) -> float:
    """The mean opinion score, 1 to 4.5, that R stands for (G.107 annex B).

    >>> round(mos(93.2), 2), round(mos(70), 2), round(mos(50), 2), mos(0)
    (4.41, 3.6, 2.58, 1.0)
    """
    if r <= 0:
        return 1.0
    return max(1.0, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6)


def burst_ratio(came: Sequence[bool]) -> float:
    """How far losses come together (G.107, 7.4): mean length of a gap over 1/(1 - loss), which is its length at random.

    >>> (
    ...     burst_ratio([True, False, True, False, True, True]),
    ...     burst_ratio([True, True, True, False, False, False]),
    ... )
    (1.0, 1.5)
    """
    lost = came.count(False)
    gaps = sum(not each and (n == 0 or came[n - 1]) for n, each in enumerate(came))
    if not gaps or lost == len(came):
        return 1.0
    return max(1.0, (lost / gaps) * (1 - lost / len(came)))
