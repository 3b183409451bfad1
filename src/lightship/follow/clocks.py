"""Two clocks: the component is back, and service is back. Between them lies the tail that people still feel."""

import msgspec
import numpy as np

from lightship.follow.answering import answers_since, fails_again
from lightship.follow.identity import class_of
from lightship.follow.state import (
    FEEDS_FOR,
    GREEN_MEASURED,
    GREEN_REPORTS,
    POLARITY,
    Followed,
    FollowState,
    Seen,
)
from lightship.prevent.footprints import Footprints
from lightship.vocabulary.alarms import Alarm
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.signals import FeedEvent
from lightship.vocabulary.time import Instant

WHOLLY = 0.99
"""A need of at least this share is one without which nothing works."""


def remember_feeds(state: FollowState, feeds: tuple[FeedEvent, ...], at: Instant) -> FollowState:
    """Keep the newest event per feed, subject and kind, a day long."""
    if not feeds and not state.feeds:
        return state
    kept = {(f.feed, f.subject, f.kind): f for f in state.feeds if at - f.at <= FEEDS_FOR}
    for each in feeds:
        key = (each.feed, each.subject, each.kind)
        kept.pop(key, None)
        kept[key] = each
    return msgspec.structs.replace(state, feeds=tuple(kept.values()))


def related(diagnosis: Diagnosis, feet: Footprints) -> frozenset[ComponentId]:
    """Components whose feeds speak about the diagnosed class: the class, what it wholly needs, what directly needs it,
    and what has the same footprint. For membership only."""
    named = sorted(
        (each for each in class_of(diagnosis) if each in feet.index), key=lambda each: feet.index[each]
    )
    near: dict[ComponentId, None] = dict.fromkeys(named)
    for each in named:
        for gate in feet.network.component[each].gates:
            if gate.at_least is None:
                near.update(dict.fromkeys(need.on for need in gate.needs if need.share >= WHOLLY))
        number = feet.index[each]
        near.update(dict.fromkeys(feet.components[n] for n in feet.wiring.dependents[number]))
        alike = np.flatnonzero(feet.classes == feet.classes[number])
        near.update(dict.fromkeys(feet.components[n] for n in alike.tolist()))
    return frozenset(near)


def component_back(followed: Followed, feeds: tuple[FeedEvent, ...], feet: Footprints) -> Instant | None:
    """Since when the diagnosed component is back, by its own feeds or probes; None: it is not, or nobody can tell.

    Feeds decide where they spoke; else the incident's probe alarms, once all of them have recovered, or the paths that
    it had taken down, once they answer.
    """
    diagnosis = followed.incident.diagnosis
    if diagnosis is None or not diagnosis.members:
        return None
    spoken = _spoken(diagnosis, feeds, feet, followed.incident.onset.earliest)
    if spoken:
        return _by_feeds(spoken)
    return _by_probes(followed.seen, diagnosis) or answers_since(followed.paths, feet)


def component_failed(followed: Followed, feeds: tuple[FeedEvent, ...], feet: Footprints) -> bool:
    """Whether a component that was back is down again. Silence is not failure."""
    diagnosis, back = followed.incident.diagnosis, followed.incident.component_restored_at
    if diagnosis is None or back is None:
        return False
    again = [
        f
        for f in _last_words(_spoken(diagnosis, feeds, feet, back))
        if POLARITY[f.kind] == "down" and f.at > back
    ]
    named = class_of(diagnosis)
    probes = [
        s for s in followed.seen if s.row_class == "probe" and any(member in named for member in s.members)
    ]
    return bool(again) or any(s.state == "outage" for s in probes) or fails_again(followed.paths, back, feet)


def _spoken(
    diagnosis: Diagnosis, feeds: tuple[FeedEvent, ...], feet: Footprints, since: Instant
) -> list[FeedEvent]:  # fmt: skip
    """What feeds said about the health of the diagnosed class since then.

    A word about a member itself counts before what is said of its neighbours: what depends on it may have trouble of
    its own when it is back, as when every phone registers at once.
    """
    telling = [f for f in feeds if f.kind in POLARITY and f.at >= since and f.is_taken_at_its_word]
    itself = [f for f in telling if f.subject in class_of(diagnosis)]
    if itself:
        return itself
    near = related(diagnosis, feet) if telling else frozenset()
    return [f for f in telling if f.subject in near]


def _last_words(spoken: list[FeedEvent]) -> list[FeedEvent]:
    last: dict[tuple[str, ComponentId], FeedEvent] = {}
    for each in spoken:
        key = (each.feed, each.subject)
        if key not in last or each.at >= last[key].at:
            last[key] = each
    return list(last.values())


def _by_feeds(spoken: list[FeedEvent]) -> Instant | None:
    """The last word of each feed on each component: all must say that it is back."""
    last = _last_words(spoken)
    if any(POLARITY[f.kind] == "down" for f in last):
        return None
    return max(f.at for f in last)


def _by_probes(seen: tuple[Seen, ...], diagnosis: Diagnosis) -> Instant | None:
    named = class_of(diagnosis)
    probes = [s for s in seen if s.row_class == "probe" and any(member in named for member in s.members)]
    others_stand = any(s.row_class != "probe" and s.state != "recovered" for s in seen)
    ends = [s.recovered_at for s in probes]
    if not probes or not others_stand or any(end is None for end in ends):
        return None
    return max(end for end in ends if end is not None)


def look(followed: Followed, standing: dict[str, Alarm], at: Instant) -> Followed:
    """The incident's alarms as they stand now. One that is gone without a word has recovered now."""
    seen = tuple(_look(each, standing.get(each.id), at) for each in followed.seen)
    return followed if seen == followed.seen else msgspec.structs.replace(followed, seen=seen)


def _look(seen: Seen, alarm: Alarm | None, at: Instant) -> Seen:
    if alarm is None:
        if seen.recovered_at is not None:
            return seen
        return msgspec.structs.replace(seen, state="recovered", recovered_at=at)
    ended = (alarm.recovered_at or at) if alarm.state == "recovered" else None
    if seen.state == "recovered" and ended is not None:
        return seen
    return msgspec.structs.replace(seen, state=alarm.state, recovered_at=ended)


def green_since(followed: Followed) -> Instant | None:
    """Since when no alarm of the incident stands; None: one does."""
    if any(each.recovered_at is None for each in followed.seen):
        return None
    return max((each.recovered_at for each in followed.seen if each.recovered_at is not None), default=None)


def window(incident: Incident) -> int:
    """How long all must be green before the incident closes, in ms."""
    return GREEN_MEASURED if incident.measured else GREEN_REPORTS


def closes_at(incident: Incident) -> Instant | None:
    """When an incident will be closed if all stays healthy; None while it is not."""
    if incident.green_since is None or not incident.is_open:
        return None
    return Instant(incident.green_since + window(incident))
