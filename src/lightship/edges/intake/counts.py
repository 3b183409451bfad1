"""Sessions, logins and calls that somebody counts and hands in, a row a count."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from lightship.edges.clock import Clock
from lightship.edges.intake.desk.rows import MOST_ERRORS, RowError
from lightship.edges.intake.inbox import Entry, Inbox
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.signals import PassiveCount
from lightship.vocabulary.time import GRACE, SECOND, Instant, iso, start_of, tick_of


class CountRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One count as handed in, of one area: a sum over the country would not tell where.

    Args:
        value: how many in that minute, or at it; 0 is a count. at: absent: now.
    """

    service: str
    kind: Literal["sessions", "logins", "calls"]
    value: Annotated[float, msgspec.Meta(ge=0, le=1e12)]
    area: str
    at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class Taken(msgspec.Struct, frozen=True):
    """What became of them. `known`: of a row and minute that this source has counted already."""

    counted: int
    known: int
    refused: int
    errors: Sequence[RowError] = ()


class Counts:
    """Takes counts for a map. May be called from any thread."""

    def __init__(self, inbox: Inbox, network: NetworkMap, clock: Clock) -> None:
        self._inbox, self._clock = inbox, clock
        self._rows = {(each.service, each.area) for each in network.service_areas}
        self._services = dict.fromkeys(each.service for each in network.service_areas)

    def take(self, source: str, body: bytes) -> Taken:
        """A JSON object a line, or one list of them. Durable on return. Raises StoreRefused."""
        now = self._clock()
        entries, wrong = list[Entry](), list[RowError]()
        for line, row in _rows(body):
            found = row if isinstance(row, RowError) else self._checked(line, row, now)
            if isinstance(found, RowError):
                wrong.append(found)
            else:
                tick = tick_of(found.at)
                entries.append(
                    Entry(f"from {source} {found.service} {found.area} {found.kind} {tick}", found)
                )
        new = sum(self._inbox.put(entries, now)) if entries else 0
        return Taken(new, len(entries) - new, len(wrong), tuple(wrong[:MOST_ERRORS]))

    def _checked(self, line: int, row: CountRow, now: Instant) -> PassiveCount | RowError:
        service, area = ServiceId(row.service), AreaId(row.area)
        if service not in self._services:
            known = ", ".join(self._services) or "none: this map has no service areas"
            return RowError(line, "service", repr(row.service[:40]), f"one of {known}")
        if (service, area) not in self._rows:
            return RowError(line, "area", repr(row.area[:40]), f"an area that {service} has on the map")
        at = now if row.at is None else Instant(int(row.at.timestamp() * 1000))
        oldest = start_of(tick_of(Instant(now - GRACE + SECOND)))
        if not oldest <= at <= now + GRACE:
            return RowError(
                line, "at", iso(at), "a time of this minute: a minute is judged 5 s after its end"
            )
        return PassiveCount(min(at, now), service, area, row.kind, row.value)


def _rows(body: bytes) -> Iterator[tuple[int, CountRow | RowError]]:
    if body.lstrip()[:1] == b"[":
        try:
            entries = msgspec.json.decode(body, type=list[msgspec.Raw])
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            yield 1, RowError(1, "", str(error), "a list of objects, or one object a line")
            return
        lines = [bytes(each) for each in entries]
    else:
        lines = body.split(b"\n")
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield number, msgspec.json.decode(line, type=CountRow)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                found, _, where = str(error).partition(" - at `$")
                known = f"an object with {', '.join(CountRow.__struct_fields__)}"
                yield number, RowError(number, where.strip("`.")[:40], found.replace("`", ""), known)
