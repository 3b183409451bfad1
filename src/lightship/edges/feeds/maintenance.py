"""Carriers' notices of planned work: iCalendar (RFC 5545) with the fields of MAINTNOTE.

Source: "Maintenance Notification BCOP" (MAINTNOTE, the North American Network Operators' Group's working group),
jda.github.io/maintnote-std/standard.html.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import msgspec
from icalendar import Calendar, Component

from lightship.edges.feeds.feed import About, Heard, Malformed, Notice, Reads, Way, short
from lightship.vocabulary.planned_work import Impact
from lightship.vocabulary.time import DAY, Instant

IMPACTS: dict[str, Impact] = {
    "NO-IMPACT": "none", "REDUCED-REDUNDANCY": "less redundancy", "DEGRADED": "degraded", "OUTAGE": "outage",
}  # fmt: skip
OFF = ("CANCELLED", "COMPLETED", "RE-SCHEDULED")
LONGEST = 31 * DAY
MOST = 2000


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`tentative`: announcements that are not confirmed yet count, too."""

    tentative: bool = False


class Maintenance(Reads):
    """Notices: one for each event. `about` maps the objects that it names (circuits, sites) to components."""

    ways: ClassVar[tuple[Way, ...]] = ("ask", "file", "push")
    options: ClassVar[type[msgspec.Struct]] = Options
    trust: ClassVar[float] = 1.0

    def __init__(self, options: Any, about: About) -> None:
        self._options: Options = options
        self._about = about

    def read(self, document: bytes, now: Instant, sender: str = "") -> Heard:
        """One file, with one calendar or several."""
        try:
            calendars = Calendar.from_ical(document, multiple=True)
        except (ValueError, IndexError, KeyError, UnicodeDecodeError) as error:
            raise Malformed(
                "document", f"no calendar ({short(str(error), 120)})", "iCalendar, RFC 5545"
            ) from None
        events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
        notices, left_out = list[Notice](), list[str]()
        for event in events[:MOST]:
            name = _text(event, "X-MAINTNOTE-MAINTENANCE-ID") or _text(event, "UID")
            try:
                notices += self._notice(event, name)
            except (
                Malformed,
                ValueError,
                OverflowError,
            ) as error:  # the library finds some mistakes only when asked
                left_out.append(f"event {name[:60] or '(no UID)'}: {short(str(error), 160)}")
        return Heard(notices=tuple(notices), left_out=tuple(left_out))

    def _notice(self, event: Component, name: str) -> Iterator[Notice]:
        if not name:
            raise Malformed("UID", "nothing", "a UID, or X-MAINTNOTE-MAINTENANCE-ID")
        subjects = self._subjects(event)
        if not subjects:
            named = ", ".join(_texts(event, "X-MAINTNOTE-OBJECT-ID")) or "nothing"
            raise Malformed(
                "X-MAINTNOTE-OBJECT-ID", named[:120], "an object that `about` maps to a component"
            )
        status = (_text(event, "X-MAINTNOTE-STATUS") or _text(event, "STATUS")).upper()
        starts, ends = _spell(event)
        provider = _text(event, "X-MAINTNOTE-PROVIDER")
        unsure = status == "TENTATIVE" and not self._options.tentative
        yield Notice(
            f"{provider} {name}".strip()[:200], _sequence(event), starts, ends, subjects, _impact(event),
            short(_text(event, "SUMMARY")), status in OFF or unsure,
        )  # fmt: skip

    def _subjects(self, event: Component) -> tuple[Any, ...]:
        named = [each for name in _texts(event, "X-MAINTNOTE-OBJECT-ID") for each in self._about.named(name)]
        return tuple(dict.fromkeys(named)) or self._about.of()


def _text(event: Component, field: str) -> str:
    return next(iter(_texts(event, field)), "")


def _texts(event: Component, field: str) -> list[str]:
    found = event.get(field, [])
    return [str(each).strip() for each in (found if isinstance(found, list) else [found])]


def _sequence(event: Component) -> int:
    """A change of the notice has a higher one (RFC 5545, 3.8.7.4)."""
    text = _text(event, "SEQUENCE")
    return int(text) if text.isdigit() and len(text) < 10 else 0


def _impact(event: Component) -> Impact:
    """An event that does not say what it does is taken at its worst."""
    text = _text(event, "X-MAINTNOTE-IMPACT").upper()
    if text and text not in IMPACTS:
        raise Malformed("X-MAINTNOTE-IMPACT", text[:60], " or ".join(IMPACTS))
    return IMPACTS.get(text, "outage")


def _spell(event: Component) -> tuple[Instant, Instant]:
    starts = _instant(event, "DTSTART")
    if "DTEND" in event:
        ends = _instant(event, "DTEND")
    else:
        length = getattr(event.get("DURATION"), "dt", None)
        if not isinstance(length, timedelta):
            raise Malformed("DTEND", "nothing", "DTEND or DURATION")
        ends = Instant(starts + round(length.total_seconds() * 1000))
    if not starts < ends <= starts + LONGEST:
        raise Malformed(
            "DTEND", "before the start, or more than 31 days after it", "a window of planned work"
        )
    return starts, ends


def _instant(event: Component, field: str) -> Instant:
    found = getattr(event.get(field), "dt", None)
    if isinstance(found, datetime):
        if found.tzinfo is None:
            raise Malformed(field, found.isoformat(), "a time with its zone: UTC (Z) or TZID")
        return Instant(round(found.timestamp() * 1000))
    if isinstance(found, date):
        return Instant(round(datetime(found.year, found.month, found.day, tzinfo=UTC).timestamp() * 1000))
    raise Malformed(field, "nothing", "a time with its zone")
