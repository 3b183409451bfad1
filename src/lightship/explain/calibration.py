"""From a margin in nats to the probability that the class is right."""

import numpy as np

NAMED_AT = 0.99
"""A cause is named to operators from this probability on."""

STAYS_NAMED = 5.0
"""Nats. A named cause stays named while it is the best by this margin, so that a name does not come and go with the
noise of a few minutes; `probability` says what the margin is worth now."""

CURVE: tuple[tuple[float, float], ...] = ((0.0, 0.1), (2.0, 0.2), (6.5, 0.72), (10.0, 0.99), (30.0, 0.997))
"""(margin, P(class right)). Fitted on simulation, docs/reference/diagnosis.md says how; re-fit per deployment. Below 10
nats it is an older and lower measurement, of the same method with exact noise rates: it errs on the careful side."""


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
