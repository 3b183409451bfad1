"""How often something that failed is tried again, and how long to wait: servers are not to be hammered."""

from lightship.vocabulary.time import DAY, MINUTE, Instant

TRIES = 6
FIRST_SECONDS, LONGEST_SECONDS = 1.0, 60.0
_FULL = {"INUSE", "LIMIT", "THROTTLED", "UNAVAILABLE"}


def wait_seconds(failures: int, chance: float, code: str = "") -> float | None:
    """How long to wait before another connection; None: give up for now.

    Args:
        failures: in a row, this one among them, without one message in between.
        chance: a number drawn from [0, 1), so that many clients do not come back at one instant.
        code: the response code of the refusal, where there was one; a server that is full is given longer.
    """
    if failures > TRIES:
        return None
    base: float = FIRST_SECONDS * 2 ** (failures - 1) * (10 if code in _FULL else 1)
    return min(base, LONGEST_SECONDS) * (0.5 + chance / 2)


def due_again(tries: int, tried_at: Instant, at: Instant) -> bool:
    """Whether a message that was not delivered is asked for again: at once three times, then once a day."""
    return tries < 3 or at - tried_at >= DAY - 5 * MINUTE
