"""The map and the graphs: which numbers they show, and how the pages refer to them."""

from collections.abc import Sequence
from math import nan

import msgspec

from lightship.tell.drawing.area_map import Door, area_map
from lightship.tell.drawing.report_graph import HEIGHT, WIDTH, describe, report_graph
from lightship.tell.site.addresses import area_address, incident_address
from lightship.tell.site.moments import Clock
from lightship.tell.site.shown import Shown
from lightship.tell.site.tables import capital
from lightship.tell.site.view import View
from lightship.tell.situation import Series
from lightship.tell.times import date, moment
from lightship.tell.where import join
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.time import HOUR, MINUTE, Instant
from lightship.vocabulary.zones import local

INLINE_AT_MOST = 12_000
"""Characters of a graph that stands in the page itself: below 4 kB compressed."""
QUIET_BEFORE = 2 * HOUR
GOES_ON = HOUR
"""What is drawn of the time before an incident and after it."""
BARS_AT_MOST = 96
SLOTS = (5, 10, 15, 30, 60, 120)
"""Minutes that a bar may stand for."""
FEW = 20
"""With no bar above this there is no graph: small counts are nobody's business."""


class Picture(msgspec.Struct, frozen=True):
    """A picture as a page refers to it. `inline`: its own text where it is small, else empty."""

    src: str
    width: int
    height: int
    alt: str
    svg: str
    inline: str = ""


def map_of(view: View) -> Picture | None:
    """The map of what fails where, all services together; None: there is no geometry, or no place."""
    cells, stands = view.situation.cells, view.standing
    if cells is None or not view.has_places:
        return None
    rates: dict[AreaId, float | None] = {}
    likely: list[AreaId] = []
    for area, states in stands.states.items():
        hit = [
            each.share[0] if each.share is not None else None
            for each in states.values()
            if each.state == "affected"
        ]
        known = [each for each in hit if each is not None]
        if hit:
            rates[area] = max(known, default=None)
        elif any(each.state == "likely" for each in states.values()):
            likely.append(area)
    names = [view.situation.network.service[each].name for each in stands.services]
    title = capital(join(names)) if rates or likely else "No problem known"
    width, height = cells.view
    alt = f"Map by area code: {len(rates)} areas affected, {len(likely)} likely. The list says the same in words."
    doors = {leaf.id: Door(leaf.name, area_address(leaf.id)) for leaf in stands.leaves}
    svg = area_map(cells, rates, likely, title, _as_of(view), view.situation.settings.simulated, doors)
    return Picture("map.svg", width, height, alt, svg)


def _as_of(view: View) -> str:
    """To the minute while something is open; to the day while nothing is, so that a quiet map need not change."""
    if view.changed_at is None:
        return date(view.situation.at, view.situation.settings.zone)
    return view.clock.full(view.changed_at).words


def graph_of(view: View, one: Shown) -> Picture | None:
    """Reports against normal around an incident; None: there are none, or too few to be shown in public."""
    series = view.situation.series.get(one.incident.id)
    bars = _bars(series, one) if series is not None else None
    if series is None or bars is None or max((b for b in bars.reports if b == b), default=0.0) < FEW:
        return None
    src = f"{incident_address(one.incident.id)}reports.svg"
    return _drawn(
        bars, series.services, _marks(bars, one.incident, one.is_open), view.situation.network, view.clock,
        view.situation.settings.simulated, src,
    )  # fmt: skip


def graph_of_series(
    series: Series, incident: Incident, network: NetworkMap, clock: Clock, simulated: bool
) -> Picture | None:
    """The same for operators, as long as the series is and however small its counts; None: not one whole bar."""
    bars = _in_bars(series, range(len(series.times)))
    if bars is None or not bars.starts:
        return None
    marks = _marks(bars, incident, incident.is_open)
    return _drawn(bars, series.services, marks, network, clock, simulated, "")


def _drawn(
    bars: "_Bars", services: Sequence[ServiceId], marks: list[tuple[int, str]], network: NetworkMap, clock: Clock,
    simulated: bool, src: str,
) -> Picture:  # fmt: skip
    names = join([network.service[each].name for each in services if each in network.service])
    title = f"{capital(names or 'all')} reports per {bars.minutes} minutes"
    labels = _labels(bars.starts, clock)
    svg = report_graph(labels, bars.reports, bars.high, marks, title, simulated)
    alt = f"{title}. {describe(labels, bars.reports, bars.high)}"
    return Picture(src, WIDTH, HEIGHT, alt, svg, svg if len(svg) <= INLINE_AT_MOST else "")


class _Bars(msgspec.Struct, frozen=True):
    """Sums over slots of so many minutes. NaN: no tick of the slot was judged."""

    minutes: int
    starts: tuple[Instant, ...]
    reports: tuple[float, ...]
    high: tuple[float, ...]


def _bars(series: Series, one: Shown) -> _Bars | None:
    begins = one.incident.onset.likeliest - QUIET_BEFORE
    ends = one.latest.at + GOES_ON if not one.is_open else None
    kept = [n for n, at in enumerate(series.times) if at >= begins and (ends is None or at <= ends)]
    return _in_bars(series, kept)


def _in_bars(series: Series, kept: Sequence[int]) -> _Bars | None:
    """These ticks of it, in bars that are few enough to read."""
    if not kept:
        return None
    span = (series.times[kept[-1]] - series.times[kept[0]]) // MINUTE + 1
    minutes = next((each for each in SLOTS if span / each <= BARS_AT_MOST), SLOTS[-1])
    slots: dict[int, list[int]] = {}
    for n in kept:
        slots.setdefault(series.times[n] // (minutes * MINUTE), []).append(n)
    first, last = min(slots), _last_whole(series.times[kept[-1]], minutes)
    numbers = range(max(first, last - BARS_AT_MOST + 1), last + 1)
    return _Bars(
        minutes, tuple(Instant(n * minutes * MINUTE) for n in numbers),
        tuple(_sum(series.reports, slots.get(n, ())) for n in numbers),
        tuple(_sum(series.normal_high, slots.get(n, ())) for n in numbers),
    )  # fmt: skip


def _last_whole(newest: Instant, minutes: int) -> int:
    """The last slot that is over: half a slot would look like a recovery."""
    return (newest + MINUTE) // (minutes * MINUTE) - 1


def _sum(values: Sequence[float | None], kept: Sequence[int]) -> float:
    known = [each for n in kept if (each := values[n]) is not None]
    return sum(known) if known else nan


def _labels(starts: Sequence[Instant], clock: Clock) -> list[str]:
    """The hour where a bar begins one, and not too many of them."""
    hours = [(n, local(at, clock.zone)) for n, at in enumerate(starts)]
    whole = [n for n, there in hours if there.minute == 0]
    every = max(1, -(-len(whole) // 6))
    wanted = whole[::every]
    return [moment(at, at, clock.zone) if n in wanted else "" for n, at in enumerate(starts)]


def _marks(bars: _Bars, incident: Incident, is_open: bool) -> list[tuple[int, str]]:
    found = [(incident.onset.likeliest, "it began")]
    if not is_open and incident.service_restored_at is not None:
        found.append((incident.service_restored_at, "working again"))
    slot = bars.minutes * MINUTE
    places = [((at - bars.starts[0]) // slot, word) for at, word in found]
    return [(n, word) for n, word in places if 0 <= n < len(bars.starts)]
