"""The way to an instant: the log folded again, and how an incident's cause stood at each search on the way."""

from collections.abc import Callable
from dataclasses import dataclass, field

from lightship.follow.identity import same_class
from lightship.run.explaining.log import Log
from lightship.run.fold import CoreState, step
from lightship.vocabulary.decisions import Decision, Publish
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.events import Logged, TickJudged
from lightship.vocabulary.incidents import Incident, IncidentId
from lightship.vocabulary.time import Instant


@dataclass(frozen=True)
class Search:
    """One search for the cause while an incident was open.

    Args:
        before, logged: the state and the event that it was made with: stepping makes it again.
        after: the state that it left.
    """

    at: Instant
    before: CoreState
    logged: Logged
    after: CoreState
    diagnosis: Diagnosis


@dataclass
class Way:
    """What was seen of one incident on the way."""

    incident: Incident
    searches: list[Search] = field(default_factory=list)
    said: int = 0
    national: bool = False

    @property
    def weight(self) -> tuple[int, int]:
        """How much was said of it: the main incident of a scenario is the one with the most."""
        return int(self.national), self.said


@dataclass
class Folded:
    """The log, folded up to an instant."""

    ways: dict[IncidentId, Way]
    state: CoreState
    decisions: int
    last_at: Instant


def fold(log: Log, until: Instant | None, advance: Callable[[], None] = lambda: None) -> Folded:
    """Fold to the end, or to the last event that is not after `until`."""
    found = Folded({}, log.start, 0, Instant(0))
    for logged in log.events:
        if until is not None and logged.at > until:
            break
        before = found.state
        found.state, decisions = step(before, logged)
        found.last_at = logged.at
        found.decisions += len(decisions)
        _note(found, before, logged, decisions)
        advance()
    return found


def _note(found: Folded, before: CoreState, logged: Logged, decisions: tuple[Decision, ...]) -> None:
    for incident in found.state.incidents:
        if incident.is_open or incident.id in found.ways:
            found.ways.setdefault(incident.id, Way(incident)).incident = incident
    for each in decisions:
        if isinstance(each, Publish) and each.update.incident in found.ways:
            way = found.ways[each.update.incident]
            way.said += 1
            way.national |= way.incident.scope.national
    stages, was = found.state.stages, before.stages
    if not isinstance(logged.event, TickJudged) or stages is None or was is None:
        return
    weighed = stages.explain.memory.weighed
    if weighed is None or weighed == was.explain.memory.weighed:
        return
    for incident in found.state.incidents:
        mine = _mine(incident, stages.explain.memory.diagnoses) if incident.is_open else None
        if mine is not None:
            found.ways[incident.id].searches.append(Search(logged.at, before, logged, found.state, mine))


def _mine(incident: Incident, diagnoses: tuple[Diagnosis, ...]) -> Diagnosis | None:
    """The diagnosis of a search that is about this incident: its class, or else what the incident says of itself."""
    standing = incident.diagnosis
    if standing is None:
        return None
    same = next((each for each in diagnoses if same_class(each, standing)), None)
    return same or next((each for each in diagnoses if not each.members and not standing.members), None)


def main_way(found: Folded) -> Way | None:
    """The incident of which most was said; the first of equal ones."""
    return max(found.ways.values(), key=lambda way: way.weight, default=None)


def chosen(way: Way, at: Instant | None) -> Search | None:
    """The search that made the record that stands at `at`; absent: the one that stands last. None: none was made."""
    if at is not None:
        return next((each for each in reversed(way.searches) if each.at <= at), None)
    standing = way.incident.diagnosis
    made = [each for each in way.searches if standing is not None and each.at == standing.at]
    return made[-1] if made else (way.searches[-1] if way.searches else None)
