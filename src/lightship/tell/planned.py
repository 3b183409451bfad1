"""Words for an incident that announced work explains. Who does the work is not said: that may be a third party."""

from lightship.tell.times import moment
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.time import Instant

KICKER = "Planned work"


def is_planned(incident: Incident) -> bool:
    """Whether it is told as planned work: while it lasts, and nothing more than that is out."""
    return incident.planned is not None and incident.is_open and incident.green_since is None


def sentence(incident: Incident, at: Instant, zone: str) -> str:
    """That it is planned, and until when."""
    assert incident.planned is not None, "only of planned work"
    ends = incident.planned.ends
    due = f"is to end by {moment(ends, at, zone)}" if ends > at else f"was to end by {moment(ends, at, zone)}"
    return f"This is planned work, which {due}."


def headline(said: str, incident: Incident) -> str:
    """The statement, with what it is before it."""
    return f"planned work: {said}" if is_planned(incident) else said
