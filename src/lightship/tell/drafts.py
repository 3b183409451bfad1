"""Drafts of updates for people to start from, filled with what is known. Nobody publishes one unread."""

import msgspec

from lightship.tell.naming import public_cause
from lightship.tell.where import services_words, told_scope, where_words
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.settings import Settings


class Draft(msgspec.Struct, frozen=True):
    """A text for one occasion. `[...]` is for a person to fill in."""

    occasion: str
    text: str


def drafts(incident: Incident, network: NetworkMap, settings: Settings) -> tuple[Draft, ...]:
    """What may have to be said, in the order in which it usually has to be."""
    scope = told_scope(incident)
    services, where = services_words(scope.services, network), where_words(scope, network)
    place = f" {where}" if where else ""
    return (
        Draft("We know", f"We know that {services} {_are(services)} failing{place}. We are looking for the cause."),
        Draft("The cause", _cause(incident, network, settings)),
        Draft("On the way", "Our engineers are on their way to [place]. They should be there by [time]."),
        Draft("Not as planned", "The repair takes longer than we said, because [reason]. We now expect [time]."),
        Draft(
            "Support",
            "Our telephone lines are very busy. Please do not call about this: we know, and calling does not make it "
            "quicker. If you need help for another reason, [way].",
        ),
        Draft("Charges", "Nobody will be charged for paying late because of this."),
        Draft(
            "It is back",
            f"{services[:1].upper()}{services[1:]} should be working again{place}. If yours is not, switch your "
            "equipment off and on once, and tell us if that does not help.",
        ),
    )  # fmt: skip


def _cause(incident: Incident, network: NetworkMap, settings: Settings) -> str:
    found = public_cause(incident, network, settings)
    if found is None:
        return "We have found the cause: [what failed, in plain words]. We are repairing it."
    return f"We have found the cause: {found.words}. We are repairing it."


def _are(services: str) -> str:
    return "are" if " and " in services or services.endswith("s") else "is"
