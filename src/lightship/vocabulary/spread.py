"""Sharing a whole number of lines out over areas, to the last line."""

from collections.abc import Sequence


def spread(total: int, weights: Sequence[float]) -> tuple[int, ...]:
    """`total` shared out in proportion to the weights (largest remainders; the earlier one where they tie).

    Weights are 0 or more; all zero gives everybody the same weight. No weights give nothing.

    >>> spread(10, [1.0, 1.0, 1.0])
    (4, 3, 3)
    """
    if not weights:
        return ()
    whole = sum(weights)
    exact = (
        [total * weight / whole for weight in weights] if whole > 0 else [total / len(weights)] * len(weights)
    )
    floors = [int(each) for each in exact]
    order = sorted(range(len(exact)), key=lambda n: (floors[n] - exact[n], n))
    extra = frozenset(order[: total - sum(floors)])
    return tuple(floor + (n in extra) for n, floor in enumerate(floors))
