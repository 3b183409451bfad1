"""Instants for people and machines at once."""

import msgspec

from lightship.tell.times import moment
from lightship.vocabulary.time import Instant, iso, parse_iso
from lightship.vocabulary.zones import local


class When(msgspec.Struct, frozen=True):
    """An instant as `<time>` wants it: RFC 3339, and words."""

    iso: str
    words: str


class Clock(msgspec.Struct, frozen=True):
    """Words for instants, seen from `at` in a zone."""

    at: Instant
    zone: str

    def when(self, at: Instant) -> When:
        """The time of day; with the day where it is not the day of `at`."""
        return When(iso(at), moment(at, self.at, self.zone))

    def maybe(self, at: Instant | None) -> When | None:
        """The same of what may be absent."""
        return None if at is None else self.when(at)

    def of_text(self, text: float | str | None) -> When | None:
        """The same of an RFC 3339 text, as answers carry them; None where it is none."""
        return self.when(parse_iso(text)) if isinstance(text, str) else None

    def full(self, at: Instant) -> When:
        """With the day always, and the zone: "8:55am BST on 20 July 2016"."""
        there = local(at, self.zone)
        day = f"{there.day} {there:%B %Y}"
        return When(iso(at), f"{moment(at, at, self.zone)} {there.tzname()} on {day}")
