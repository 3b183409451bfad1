"""Quantities in decisions are rounded, so that two machines that add in another order still decide alike."""


def rounded(value: float) -> float:
    """The value to 1e-6.

    >>> rounded(0.1 + 0.2)
    0.3
    """
    return round(float(value), 6)
