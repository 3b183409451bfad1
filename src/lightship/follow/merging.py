"""Two incidents that turn out to be one: the older id stays, the younger redirects to it."""

import msgspec

from lightship.follow.identity import holds, overlap, same_class
from lightship.follow.life import status_of
from lightship.follow.scope import append
from lightship.follow.state import Followed
from lightship.vocabulary.incidents import Incident, Scope
from lightship.vocabulary.time import Instant


def is_one(older: Incident, younger: Incident) -> str:
    """Why two open incidents are one, in words; empty: they are two."""
    if same_class(older.diagnosis, younger.diagnosis) and overlap(older.onset, younger.onset):
        return "the same components explain both"
    apart = _named_apart(older, younger)
    both_national = older.scope.national and younger.scope.national
    same_services = any(s in older.scope.services for s in younger.scope.services)
    if both_national and same_services and not apart and overlap(older.onset, younger.onset):
        return "both are national and hit the same service"
    return ""


def _named_apart(one: Incident, other: Incident) -> bool:
    pair = (one.diagnosis, other.diagnosis)
    if any(d is None or d.standing == "under investigation" for d in pair):
        return False
    return not same_class(*pair)


def merge(older: Followed, younger: Followed, at: Instant) -> tuple[Followed, Followed]:
    """Both after the merge: the older holds the alarms, areas and public standing of both."""
    a, b = older.incident, younger.incident
    first = a.onset if a.onset.likeliest <= b.onset.likeliest else b.onset
    grown = msgspec.structs.replace(
        a, alarms=tuple(dict.fromkeys((*a.alarms, *b.alarms))), scopes=append(a.scopes, _union(a.scope, b.scope, at)),
        onset=first, public=a.public or b.public, measured=a.measured or b.measured, changed_at=at, green_since=None,
        service_restored_at=None,
    )  # fmt: skip
    grown = msgspec.structs.replace(grown, status=status_of(grown))
    gone = msgspec.structs.replace(b, status="merged", merged_into=a.id, changed_at=at)
    seen = {each.id: each for each in (*younger.seen, *older.seen)}
    kept = msgspec.structs.replace(
        older, incident=grown, seen=tuple(seen.values()),
        named=older.named or younger.named, confirmed=older.confirmed or younger.confirmed,
    )  # fmt: skip
    return kept, msgspec.structs.replace(younger, incident=gone, seen=())


def _union(a: Scope, b: Scope, at: Instant) -> Scope:
    """Both scopes as one. How many is the larger of the two until the next tick counts them together."""
    mine = dict.fromkeys((area.service, area.area) for area in a.areas)
    areas = (*a.areas, *(each for each in b.areas if (each.service, each.area) not in mine))
    services = tuple(dict.fromkeys((*a.services, *b.services)))
    larger = a if (a.lines.value or 0.0) >= (b.lines.value or 0.0) else b
    return Scope(at, services, areas, a.national or b.national, max(a.of, b.of), larger.lines, larger.share)


def elsewhere(followed: tuple[Followed, ...], index: int) -> dict[tuple[str, str], None]:
    """Service areas that belong to other open incidents than that one."""
    taken: dict[tuple[str, str], None] = {}
    for number, each in enumerate(followed):
        if number != index and each.incident.is_open:
            taken.update(holds(each.incident))  # type: ignore[arg-type]  # ids are texts
    return taken
