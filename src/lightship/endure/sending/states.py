"""How a letter of the outbox stands, and what may be done with it. None is sent twice without a person's word.

queued -> committing -> sent
   ^          |-------> refused     the server said no, for good
   |          |-------> queued      it said "not now"
   |          `-------> unknown     nobody heard its answer
   `--- a person says: send it again
"""

from typing import Literal

State = Literal["queued", "committing", "sent", "refused", "unknown"]
"""committing: the last byte is on its way, and only the server's answer says whether the letter is delivered."""

MEANING: dict[State, str] = {
    "queued": "waits to be sent",
    "committing": "is being sent",
    "sent": "sent",
    "refused": "refused by the server; nothing was sent",
    "unknown": "may have been sent: the connection or this program ended before the server's answer",
}


def after_death(state: State) -> State:
    """What a letter is once whoever sent it is gone: before the last byte nothing can have been delivered."""
    return "unknown" if state == "committing" else state


def after_answer(code: int) -> State:
    """What the server's answer to the last byte means (RFC 5321, 4.2.1); 0: there was none."""
    if 200 <= code < 300:
        return "sent"
    if 400 <= code < 500:
        return "queued"
    return "refused" if code >= 500 else "unknown"


def may_send(state: State, again: bool) -> bool:
    """Whether to send it now. `again`: a person asks for it, knowing that it may arrive twice."""
    return state == "queued" or (again and state in ("unknown", "refused"))
