"""How often people mention us in public, counted by somebody else: a word only when it is far more than usual.

Anybody can make others talk, so that this is worth half a nat, and never a report.
"""

from math import sqrt
from typing import Any, ClassVar

import msgspec

from lightship.edges.feeds.feed import About, Heard, Reads, Way, Word, instant_of, json_of
from lightship.vocabulary.time import HOUR, MINUTE, Instant

FOLLOWS = 0.05
"""How fast the usual number follows: some twenty counts."""
SETTLING = 20
"""Counts that are needed before anything is unusual."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`times`: as many times the usual number, and `least`: at least so many, are unusual."""

    times: float = 4.0
    least: float = 20.0


class _Count(msgspec.Struct, frozen=True):
    count: float
    at: str = ""
    of: str = ""


class Mentions(Reads):
    """Words: one an hour at most for each name that is mentioned unusually often. `about` maps names."""

    ways: ClassVar[tuple[Way, ...]] = ("push", "follow", "ask")
    options: ClassVar[type[msgspec.Struct]] = Options
    trust: ClassVar[float] = 0.5
    dated: ClassVar[bool] = True

    def __init__(self, options: Any, about: About) -> None:
        self._options: Options = options
        self._about = about
        self._usual: dict[str, tuple[float, int]] = {}

    def read(self, document: bytes, now: Instant, sender: str = "") -> Heard:
        """One count: {"of": "example", "count": 12, "at": "2026-03-02T10:05:00Z"}."""
        said: _Count = json_of(document, _Count)
        at = instant_of(said.at, "at") if said.at else now
        subjects = self._about.of(said.of)
        if not subjects or now - at > 10 * MINUTE:
            return Heard(left_out=(f"{said.of[:60]!r}: not of ours, or older than ten minutes",))
        usual, seen = self._usual.get(said.of, (said.count, 0))
        high = seen >= SETTLING and said.count >= max(
            self._options.least, self._options.times * max(usual, 1.0)
        )
        # What is unusual is learned slowly, or a long outage would become the usual.
        learned = min(said.count, usual + 2 * sqrt(max(usual, 1.0)))
        self._usual[said.of] = usual + FOLLOWS * (learned - usual), seen + 1
        if not high:
            return Heard()
        text = f"{said.count:g} mentions, usually about {usual:.0f}"
        return Heard(
            tuple(Word(each, "mentions-high", f"{said.of} {at // HOUR}", text, "", at) for each in subjects)
        )
