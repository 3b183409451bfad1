"""Shares and counts as people read them: "about 1 in 10", "few". An interval always stands beside the number."""

from math import log

from lightship.vocabulary.sources import Estimate

NICE = (3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30, 50, 100, 200, 500, 1000)
FEW_BELOW = 5


def ratio(share: float) -> str:
    """A share, 0-1, without "about".

    >>> ratio(0.1), ratio(0.5), ratio(0.97), ratio(0.0001)
    ('1 in 10', 'half', 'nearly all', 'fewer than 1 in 1,000')
    """
    for least, words in (
        (0.95, "nearly all"),
        (0.85, "9 in 10"),
        (0.71, "3 in 4"),
        (0.58, "2 in 3"),
        (0.42, "half"),
    ):
        if share >= least:
            return words
    if share < 1 / 1400:
        return "fewer than 1 in 1,000"
    nearest = min(NICE, key=lambda n: abs(log(n * share)))
    return f"1 in {nearest:,}"


def about(share: float) -> str:
    """The share with "about" where it is a ratio.

    >>> about(0.1), about(0.99)
    ('about 1 in 10', 'nearly all')
    """
    words = ratio(share)
    return words if words.startswith(("nearly", "fewer")) else f"about {words}"


def is_one_of(share: float) -> bool:
    """Whether the words take a verb in the singular: "1 in 10 connections is failing".

    >>> is_one_of(0.1), is_one_of(0.5)
    (True, False)
    """
    return "1 in " in ratio(share) and not ratio(share).startswith("fewer")


def between(low: float, high: float) -> str:
    """An interval of shares; empty where both ends read alike.

    >>> between(0.05, 0.2), between(0.1, 0.104)
    ('between 1 in 20 and 1 in 5', '')
    """
    low_words, high_words = ratio(low), ratio(high)
    if low_words == high_words:
        return ""
    if low_words.startswith("fewer"):
        return f"at most {high_words}"
    return f"between {low_words} and {high_words}"


def count(number: float) -> str:
    """A count to two figures; under five it is "few".

    >>> count(3), count(1234), count(928000), count(1830000)
    ('few', '1,200', '930,000', '1.8 million')
    """
    if number < FEW_BELOW:
        return "few"
    if number >= 1_000_000:
        return (
            f"{number / 1_000_000:.2g} million"
            if number < 99.5e6
            else f"{round(number / 1e6, -1):,.0f} million"
        )
    digits = max(len(str(round(number))) - 2, 0)
    return f"{round(number, -digits):,.0f}" if number >= 100 else f"{number:.0f}"


def counts(lines: Estimate) -> str:
    """The interval of a count, in words; empty where it is not known."""
    if lines.low is None or lines.high is None:
        return ""
    low, high = count(lines.low), count(lines.high)
    if low == high:
        return f"about {high}" if high != "few" else "few"
    return f"up to {high}" if low == "few" else f"{low} to {high}"
