"""Who is hit, by time: service areas with a state, and how many lines, as an interval. Never from report counts."""

from collections.abc import Sequence

import msgspec
import numpy as np

from lightship.follow.identity import ServiceAreaKey
from lightship.follow.state import SCOPE_EVERY
from lightship.prevent.footprints import Footprints
from lightship.vocabulary.alarms import AffectedArea, Alarm
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.incidents import Incident, Scope
from lightship.vocabulary.observables import CountRow
from lightship.vocabulary.rounding import rounded
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.sources import Estimate, Source
from lightship.vocabulary.time import HOUR, MINUTE, Instant

MEASURED = Source(basis="measured", note="share of lines out by detection, times lines on the map")
MATERIAL = 0.2
"""A share that moved by less than a fifth of itself is not worth a new scope, ..."""
MATERIAL_AREAS = 0.1
"""... nor is a tenth of a large set of areas changing its state."""

MOST_LOST = 0.5
"""Share of an area's lines from which a named cause makes it affected without a word of its own."""


def areas_of(
    alarms: Sequence[Alarm], before: Sequence[AffectedArea], elsewhere: dict[ServiceAreaKey, None]
) -> tuple[AffectedArea, ...]:
    """The service areas of an incident, in the order in which they joined it.

    Args:
        alarms: its standing alarms, strongest first.
        before: its areas until now: those without an alarm have recovered.
        elsewhere: service areas that belong to other open incidents, and so not to this one.
    """
    now: dict[ServiceAreaKey, AffectedArea] = {}
    for alarm in alarms:
        for each in alarm.areas:
            key = (each.service, each.area)
            if key not in elsewhere and _tells_more(each, now.get(key)):
                now[key] = each
    found: dict[ServiceAreaKey, AffectedArea] = {}
    for each in before:
        key = (each.service, each.area)
        if key not in elsewhere:
            found[key] = now.get(key) or _recovered(each)
    found.update(now)
    return tuple(found.values())


def _tells_more(new: AffectedArea, old: AffectedArea | None) -> bool:
    rank = {"affected": 2, "likely": 1, "recovered": 0}
    return old is None or rank[new.state] > rank[old.state]


def _recovered(area: AffectedArea) -> AffectedArea:
    return area if area.state == "recovered" else msgspec.structs.replace(area, state="recovered", share=None)


def scope_of(
    alarms: Sequence[Alarm],
    before: Scope | None,
    elsewhere: dict[ServiceAreaKey, None],
    feet: Footprints,
    at: Instant,
    cause: Diagnosis | None = None,
) -> Scope:
    """The scope as the standing alarms give it.

    Args:
        cause: what is diagnosed; once it is named, the areas that it takes away are affected by its evidence.
    """
    areas = areas_of(alarms, before.areas if before else (), elsewhere)
    named = dict.fromkeys(each.service for each in areas if each.state != "recovered")
    for alarm in alarms:
        named.update(dict.fromkeys(alarm.services))
    if not alarms and before:
        named = dict.fromkeys(before.services)
    services = tuple(s.id for s in feet.network.services if s.id in named)
    lines, share = impact(alarms, services, elsewhere, feet)
    of = len(feet.network.places.leaves()) or len(dict.fromkeys(each.area for each in areas))
    national = any(alarm.national for alarm in alarms) or _still_national(areas, before, of, bool(alarms))
    areas = areas if national else _by_cause(areas, cause, feet)
    return Scope(at, services, areas, national, of, lines, share)


def _by_cause(
    areas: tuple[AffectedArea, ...], cause: Diagnosis | None, feet: Footprints
) -> tuple[AffectedArea, ...]:
    """Too few reports say nothing of an area; that a named cause takes most of its lines away does."""
    if cause is None or cause.chosen is None or cause.standing == "under investigation":
        return areas
    number = feet.index.get(cause.chosen)
    if number is None:
        return areas
    start, end = feet.share.indptr[number : number + 2]
    rows, shares = feet.share.indices[start:end].tolist(), feet.share.data[start:end].tolist()
    lost = {feet.rows[row]: share * cause.share for row, share in zip(rows, shares, strict=True)}
    return tuple(
        msgspec.structs.replace(each, state="affected")
        if each.state == "likely" and lost.get(CountRow(each.service, each.area), 0.0) >= MOST_LOST
        else each
        for each in areas
    )


def _still_national(areas: Sequence[AffectedArea], before: Scope | None, of: int, standing: bool) -> bool:
    """What was national stays so until fewer than half of all areas are hit: it does not get a centre by healing."""
    if before is None or not before.national:
        return False
    hit = dict.fromkeys(each.area for each in areas if each.state != "recovered")
    return not standing or len(hit) >= of / 2


def impact(
    alarms: Sequence[Alarm],
    services: Sequence[ServiceId],
    elsewhere: dict[ServiceAreaKey, None],
    feet: Footprints,
) -> tuple[Estimate, Estimate]:
    """Lines out and their share of all lines of the services that are hit, each with its interval.

    Each service area is counted once, by the strongest alarm that speaks of it.
    """
    unknown = Estimate("lines", source=MEASURED), Estimate("share of lines", source=MEASURED)
    measured = [alarm for alarm in alarms if alarm.share.value is not None and alarm.areas]
    if not measured:
        return (Estimate("lines", 0.0, 0.0, 0.0, MEASURED), Estimate("share of lines", 0.0, 0.0, 0.0, MEASURED)) \
            if not alarms else unknown  # fmt: skip
    out, taken = np.zeros(3), np.zeros(len(feet.rows), dtype=bool)
    for alarm in measured:
        keys = ((each.service, each.area) for each in alarm.areas)
        mine = [feet.row_number.get(CountRow(*key)) for key in keys if key not in elsewhere]
        numbers = np.array([n for n in dict.fromkeys(mine) if n is not None and not taken[n]], dtype=np.int64)
        taken[numbers] = True
        out += _lines_out(alarm, numbers, feet)
    totals = [feet.row_number.get(CountRow(service, None)) for service in services]
    all_lines = sum(float(feet.lines[n]) for n in totals if n is not None)
    if all_lines <= 0 or not taken.any():
        return unknown
    return _estimate("lines", out, 1.0), _estimate("share of lines", out, all_lines)


def _lines_out(alarm: Alarm, numbers: np.ndarray, feet: Footprints) -> np.ndarray:
    """(3,) lines out among those rows: value, low, high. An alarm's share is a share of the lines in its areas."""
    share = alarm.share
    value = share.value or 0.0
    low = value if share.low is None else share.low
    high = value if share.high is None else share.high
    return np.asarray(float(feet.lines[numbers].sum()) * np.clip(np.array([value, low, high]), 0.0, 1.0))


def _estimate(unit: str, out: np.ndarray, of: float) -> Estimate:
    value, low, high = (
        rounded(min(float(each) / of, 1.0) if of != 1.0 else round(float(each))) for each in out
    )
    return Estimate(unit, value, min(low, value), max(high, value), MEASURED)


def is_material(new: Scope, old: Scope) -> str:
    """What changed enough to be a new scope, in words; empty: nothing did."""
    if new.services != old.services:
        return "other services are hit"
    if new.national != old.national:
        return "it is national now" if new.national else "it is not national any more"
    states, was = _states(new), _states(old)
    if new.national and old.national:
        return _national_news(new, old)
    moved = sum(was.get(key) != state for key, state in states.items()) + sum(
        key not in states for key in was
    )
    if moved > MATERIAL_AREAS * len(was):
        gone = all(state == "recovered" for state in states.values())
        return "all areas have recovered" if gone else "other areas are hit"
    return "how many are hit changed" if _moved(new.share, old.share) else ""


def _national_news(new: Scope, old: Scope) -> str:
    """Of a national scope the single area matters little: how many are hit, and how many stand out by themselves."""
    states, was = _states(new), _states(old)
    hit, had = (sum(state != "recovered" for state in each.values()) for each in (states, was))
    if abs(hit - had) > MATERIAL * had:
        return "other areas are hit"
    sure, were_sure = (sum(state == "affected" for state in each.values()) for each in (states, was))
    if abs(sure - were_sure) > MATERIAL_AREAS * len(was):
        return (
            "more areas stand out by themselves"
            if sure > were_sure
            else "fewer areas stand out by themselves"
        )
    return "how many are hit changed" if _moved(new.share, old.share) else ""


def _states(scope: Scope) -> dict[ServiceAreaKey, str]:
    return {(each.service, each.area): each.state for each in scope.areas}


def _moved(new: Estimate, old: Estimate) -> bool:
    if new.value is None or old.value is None:
        return new.value is not old.value
    return abs(new.value - old.value) > MATERIAL * max(old.value, 1e-6)


def may_change(incident: Incident, at: Instant) -> bool:
    """Every 5 minutes at most, and more rarely in a long incident: every 15 after two hours, every hour after a day."""
    lasted = at - incident.opened_at
    wait = SCOPE_EVERY if lasted < 2 * HOUR else 15 * MINUTE if lasted < 24 * HOUR else HOUR
    return at - incident.scope.at >= wait


def is_urgent(scope: Scope, alarms: Sequence[Alarm]) -> bool:
    """What a reader must not wait for: a further service, the whole country, first areas, all recovered, a relapse."""
    if any(service not in scope.services for alarm in alarms for service in alarm.services):
        return True
    if any(alarm.national for alarm in alarms) and not scope.national:
        return True
    if not scope.areas:
        return any(alarm.areas for alarm in alarms)
    return all(each.state == "recovered" for each in scope.areas) == bool(alarms)


def append(scopes: tuple[Scope, ...], new: Scope) -> tuple[Scope, ...]:
    """The history with one more scope.

    An incident carries its history wherever it goes, and a national one has hundreds of areas: so a scope whose
    areas and states are those of the scope after it, and a national scope before another national one, hands its list
    on to that one and keeps an empty one itself.
    """
    if scopes and new.areas and (_both_national(scopes[-1], new) or _states(scopes[-1]) == _states(new)):
        return (*scopes[:-1], msgspec.structs.replace(scopes[-1], areas=()), new)
    return (*scopes, new)


def _both_national(one: Scope, other: Scope) -> bool:
    return one.national and other.national
