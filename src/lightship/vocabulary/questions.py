"""The questions that people have in an outage, and the form of an answer. "Not known yet" is an honest absence."""

from typing import Literal

import msgspec

from lightship.vocabulary.time import Instant

QuestionId = Literal[
    "down", "services", "where", "since", "how_many", "why", "same_as_last_time", "us_or_neighbour", "what_to_do",
    "when_back", "next_word", "over", "owed", "to_report", "next_risk",
]  # fmt: skip

QUESTIONS: dict[QuestionId, str] = {
    "down": "Is something down?",
    "services": "Which services?",
    "where": "Where?",
    "since": "Since when?",
    "how_many": "How many?",
    "why": "Why?",
    "same_as_last_time": "Is it the same as last time?",
    "us_or_neighbour": "Is it us or a neighbour?",
    "what_to_do": "What should I do?",
    "when_back": "When is it back?",
    "next_word": "When do I hear next?",
    "over": "Is it really over?",
    "owed": "Am I owed anything?",
    "to_report": "What must be reported to whom by when?",
    "next_risk": "What would take us down next?",
}

AnswerBasis = Literal["evidence", "rule", "not built"]


class Answer(msgspec.Struct, frozen=True):
    """What we say to one question at one instant.

    Args:
        answer: for people, and machine-comparable where the question has a closed set (docs/reference/answers.md);
            None: not known yet, which counts as unanswered, neither right nor wrong.
        low, high: the interval of the quantity, in `unit`; absent where there is none. Instants are RFC 3339 texts.
        as_of: what the answer rests on was seen until then.
        audience: `operators` answers never reach a published file.
    """

    question: QuestionId
    answer: str | None
    basis: AnswerBasis
    as_of: Instant
    low: float | str | None = None
    high: float | str | None = None
    unit: str = ""
    items: tuple[str, ...] = ()
    audience: Literal["public", "operators"] = "public"
