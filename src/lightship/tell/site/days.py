"""Ninety days of a service, day by day: known problems, none known, or not watched."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal

import msgspec

from lightship.tell.site.shown import Shown
from lightship.tell.site.view import View
from lightship.vocabulary.services import ServiceId, lineage
from lightship.vocabulary.time import MINUTE, Instant
from lightship.vocabulary.zones import local, zone

DAYS = 90
PARTLY = 0.9
"""A day watched for less than this share of it is called watched in part."""

Kind = Literal["unwatched", "none known", "some areas", "everywhere"]


class Day(msgspec.Struct, frozen=True):
    """One local day of one service.

    Args:
        problem: minutes with a known problem of ours anywhere, problems that overlap counted once.
        watched: minutes in which something was measured; None: the day is not over.
        partly: the day was watched for a part of it only.
    """

    day: date
    kind: Kind
    problem: int
    watched: int | None
    partly: bool


class ServiceDays(msgspec.Struct, frozen=True):
    """A service with its last days, oldest first, and the incidents of those days, newest first."""

    service: ServiceId
    days: tuple[Day, ...]
    incidents: tuple[Shown, ...]

    @property
    def problem(self) -> int:
        """Minutes with a known problem, of all days together."""
        return sum(each.problem for each in self.days)

    @property
    def watched(self) -> int:
        """Minutes watched, of the days that are over."""
        return sum(each.watched or 0 for each in self.days)


def touching(view: View, service: ServiceId, found: Iterable[Shown]) -> tuple[Shown, ...]:
    """Incidents said to hit a service or a part of it; none that is another network's or was taken over."""
    services = view.situation.network.services
    return tuple(
        each for each in found
        if each.is_ours and not each.merged and any(service in lineage(services, hit) for hit in each.services)
    )  # fmt: skip


def service_days(view: View, service: ServiceId) -> ServiceDays:
    """The last ninety days of a service."""
    starts = _midnights(view)
    hit = [each for each in touching(view, service, view.all) if ended(each, view) > starts[0][1]]
    spans = _merged([(each.incident.onset.likeliest, ended(each, view)) for each in hit])
    wide = _merged([_everywhere(each, view) for each in hit if any(s.national for s in each.incident.scopes)])
    days = tuple(
        _day(view, day, begin, end, _within(spans, begin, end), _within(wide, begin, end))
        for (day, begin), (_, end) in pairwise(starts)
    )
    newest = sorted(hit, key=lambda each: (-each.incident.onset.likeliest, each.incident.id))
    return ServiceDays(service, days, tuple(newest))


def ended(one: Shown, view: View) -> Instant:
    """When service was back, as far as it is known; an open incident lasts until the newest thing known of it."""
    incident = one.incident
    known = incident.service_restored_at or (
        one.as_of if one.is_open else incident.resolved_at or one.latest.at
    )
    return min(known, view.situation.at)


def _midnights(view: View) -> list[tuple[date, Instant]]:
    """The first instant of each local day, and of the day after the last."""
    where = zone(view.situation.settings.zone)
    today = local(view.situation.at, view.situation.settings.zone).date()
    days = [today - timedelta(days=DAYS - 1 - n) for n in range(DAYS + 1)]
    return [(day, Instant(round(datetime.combine(day, time(), where).timestamp() * 1000))) for day in days]


def _everywhere(one: Shown, view: View) -> tuple[Instant, Instant]:
    """From the first scope without a centre to the next that has one, or to its end."""
    scopes, finish = one.incident.scopes, ended(one, view)
    first = next(n for n, each in enumerate(scopes) if each.national)
    begin = one.incident.onset.likeliest if first == 0 else scopes[first].at
    later = (each.at for each in scopes[first:] if not each.national)
    return begin, min(next(later, finish), finish)


def _merged(spans: Sequence[tuple[Instant, Instant]]) -> list[tuple[Instant, Instant]]:
    found: list[tuple[Instant, Instant]] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif end > begin:
            found.append((begin, end))
    return found


def _within(spans: list[tuple[Instant, Instant]], begin: Instant, end: Instant) -> int:
    """Minutes of the spans that lie in [begin, end), begun ones counted whole."""
    first = max(bisect_right(spans, (begin, begin)) - 1, 0)
    parts = (min(high, end) - max(low, begin) for low, high in spans[first:] if low < end)
    return sum(-(-part // MINUTE) for part in parts if part > 0)


def _day(view: View, day: date, begin: Instant, end: Instant, problem: int, wide: int) -> Day:
    watched = view.situation.watched.get(day.toordinal(), 0)
    over = end <= view.situation.at
    kind: Kind = (
        "everywhere" if wide else "some areas" if problem else "none known" if watched else "unwatched"
    )
    if problem and not view.has_places:
        kind = "everywhere"
    partly = over and watched < PARTLY * ((end - begin) // MINUTE)
    return Day(day, kind, problem, watched if over else None, partly)
