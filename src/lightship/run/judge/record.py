"""What a run said, in order: the judge's only input besides the truth."""

from collections.abc import Iterable

import msgspec

from lightship.vocabulary.decisions import ChangeIncident, Decision, OpenIncident
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.incidents import Incident, IncidentId
from lightship.vocabulary.questions import Answer, QuestionId
from lightship.vocabulary.sources import Estimate
from lightship.vocabulary.time import Instant


class Said(msgspec.Struct, frozen=True):
    """One answer that stood in a published file, or before operators, from `at` on. None: nothing was said."""

    at: Instant
    answer: Answer | None


class Statement(msgspec.Struct, frozen=True):
    """One published message of an incident, as read back from its file."""

    at: Instant
    incident: IncidentId
    headline: str
    text: str
    status: str
    answers: dict[QuestionId, Answer]
    next_update_by: Instant | None

    @property
    def national(self) -> bool:
        """Said to be everywhere."""
        where = self.answers.get("where")
        return where is not None and where.answer == "national"

    @property
    def words(self) -> str:
        """All that people read in it."""
        answers = " ".join(each.answer or "" for each in self.answers.values())
        return f"{self.headline} {self.text} {answers}"


class View(msgspec.Struct, frozen=True):
    """What operators saw of an incident from `at` on. `next_risk`: the answer that only they read."""

    at: Instant
    incident: IncidentId
    opened_at: Instant
    diagnosis: Diagnosis | None
    lines: Estimate
    resolved: bool
    next_risk: Answer | None = None


def views(decisions: Iterable[tuple[Instant, Decision]]) -> tuple[View, ...]:
    """The operators' side, from the decisions."""
    return tuple(
        View(
            at, d.incident.id, d.incident.opened_at, d.incident.diagnosis, d.incident.scope.lines,
            d.incident.status == "resolved", _next_risk(d.incident),
        )
        for at, d in decisions
        if isinstance(d, OpenIncident | ChangeIncident)
    )  # fmt: skip


def _next_risk(incident: Incident) -> Answer | None:
    return next((each for each in incident.answers if each.question == "next_risk"), None)


def short_list(diagnosis: Diagnosis | None) -> tuple[str, ...]:
    """The components that operators are shown first: the chosen one, then one a runner-up."""
    if diagnosis is None or diagnosis.chosen is None:
        return ()
    return (diagnosis.chosen, *(each.members[0] for each in diagnosis.runners_up if each.members))
