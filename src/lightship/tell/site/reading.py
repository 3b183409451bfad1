"""Reading published documents back: what a judge, a mirror's check or another program relies on."""

import msgspec

from lightship.vocabulary.incidents import IncidentId, Status
from lightship.vocabulary.questions import Answer, AnswerBasis, QuestionId
from lightship.vocabulary.time import Instant, parse_iso
from lightship.vocabulary.updates import Update


class _Answer(msgspec.Struct, frozen=True):
    question: QuestionId
    answer: str | None
    low: float | str | None
    high: float | str | None
    unit: str
    items: tuple[str, ...]
    as_of: str
    basis: AnswerBasis


class _Update(msgspec.Struct, frozen=True):
    number: int
    at: str
    status: Status
    headline: str
    text: str
    next_update_by: str | None
    by: str
    simulated: bool
    answers: tuple[_Answer, ...]


class _Incident(msgspec.Struct, frozen=True):
    incident: IncidentId
    updates: tuple[_Update, ...]


def updates_of(document: bytes | str) -> tuple[Update, ...]:
    """Every update in an incident's document (`i/ID.json`), newest first, as it was published.

    Raises:
        msgspec.ValidationError: it is not such a document.
    """
    found = msgspec.json.decode(document, type=_Incident)
    return tuple(_update(found.incident, each) for each in found.updates)


def _update(incident: IncidentId, each: _Update) -> Update:
    promised = None if each.next_update_by is None else parse_iso(each.next_update_by)
    answers = tuple(
        Answer(a.question, a.answer, a.basis, parse_iso(a.as_of), a.low, a.high, a.unit, a.items)
        for a in each.answers
    )
    return Update(
        incident, each.number, Instant(parse_iso(each.at)), each.status, each.headline, each.text, answers,
        promised, "operator" if each.by == "operator" else "automation", each.simulated,
    )  # fmt: skip
