"""Which incidents the public sees: those it has been told of, with what was said, the newest word first."""

from functools import cached_property

import msgspec

from lightship.tell.situation import Situation
from lightship.vocabulary.incidents import Incident, IncidentId
from lightship.vocabulary.questions import Answer, QuestionId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.time import Instant
from lightship.vocabulary.updates import Update


class Shown(msgspec.Struct, frozen=True, dict=True):
    """An incident as the public knows it. `updates`: newest first, at least one."""

    incident: Incident
    updates: tuple[Update, ...]

    @property
    def latest(self) -> Update:
        """What was said last, and so what stands."""
        return self.updates[0]

    @cached_property
    def answers(self) -> dict[QuestionId, Answer]:
        """The standing answers; operators' ones never stand in an update, and are dropped if one does."""
        return {each.question: each for each in self.latest.answers if each.audience == "public"}

    @property
    def is_open(self) -> bool:
        """Still followed, by what was said last."""
        return self.latest.status not in ("resolved", "merged")

    @property
    def merged(self) -> bool:
        """An older incident has taken it over."""
        return self.incident.merged_into is not None

    @property
    def is_ours(self) -> bool:
        """False where the trouble is on somebody else's network: then no area of ours is painted."""
        blamed = self.answers.get("us_or_neighbour")
        return blamed is None or blamed.answer != "neighbour"

    @property
    def looks_healthy(self) -> bool:
        """Open, but all that is measured is healthy again."""
        down = self.answers.get("down")
        return self.is_open and (down is None or down.answer != "yes")

    @property
    def services(self) -> tuple[ServiceId, ...]:
        """The services that are said to be hit."""
        said = self.answers.get("services")
        named = tuple(ServiceId(each) for each in said.items) if said is not None else ()
        return named or self.incident.scope.services

    @property
    def as_of(self) -> Instant:
        """The newest thing said or found about it."""
        return max(self.latest.at, self.incident.scope.at)


def shown(situation: Situation) -> tuple[Shown, ...]:
    """Every incident that has been told of: open ones first, the gravest at the top; then closed ones, newest first."""
    said: dict[IncidentId, list[Update]] = {}
    for update in sorted(situation.updates, key=lambda each: (-each.at, -each.number)):
        said.setdefault(update.incident, []).append(update)
    found = [
        Shown(each, tuple(said[each.id])) for each in situation.incidents if each.public and each.id in said
    ]
    return tuple(sorted(found, key=_order))


def _order(one: Shown) -> tuple[bool, bool, bool, bool, int, int, str]:
    scope = one.incident.scope
    standing = sum(each.state == "affected" for each in scope.areas)
    when = one.incident.onset.likeliest if one.is_open else -one.latest.at
    return (
        not one.is_open, not one.is_ours, one.looks_healthy, not scope.national, -standing, when, one.incident.id
    )  # fmt: skip


def told_open(found: tuple[Shown, ...]) -> tuple[Shown, ...]:
    """Those that are still followed."""
    return tuple(each for each in found if each.is_open and not each.merged)


def told_recent(found: tuple[Shown, ...], at: Instant, span: int) -> tuple[Shown, ...]:
    """Those that ended, by what was said last, at most `span` ms before `at`."""
    return tuple(
        each for each in found if not each.is_open and not each.merged and at - each.latest.at <= span
    )
