"""What is drawn: which faults under which conditions."""

from typing import Literal

import msgspec

Suite = Literal["A", "B", "C", "D", "E", "F"]

SUITES: dict[Suite, str] = {
    "A": "whole faults, one to three at once",
    "B": "two partial-impact faults at once",
    "C": "hidden by redundancy, and common causes",
    "D": "storms of 5 to 30 faults",
    "E": "wrong map, mis-stated noise, observers missing",
    "F": "nothing but reports by area code",
}


class Conditions(msgspec.Struct, frozen=True):
    """What a case is drawn under.

    Args:
        cell: names them within the suite.
        faults: how many.
        noise: P(a test comes out wrong), either way.
        stated: factor by which the rates that the localiser is told differ from that noise.
        wrong: probability of each edge of the localiser's map being wrong.
        silent: share of the vantages from which nothing comes.
        heard: feeds speak of what is out among their subjects.
        first: rounds of tests before the first answer.
    """

    suite: Suite
    cell: str
    faults: tuple[int, int] = (1, 3)
    noise: float = 0.02
    stated: float = 1.0
    wrong: float = 0.0
    silent: float = 0.0
    heard: bool = False
    first: int = 1


class Case(msgspec.Struct, frozen=True):
    """One draw: the failed components (numbers, ascending), whole, and the seed of everything else."""

    under: Conditions
    number: int
    seed: tuple[int, ...]
    failed: tuple[int, ...]
