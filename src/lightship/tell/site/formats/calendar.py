"""Planned work as a calendar to subscribe to: iCalendar (RFC 5545) with the fields of MAINTNOTE.

MAINTNOTE: "Maintenance Notification BCOP" of the North American Network Operators' Group.
"""

from datetime import UTC, datetime

from lightship.tell.planned import Announced
from lightship.tell.site.planned import work_title
from lightship.tell.site.view import View
from lightship.vocabulary.time import Instant

IMPACT = {"outage": "OUTAGE", "degraded": "DEGRADED"}
LONGEST_LINE = 75
"""Octets of a line before it is folded (RFC 5545 section 3.1)."""


def calendar(view: View) -> str:
    """`planned/calendar.ics`."""
    situation = view.situation
    mark = "SIMULATION: " if situation.settings.simulated else ""
    provider = situation.network.provider or "Service"
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Lightship//Planned work//EN",
        f"X-WR-CALNAME:{_text(f'{mark}{provider}: planned work')}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        *(line for each in situation.planned for line in _event(view, each, mark, provider)), "END:VCALENDAR",
    ]  # fmt: skip
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(view: View, work: Announced, mark: str, provider: str) -> list[str]:
    situation = view.situation
    host = situation.settings.address.partition("://")[2].partition("/")[0] or "lightship.invalid"
    at = situation.at
    status = "CONFIRMED" if at < work.starts else "IN-PROCESS" if at < work.ends else "COMPLETED"
    # When it was announced is not known; a stamp that moved would look like a change.
    return [
        "BEGIN:VEVENT", f"UID:{work.id}@{host}", f"DTSTAMP:{_instant(work.starts)}", f"DTSTART:{_instant(work.starts)}",
        f"DTEND:{_instant(work.ends)}", "SEQUENCE:0",
        f"SUMMARY:{_text(f'{mark}Planned work: {work_title(work, situation.network)}')}",
        f"ORGANIZER;CN={_parameter(provider)}:mailto:noreply@{host}",
        *([f"URL:{situation.settings.address}/planned/#{work.id}"] if situation.settings.address else []),
        "TRANSP:TRANSPARENT", f"X-MAINTNOTE-PROVIDER:{_text(host)}", "X-MAINTNOTE-ACCOUNT:public",
        f"X-MAINTNOTE-MAINTENANCE-ID:{work.id}", f"X-MAINTNOTE-IMPACT:{IMPACT[work.impact]}",
        f"X-MAINTNOTE-STATUS:{status}",
        *(f"X-MAINTNOTE-OBJECT-ID:{_text(each)}" for each in work.services), "END:VEVENT",
    ]  # fmt: skip


def _instant(at: Instant) -> str:
    return datetime.fromtimestamp(at // 1000, UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    """Section 3.3.11: what would end a value or a line is escaped.

    >>> _text("a, b; c")
    'a\\\\, b\\\\; c'
    """
    one = " ".join(text.split())
    return one.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")


def _parameter(text: str) -> str:
    kept = "".join(c for c in text if c not in '"\r\n')
    return f'"{kept}"'


def _folded(line: str) -> str:
    """No line of more than 75 octets, and no character cut in two."""
    parts, part, size = [], "", 0
    for c in line:
        width = len(c.encode())
        if size + width > LONGEST_LINE:
            parts.append(part)
            part, size = " ", 1
        part, size = part + c, size + width
    return "\r\n".join([*parts, part])
