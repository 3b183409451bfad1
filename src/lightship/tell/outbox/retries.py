"""When a letter that did not get through is tried again: exponential, with full jitter, for a day.

Full jitter (each wait is drawn from nothing up to the whole step) keeps letters that failed together from coming back
together (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
"""

from typing import Literal

import msgspec

from lightship.vocabulary.time import HOUR, MINUTE, SECOND, Instant

FIRST_STEP, LONGEST_STEP = 30 * SECOND, 30 * MINUTE
GIVE_UP = 24 * HOUR
"""After its update a letter is tried for so long. A later update of its incident takes its place sooner."""
LONGEST_ASKED = 6 * HOUR
"""A receiver may ask us to wait (Retry-After), and not for longer than this."""

Outcome = Literal["sent", "again", "refused", "gone", "unknown"]
"""What became of one try. `again`: not now. `refused`: never this letter. `gone`: never anything to this address.
`unknown`: it may have arrived."""

State = Literal["new", "leased", "sending", "sent", "unknown", "failed", "superseded", "suppressed"]
"""Of a row. `sending`: handed over to a channel that cannot tell repeats, and not heard of since."""


class Next(msgspec.Struct, frozen=True):
    """What happens to a letter after a try: its state, and when it is due if it is to be tried again."""

    state: State
    due: Instant | None = None


def after_try(
    outcome: Outcome, tries: int, created: Instant, at: Instant, chance: float, repeatable: bool, asked: int = 0
) -> Next:  # fmt: skip
    """What to do after a try.

    Args:
        tries: this one counted. chance: drawn from [0, 1). repeatable: the receiver can tell a repeat by its key.
        asked: milliseconds that the receiver asked us to wait; 0: it did not.
    """
    if outcome == "sent":
        return Next("sent")
    if outcome in ("refused", "gone"):
        return Next("failed" if outcome == "refused" else "suppressed")
    if outcome == "unknown" and not repeatable:
        return Next("unknown")
    due = Instant(at + max(wait(tries, chance), min(asked, LONGEST_ASKED)))
    return Next("failed") if due - created > GIVE_UP else Next("new", due)


def wait(tries: int, chance: float) -> int:
    """Milliseconds until the next try.

    >>> [wait(tries, 1.0) / SECOND for tries in (1, 2, 3, 9)]
    [30.0, 60.0, 120.0, 1800.0]
    """
    return max(SECOND, round(chance * min(LONGEST_STEP, FIRST_STEP << min(tries - 1, 20))))
