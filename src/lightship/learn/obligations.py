"""Must this be reported, and since when: each rule beside an incident, with what is known of how many and how long."""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from lightship.vocabulary.incidents import Incident, Scope
from lightship.vocabulary.obligations import Obligation
from lightship.vocabulary.time import HOUR, MINUTE, Instant

State = Literal["met", "will be met", "cannot tell", "not met"]


class Standing(msgspec.Struct, frozen=True):
    """One rule beside one incident.

    Args:
        state: met: even by the low end of what is known. will be met: at `at`, if it lasts and stays as large. cannot
            tell: the threshold lies inside the interval. not met: not even by its high end.
        at: when it was met, will be, or would be if it is as large as the high end says; absent: not to be said.
    """

    rule: Obligation
    state: State
    at: Instant | None = None


def standings(rules: Iterable[Obligation], incident: Incident, now: Instant) -> tuple[Standing, ...]:
    """Every rule, in the order of the rules. Nothing is owed for what was no outage of this network."""
    if incident.suppressed:
        return tuple(Standing(each, "not met") for each in rules)
    return tuple(
        _by_hours(each, incident, now) if each.line_hours else _by_size(each, incident, now) for each in rules
    )


def _by_size(rule: Obligation, incident: Incident, now: Instant) -> Standing:
    began, end = incident.onset, _end(incident, now)
    surely, perhaps = _size(rule, incident.scopes)
    at = Instant(began.latest + rule.minutes * MINUTE)
    if perhaps is False:
        return Standing(rule, "not met")
    if not incident.is_open and end - began.earliest < rule.minutes * MINUTE:
        return Standing(rule, "not met")
    if not surely:
        return Standing(rule, "cannot tell", at)
    return Standing(rule, "met" if end >= at else "will be met" if incident.is_open else "cannot tell", at)


def _size(rule: Obligation, scopes: Sequence[Scope]) -> tuple[bool, bool | None]:
    """Whether it is surely so large, and whether it may be (None: not known), by the largest that it ever was."""
    surely, perhaps = False, False
    unknown = False
    for least, found in ((rule.lines, [s.lines for s in scopes]), (rule.share, [s.share for s in scopes])):
        if least is None:
            continue
        surely |= any(each.low is not None and each.low >= least for each in found)
        perhaps |= any(each.high is not None and each.high >= least for each in found)
        unknown |= all(each.high is None for each in found)
    return surely, True if surely or perhaps else None if unknown else False


def _by_hours(rule: Obligation, incident: Incident, now: Instant) -> Standing:
    assert rule.line_hours is not None, "only rules by line hours"
    low, high = _hours(incident, now, "low"), _hours(incident, now, "high")
    if low is not None and low[0] >= rule.line_hours:
        return Standing(rule, "met", _when(incident, rule.line_hours, low, now))
    if high is None:
        return Standing(rule, "cannot tell")
    if high[0] >= rule.line_hours:
        return Standing(rule, "cannot tell", _when(incident, rule.line_hours, high, now))
    if not incident.is_open or not high[1]:
        return Standing(rule, "not met")
    if low is not None and low[1]:
        return Standing(rule, "will be met", _when(incident, rule.line_hours, low, now))
    return Standing(rule, "cannot tell", _when(incident, rule.line_hours, high, now))


def _hours(incident: Incident, now: Instant, end: Literal["low", "high"]) -> tuple[float, float] | None:
    """Line hours so far, and lines now, by one end of the interval; None: how many is not known at any time."""
    scopes, last = incident.scopes, _end(incident, now)
    known = [(each.at, getattr(each.lines, end)) for each in scopes]
    if all(lines is None for _, lines in known):
        return None
    total, lines_now = 0.0, 0.0
    begins = incident.onset.latest if end == "low" else incident.onset.earliest
    starts = [begins, *(at for at, _ in known[1:])]
    for (_, lines), start, stop in zip(known, starts, [*starts[1:], last], strict=True):
        lines_now = lines or 0.0
        total += lines_now * max(stop - start, 0) / HOUR
    return total, lines_now


def _when(incident: Incident, wanted: float, found: tuple[float, float], now: Instant) -> Instant | None:
    """When the hours come to that, at the present size; for hours that are there already, reckoned back from now."""
    total, lines = found
    if lines <= 0:
        return None
    return Instant(_end(incident, now) + round((wanted - total) / lines * HOUR))


def _end(incident: Incident, now: Instant) -> Instant:
    return incident.service_restored_at or incident.resolved_at or now
