"""Which diagnosis an incident points to by time, what a person said about it, and what its party has published."""

from collections.abc import Sequence

import msgspec

from lightship.follow.eta import category_of
from lightship.follow.identity import best_diagnosis, class_of, same_class
from lightship.follow.state import Followed
from lightship.prevent.footprints import Footprints
from lightship.vocabulary.alarms import Alarm
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.signals import FeedEvent
from lightship.vocabulary.time import MINUTE, Instant

REFRESH = 15 * MINUTE
STEPS = (0.5, 0.8, 0.9, 0.95, 0.99)
"""Crossing one of these probabilities is worth an entry in the history."""


def match(
    followed: Followed, alarms: Sequence[Alarm], diagnoses: Sequence[Diagnosis], feet: Footprints
) -> Diagnosis | None:
    """The diagnosis of this tick that is about this incident: the same class as before, else the one that explains its
    strongest alarm. None: none is."""
    before = followed.incident.diagnosis
    for each in diagnoses:
        if before is not None and (same_class(each, before) or (not each.members and not before.members)):
            return each
    for alarm in alarms:
        found = best_diagnosis(alarm, diagnoses, feet)
        if found is not None:
            return found
    return diagnoses[0] if alarms and len(diagnoses) == 1 and not diagnoses[0].members else None


def held(followed: Followed, found: Diagnosis) -> Diagnosis:
    """The diagnosis with what a person said about it: a named component stays, a confirmed class stays confirmed."""
    if followed.named is not None:
        return msgspec.structs.replace(
            found, members=(followed.named,), chosen=followed.named, standing="confirmed by a person"
        )
    if followed.confirmed and found.chosen in followed.confirmed:
        return msgspec.structs.replace(found, standing="confirmed by a person")
    return found


def news(new: Diagnosis, old: Diagnosis | None, at: Instant) -> str:
    """Why the diagnosis is worth an entry in the history, in words; empty: it is not."""
    if old is None:
        return "a first diagnosis"
    if class_of(new) != class_of(old) or new.chosen != old.chosen:
        return (
            "the cause is another one now"
            if new.members
            else "none of the known components explains it any more"
        )
    if new.standing != old.standing:
        return f"the cause is {new.standing} now"
    if _category(new) != _category(old):
        return (
            "the kind of cause is known now" if _category(new) else "the kind of cause is not known any more"
        )
    if new.neighbour != old.neighbour:
        return "it is a neighbour's trouble" if new.neighbour else "it is not a neighbour's trouble"
    if _step(new.probability) != _step(old.probability):
        return "the evidence for the cause changed"
    runner_changed = [r.members for r in new.runners_up[:1]] != [r.members for r in old.runners_up[:1]]
    stale = at - old.at >= REFRESH and abs(new.margin - old.margin) > 0.25 * max(old.margin, 1.0)
    return (
        "the evidence for the cause changed" if (runner_changed and at - old.at >= REFRESH) or stale else ""
    )


def _category(diagnosis: Diagnosis) -> str:
    best = category_of(diagnosis)
    return best.name if best else ""


def _step(probability: float) -> int:
    return sum(probability >= step for step in STEPS)


def named(diagnosis: Diagnosis | None) -> bool:
    """Whether a cause is named: to operators with P >= 0.99, or by a person."""
    return diagnosis is not None and bool(diagnosis.members) and diagnosis.standing != "under investigation"


def last_named(incident: Incident) -> Diagnosis | None:
    """The last diagnosis of the incident that named a cause; None: none ever did."""
    return next((each for each in reversed(incident.diagnoses) if named(each)), None)


def released(incident: Incident, feeds: tuple[FeedEvent, ...]) -> tuple[str, str] | None:
    """What the party concerned has itself published, with its name, about a member of the diagnosed class: text and
    address. None: nothing, or not about this class."""
    diagnosis = incident.diagnosis
    if diagnosis is None or not diagnosis.members:
        return None
    spoken = [
        f for f in feeds
        if f.names_publicly and f.text and f.kind in ("supplier-statement", "provider-statement")
        and f.subject in class_of(diagnosis) and f.at >= incident.onset.earliest
    ]  # fmt: skip
    last = max(spoken, key=lambda f: f.at, default=None)
    return (last.text, last.url) if last else None
