"""The page of one incident: its whole history, every question, every area."""

from lightship.tell.site.addresses import document, incident_address
from lightship.tell.site.area import Pointer
from lightship.tell.site.facts import Facts, answer_word
from lightship.tell.site.front import title_of
from lightship.tell.site.log import own_entries
from lightship.tell.site.paper import Paper
from lightship.tell.site.pictures import Picture
from lightship.tell.site.shell import provider_name
from lightship.tell.site.shown import Shown
from lightship.tell.site.standing import standing
from lightship.tell.site.tables import common, folded, table
from lightship.tell.site.view import View
from lightship.vocabulary.incidents import IncidentId
from lightship.vocabulary.questions import QUESTIONS, QuestionId

Question = tuple[str, str, Pointer | None]
ROOT = "../../"


def incident_page(view: View, one: Shown, paper: Paper, graph: Picture | None) -> str:
    """The page of an incident, or the way to the one that took it over."""
    found = view.facts[one.incident.id]
    if one.incident.merged_into is not None:
        return moved(paper, one.incident.id, one.incident.merged_into)
    network = view.situation.network
    stands = standing((one,), network)
    as_of = view.clock.when(one.as_of).words
    own = table(stands, network, as_of) if view.has_places else None
    return paper.write(
        "incident.html", ROOT, title_of(found.headline), json=document(found.address), facts=found,
        more=questions(view, one), updates=own_entries(one, view.clock), graph=graph,
        table=own, folded=folded(own), as_of=view.clock.full(one.latest.at),
        common=common(stands, network) if view.has_places else None,
        promise=found.next_update if found.is_open else None,
    )  # fmt: skip


def moved(paper: Paper, incident: IncidentId, into: IncidentId) -> str:
    """The page that leads to the older incident."""
    return paper.write(
        "moved.html", ROOT, f"Incident {incident} has moved", headline="This is followed elsewhere now",
        why="It turned out to be part of one problem:", target=incident_address(into), words=f"incident {into}",
    )  # fmt: skip


def questions(view: View, one: Shown) -> tuple[Question, ...]:
    """The questions that the facts above do not answer, each with its answer and perhaps a link."""
    found = view.facts[one.incident.id]
    outsiders = view.situation.settings.deployment == "outsiders"
    ours = provider_name(view.situation) if outsiders else "us"
    blamed = {"us": f"It is {ours}.", "neighbour": "It is another network."}
    return (
        ("Is it the same as last time?", _same(found), _last(view, found.same_as)),
        (f"Is it {ours} or a neighbour?", blamed.get(found.ours or "", "Not known yet."), None),
        (QUESTIONS["over"], _known("over", found.over), None),
        (QUESTIONS["owed"], _not_built(one, "owed"), None),
    )


def _same(found: Facts) -> str:
    """Without an incident before this one there is nothing to compare with, and no cause was looked at."""
    if found.same == "no" and not found.same_as:
        return "We know of no other in the 30 days before."
    return _known("same_as_last_time", found.same)


def _known(question: QuestionId, answer: str | None) -> str:
    return answer_word(question, answer) or "Not known yet."


def _not_built(one: Shown, question: QuestionId) -> str:
    said = one.answers.get(question)
    if said is None or said.basis == "not built":
        return "This page does not work that out yet."
    return said.answer or "Not known yet."


def _last(view: View, incident: str) -> Pointer | None:
    """The incident before, if the public knows of it."""
    found = view.facts.get(IncidentId(incident))
    return Pointer(found.address, f"Last time: {found.headline}") if found is not None else None
