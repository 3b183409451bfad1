"""From a margin in nats to the probability that the class is right."""

import numpy as np

NAMED_AT = 0.99
"""A cause is named to operators from this probability on."""

STAYS_NAMED = 3.0
"""Nats. A named cause stays named until its margin falls this far below the one that names; and another explanation
replaces it only if it gains as much. So a name does not come and go with the noise."""

CURVE: tuple[tuple[float, float], ...] = (
    (0.0, 0.1), (1.0, 0.2), (3.0, 0.4), (6.5, 0.72), (10.0, 0.85), (20.0, 0.96), (30.0, 0.99), (45.0, 0.997),
)  # fmt: skip
"""(margin, P(class right))."""

SOURCE = "fitted on simulation; re-fit per deployment"


def probability_right(margin: float) -> float:
    """P(class right) at this margin (nats, full search without the class), 0-1, linear between the points.

    >>> probability_right(2.0) < probability_right(20.0) < probability_right(200.0) < 1.0
    True
    """
    margins, chances = zip(*CURVE, strict=True)
    return float(np.interp(margin, margins, chances))


def naming_margin() -> float:
    """The smallest margin, nats, that names a cause.

    >>> probability_right(naming_margin()) >= NAMED_AT
    True
    """
    margins, chances = zip(*CURVE, strict=True)
    return float(np.interp(NAMED_AT, chances, margins)) + 1e-9
