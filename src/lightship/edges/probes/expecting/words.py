"""A sentence taken apart into words, each with the place where it begins."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from lightship.edges.probes.expecting.condition import Unit, Value

_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<open>["'])|(?P<sign>==|!=|<=|>=|<|>|,)|(?P<word>[^\s,"']+))"""
)

_SECONDS = {
    "ms": 0.001, "millisecond": 0.001, "milliseconds": 0.001, "s": 1.0, "second": 1.0, "seconds": 1.0, "min": 60.0,
    "minute": 60.0, "minutes": 60.0, "h": 3600.0, "hour": 3600.0, "hours": 3600.0, "day": 86400.0, "days": 86400.0,
    "d": 86400.0, "week": 604800.0, "weeks": 604800.0,
}  # fmt: skip

_NUMBER = re.compile(r"(?P<number>-?\d+(?:\.\d+)?)(?P<unit>%|[a-z]+)?", re.IGNORECASE)


class Word(NamedTuple):
    """A word of a sentence. `at`: the character where it begins, from 1."""

    text: str
    at: int
    quoted: bool = False

    @property
    def plain(self) -> str:
        """As it counts where it belongs to the grammar; nothing in quotes does."""
        return "" if self.quoted else self.text.lower()


class OpenQuote(ValueError):
    """A quotation mark without its other one. `at`: its character."""

    def __init__(self, at: int) -> None:
        super().__init__(f"character {at}")
        self.at = at


def words(sentence: str) -> list[Word]:
    """Raises OpenQuote."""
    found, place = [], 0
    while (match := _TOKEN.match(sentence, place)) is not None:
        kind = match.lastgroup or ""
        at = match.start(kind) + 1
        if kind == "open":
            raise OpenQuote(at)
        said = match.group(kind)
        found.append(Word(_unquoted(said) if kind == "quoted" else said, at, kind == "quoted"))
        place = match.end()
    return found


def _unquoted(said: str) -> str:
    return re.sub(r"\\(.)", r"\1", said[1:-1]) if "\\" in said else said[1:-1]


def value(some: Sequence[Word]) -> tuple[Value, int]:
    """The value at the beginning of some words, and how many words it takes: a number may stand apart from its unit."""
    first = some[0]
    match = None if first.quoted else _NUMBER.fullmatch(first.text)
    if match is None:
        return Value(first.text, quoted=first.quoted), 1
    number, unit = float(match["number"]), (match["unit"] or "").lower()
    if not unit and len(some) > 1 and (some[1].plain in _SECONDS or some[1].plain in ("%", "percent")):
        return _with_unit(f"{first.text} {some[1].text}", number, some[1].plain), 2
    if unit and unit != "%" and unit not in _SECONDS:
        return Value(first.text), 1
    return _with_unit(first.text, number, unit), 1


def _with_unit(text: str, number: float, unit: str) -> Value:
    kind: Unit = "percent" if unit in ("%", "percent") else "seconds" if unit else ""
    return Value(text, number * _SECONDS.get(unit, 1.0), kind)
