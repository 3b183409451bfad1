"""One published message. What is in it has been said to the public and is never rewritten."""

from typing import Literal

import msgspec

from lightship.vocabulary.incidents import IncidentId, Status
from lightship.vocabulary.questions import Answer
from lightship.vocabulary.time import Instant


class Update(msgspec.Struct, frozen=True):
    """One published message of an incident.

    Args:
        number: 1, 2, 3 ... within the incident.
        headline: what is wrong and for whom, in one plain sentence.
        text: the message, plain text, at most 400 characters by automation.
        answers: what we say to each question, public ones only.
        by: `automation` words everything as "we are seeing"; a person may confirm.
    """

    incident: IncidentId
    number: int
    at: Instant
    status: Status
    headline: str
    text: str
    answers: tuple[Answer, ...]
    next_update_by: Instant | None
    by: Literal["automation", "operator"] = "automation"
    simulated: bool = False
