"""One line of the page, and how its times are told."""

from typing import Literal

import msgspec

from lightship.vocabulary.time import DAY, HOUR, MINUTE, Instant

State = Literal["ready", "old", "missing", "unknown"]
"""old: it worked, too long ago to rely on. unknown: nothing tells."""


class Answer(msgspec.Struct, frozen=True):
    """One line of the page.

    Args:
        id: stable ("second-line"); question: as people ask it; said: what was found, in a sentence.
        mend: the command that mends it; empty where nothing has to be done.
        seen_at: when it was last seen to work; None: never, or it has no time.
    """

    id: str
    question: str
    state: State
    said: str
    mend: str = ""
    seen_at: Instant | None = None


def span(milliseconds: int) -> str:
    """How long, roughly, for people.

    >>> span(12 * MINUTE), span(3 * HOUR), span(90 * DAY), span(-5)
    ('12 minutes', '3 hours', '90 days', '0 minutes')
    """
    for unit, word in ((DAY, "days"), (HOUR, "hours")):
        if milliseconds >= 2 * unit:
            return f"{milliseconds // unit:,} {word}"
    return f"{max(0, milliseconds) // MINUTE} minutes"


def proof(
    id: str, question: str, at: Instant | None, passed: bool, fresh_for: int, mend: str, now: Instant
) -> Answer:  # fmt: skip
    """Of a check: when it was made last, and whether it passed."""
    if at is None:
        return Answer(id, question, "missing", "Never.", mend)
    if not passed:
        return Answer(id, question, "missing", f"It failed {span(now - at)} ago.", mend, at)
    fresh = now - at <= fresh_for
    return Answer(
        id, question, "ready" if fresh else "old", f"Yes, {span(now - at)} ago.", "" if fresh else mend, at
    )
