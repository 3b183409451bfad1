"""Lines of a CSV file whose mistakes can be pointed at: file, line, column."""

import csv
from collections.abc import Iterator, Sequence
from typing import Protocol

import msgspec

from lightship.vocabulary.errors import BadInput


class Lines(Protocol):
    """What csv.reader gives."""

    @property
    def line_num(self) -> int:
        """The line of the file that was read last, from 1."""

    def __iter__(self) -> Iterator[list[str]]: ...


class Row(msgspec.Struct, frozen=True):
    """One line by its column names. `place`: file and line, as errors name them."""

    place: str
    fields: dict[str, str]

    def text(self, column: str) -> str:
        """What stands there, without space around it; may be empty."""
        return self.fields[column].strip()

    def needed(self, column: str, what: str) -> str:
        """What stands there. Raises BadInput where nothing does."""
        if found := self.text(column):
            return found
        raise self.wrong(column, "nothing", what)

    def one_of(self, column: str, words: Sequence[str]) -> str:
        """One of the words. Raises BadInput for any other."""
        if (found := self.text(column)) in words:
            return found
        raise self.wrong(column, repr(found), " or ".join(words))

    def number(self, column: str, low: float, high: float) -> float:
        """A number within bounds, both allowed. Raises BadInput; NaN is not within bounds."""
        text, wanted = self.text(column), f"a number from {low:g} to {high:g}"
        try:
            value = float(text)
        except ValueError:
            raise self.wrong(column, repr(text), wanted) from None
        if not low <= value <= high:
            raise self.wrong(column, text, wanted)
        return value

    def wrong(self, column: str, found: str, would_do: str) -> BadInput:
        """The error that points at a column of this line."""
        return BadInput(f"{self.place} {column}", found, would_do)


def rows(lines: Lines, columns: Sequence[str], path: str) -> Iterator[Row]:
    """The lines below the first one, which names at least these columns; blank lines are passed over.

    Raises:
        BadInput: a column is missing or named twice, a line has more or fewer fields than the first, a quote is open.
    """
    try:
        names = [each.strip() for each in next(iter(lines), [])]
        _check_head(names, columns, path)
        for fields in lines:
            if fields:
                yield _row(names, fields, f"{path}:{lines.line_num}")
    except csv.Error as error:
        raise BadInput(
            f"{path}:{lines.line_num}", f"no CSV ({error})", "fields parted by commas, quotes closed"
        ) from None


def _check_head(names: Sequence[str], columns: Sequence[str], path: str) -> None:
    would_do = f"the first line names {', '.join(columns)}"
    for column in columns:
        if column not in names:
            raise BadInput(f"{path}:1", f"no column {column!r}", would_do)
        if names.count(column) > 1:
            raise BadInput(f"{path}:1 {column}", "named twice", would_do)


def _row(names: Sequence[str], fields: Sequence[str], place: str) -> Row:
    if len(fields) != len(names):
        last = names[len(fields) - 1] if len(fields) < len(names) else names[-1]
        raise BadInput(
            f"{place} {last}", f"the line ends after {len(fields)} fields", f"{len(names)}, as on line 1"
        )
    return Row(place, dict(zip(names, fields, strict=True)))
