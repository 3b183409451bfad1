"""Rows of a batch: read from NDJSON or CSV, each checked, and what is wrong with one told by line and column."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Annotated, get_args

import msgspec

from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.signals import Symptom
from lightship.vocabulary.time import DAY, MINUTE, Instant, iso

OLDEST = DAY
"""Reports by themselves are kept so long; older ones cannot be told from what was counted already."""
AHEAD = 2 * MINUTE
"""So far a partner's clock may be ahead of ours."""
LONGEST_WORD = 200
MOST_ERRORS = 100
"""Errors that are told one by one; of the others how many there are."""


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """One report as a partner hands it in.

    Args:
        area: a telephone area code, a number or a town; absent: not said.
        at: when the customer said it; absent: now.
        caller: an opaque word for the customer, so that the second call within six hours is no second report.
        id: the partner's own number of the report, so that the row may be sent again.
    """

    service: str
    symptom: Symptom = "no-service"
    area: str | None = None
    at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    caller: str = ""
    id: str = ""
    brand: str = ""


COLUMNS = Row.__struct_fields__


class RowError(msgspec.Struct, frozen=True):
    """What is wrong with a row: where, what was found, what would do."""

    line: int
    column: str
    found: str
    would_do: str

    def __str__(self) -> str:
        column = f" {self.column}" if self.column else ""
        return f"line {self.line}{column}: {self.found}" + (f"; {self.would_do}" if self.would_do else "")


class Sound(msgspec.Struct, frozen=True, gc=False):
    """A row that can be counted. `line` in its file, from 1."""

    line: int
    at: Instant
    service: ServiceId
    area: AreaId | None
    symptom: Symptom
    brand: str
    caller: str
    id: str
    dated: bool


class Checked(msgspec.Struct, frozen=True):
    """A batch after checking. `wrong`: the first hundred; `refused`: how many in all."""

    sound: Sequence[Sound]
    wrong: Sequence[RowError]
    refused: int


class Choices(msgspec.Struct, frozen=True):
    """What rows may say.

    Args:
        services, brands: ids. place: the area that a text means; None: none, or more than one.
    """

    services: frozenset[str]
    brands: frozenset[str]
    place: Callable[[str], AreaId | None]


Read = Iterator[tuple[int, Row | RowError]]

_ROWS = msgspec.json.Decoder(Row)


def ndjson(body: bytes) -> Read:
    """JSON, a row a line; blank lines are passed over."""
    try:
        rows = _ROWS.decode_lines(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        yield from _line_by_line(body)
        return
    if (
        body.count(b"\n\n")
        or body.startswith(b"\n")
        or body.count(b"\n") + (not body.endswith(b"\n")) != len(rows)
    ):
        yield from _line_by_line(body)  # blank lines: numbers of lines are not numbers of rows
        return
    yield from enumerate(rows, start=1)


def _line_by_line(body: bytes) -> Read:
    for number, line in enumerate(body.split(b"\n"), start=1):
        if line.strip():
            try:
                yield number, _ROWS.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                yield number, _error(number, str(error))


def csv_rows(body: bytes) -> Read:
    """CSV with a line of names; `service` must be among them. An empty field is an absent one."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        yield line, RowError(line, "", "no UTF-8", "save the file as UTF-8")
        return
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        names = [each.strip() for each in next(lines, [])]
        if wrong := _head(names):
            yield 1, wrong
            return
        for fields in lines:
            if fields:
                yield lines.line_num, _row(lines.line_num, names, fields)
    except csv.Error as error:
        found = f"no CSV ({error})"
        yield lines.line_num, RowError(lines.line_num, "", found, "fields parted by commas, quotes closed")


def _head(names: Sequence[str]) -> RowError | None:
    known = f"columns: {', '.join(COLUMNS)}"
    for name in names:
        if name not in COLUMNS or names.count(name) > 1:
            return RowError(1, name[:40], "named twice" if name in COLUMNS else "no such column", known)
    return None if "service" in names else RowError(1, "", "no column 'service'", known)


def _row(line: int, names: Sequence[str], fields: Sequence[str]) -> Row | RowError:
    if len(fields) != len(names):
        return RowError(line, "", f"{len(fields)} fields", f"{len(names)}, as on line 1")
    said = {name: text.strip() for name, text in zip(names, fields, strict=True) if text.strip()}
    try:
        return msgspec.convert(said, Row, strict=False)
    except msgspec.ValidationError as error:
        return _error(line, str(error))


_WOULD_DO = {
    "symptom": f"one of {', '.join(get_args(Symptom))}",
    "at": "a time with its zone, such as 2026-03-02T10:00:00Z",
    "": f"a JSON object with {', '.join(COLUMNS)}",
}


def _error(line: int, message: str) -> RowError:
    found, _, where = message.partition(" - at `$")
    column = where.strip("`.")
    return RowError(line, column[:40], found.replace("`", ""), _WOULD_DO.get(column, _WOULD_DO[""]))


def checked(rows: Read, choices: Choices, now: Instant) -> Checked:
    """Every row that can be counted, and what is wrong with the others."""
    check = _Check(choices, now)
    sound, wrong, refused = list[Sound](), list[RowError](), 0
    for line, row in rows:
        found = row if isinstance(row, RowError) else check(line, row)
        if isinstance(found, Sound):
            sound.append(found)
        else:
            refused += 1
            if len(wrong) < MOST_ERRORS:
                wrong.append(found)
    return Checked(sound, wrong, refused)


class _Check:
    def __init__(self, choices: Choices, now: Instant) -> None:
        self._choices, self._now = choices, now
        self._areas: dict[str, AreaId | None] = {}

    def __call__(self, line: int, row: Row) -> Sound | RowError:
        area: AreaId | None = None
        if row.area:
            area = self._areas.get(row.area) or self._area(row.area)
            if area is None:
                return RowError(
                    line, "area", repr(row.area[:40]), "a telephone area code, or a town's full name"
                )
        if row.service not in self._choices.services:
            known = ", ".join(sorted(self._choices.services)[:20])
            return RowError(line, "service", repr(row.service[:40]), f"one of {known}")
        if row.brand and row.brand not in self._choices.brands:
            known = ", ".join(sorted(self._choices.brands)) or "nothing: there are no brands here"
            return RowError(line, "brand", repr(row.brand[:40]), f"one of {known}")
        if len(row.caller) > LONGEST_WORD or len(row.id) > LONGEST_WORD:
            column = "caller" if len(row.caller) > LONGEST_WORD else "id"
            return RowError(line, column, "too long", f"at most {LONGEST_WORD} characters, opaque")
        at, dated = self._now, row.at is not None
        if row.at is not None:
            at = Instant(int(row.at.timestamp() * 1000))
            if not self._now - OLDEST < at <= self._now + AHEAD:
                return RowError(line, "at", iso(at), "a time of the last 24 hours")
            at = min(at, self._now)
        return Sound(
            line, at, ServiceId(row.service), area, row.symptom, row.brand, row.caller, row.id, dated
        )

    def _area(self, text: str) -> AreaId | None:
        found = self._choices.place(text)
        if len(self._areas) < 100_000:
            self._areas[text] = found
        return found
