"""Who sends a report, as far as anybody may know: an opaque reporter and an opaque network prefix."""

import numpy as np

from lightship.simulate.customers import Customers

MOBILE_PREFIXES = 400
"""Prefixes behind which mobile customers of a country appear. Assumed."""

LINES_PER_PREFIX = 250
"""A fixed-line prefix holds about as many customers as a /24 has addresses."""

_FIXED = 1 << 20
"""Prefix numbers of an area start at this times (area + 1), beyond every mobile one."""


def reporters(count: int, chance: np.random.Generator) -> np.ndarray:
    """Fresh reporters."""
    return chance.integers(1, 2**63 - 1, count)


def prefixes(
    area: np.ndarray, customers: Customers, mobile: float, chance: np.random.Generator
) -> np.ndarray:
    """The prefix of a reporter in each of these areas."""
    pool = np.maximum(customers.table.max(axis=0) // LINES_PER_PREFIX, 1).astype(np.int64)
    fixed = _FIXED * (area + 1) + (chance.random(len(area)) * pool[area]).astype(np.int64)
    far = (chance.random(len(area)) ** 2 * MOBILE_PREFIXES).astype(np.int64)
    return np.where(chance.random(len(area)) < mobile, far, fixed)
