"""What an outage obliges to: dated rules, as data."""

import msgspec

from lightship.vocabulary.sources import Source


class Obligation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule. It is met by so many lines, or such a share of them, for so long; or by so many line hours.

    Args:
        to: who has to be told. what: what obliges, in words. within: by when, in words.
        lines, share: either is enough; absent: the rule does not ask for it. share: 0-1 of the services that are hit.
        minutes: how long it has to last.
        line_hours: lines times hours without service.
        proposed: not in force yet.
    """

    id: str
    to: str
    what: str
    within: str
    source: Source
    lines: float | None = None
    share: float | None = None
    minutes: int = 0
    line_hours: float | None = None
    proposed: bool = False
