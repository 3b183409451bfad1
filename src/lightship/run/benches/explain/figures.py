"""Shares with their intervals, over cases."""

from collections.abc import Callable, Iterable, Sequence
from math import sqrt

import msgspec

from lightship.run.benches.explain.judged import Judged, Said

Z = 1.96


class Share(msgspec.Struct, frozen=True):
    """So many of so many, with Wilson's 95 % interval; of none it is unknown."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """0-1; None of none."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's, 95 %.

        >>> Share(9, 10).interval
        (0.596, 0.982)
        """
        if not self.of:
            return None
        p, n = self.hits / self.of, self.of
        middle, wide = p + Z * Z / (2 * n), Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        scale = 1 + Z * Z / n
        return round(max((middle - wide) / scale, 0.0), 3), round(min((middle + wide) / scale, 1.0), 3)


def share(verdicts: Iterable[bool]) -> Share:
    """How many hold."""
    found = list(verdicts)
    return Share(sum(found), len(found))


def precision(cases: Sequence[Judged], method: str = "ours") -> Share:
    """Of the components named, those that are out."""
    return Share(
        sum(each.scores[method].right for each in cases), sum(each.scores[method].named for each in cases)
    )


def recall(cases: Sequence[Judged], method: str = "ours") -> Share:
    """Of the faults that show, those that are named."""
    return Share(
        sum(each.scores[method].found for each in cases), sum(each.scores[method].visible for each in cases)
    )


def sets(cases: Sequence[Judged], method: str = "ours") -> Share:
    """Cases with every visible fault named and nothing false."""
    return share(each.scores[method].set_right for each in cases)


def below_truth(cases: Sequence[Judged], found: Callable[[Judged], float]) -> Share:
    """Cases whose answer has a lower objective than the drawn truth: the search has failed there."""
    return share(found(each) < each.totals.truth - 0.01 for each in cases)


def published(cases: Sequence[Judged]) -> list[Said]:
    """Each published class once in a case: a name that stays is no second word."""
    found = []
    for each in cases:
        words = {(said.first, said.right): said for said in each.said if said.published}
        found += list(words.values())
    return found


def best_risk_groups(cases: Sequence[Judged]) -> str:
    """SCORE at the threshold that is best in hindsight, over all of these cases."""
    names = [name for name in cases[0].scores if name.startswith("SCORE")]
    return max(names, key=lambda name: sets(cases, name).hits)
