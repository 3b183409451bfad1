"""The answer sheet's table on a terminal: a question a row, short words, times of day where the outage was."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from lightship.run.judge.sheet import Line
from lightship.simulate.scenario import Scenario
from lightship.vocabulary.time import MINUTE, Instant, parse_iso
from lightship.vocabulary.zones import local

if TYPE_CHECKING:
    from rich.table import Table

FEW = 6
"""Items of an answer that are named; of more, how many there are."""


class Clock:
    """Instants as people there say them: the time of day, with the date where it is not the outage's."""

    def __init__(self, scenario: Scenario) -> None:
        self._t0, self._zone = scenario.t0, scenario.tz

    def __call__(self, value: float | str | None) -> str:
        """Of an RFC 3339 text; of anything else, the thing itself."""
        if isinstance(value, float | int):
            return f"{value:.3g}"
        try:
            return self.at(Instant(parse_iso(value or "")))
        except ValueError:
            return value or ""

    def at(self, instant: Instant) -> str:
        """Of an instant."""
        there, day = local(instant, self._zone), local(self._t0, self._zone).date()
        return there.strftime("%H:%M" if there.date() == day else "%H:%M on %-d %b")

    def truth(self, text: str) -> str:
        """A truth in words, its spans from onset as times of day."""
        found = re.sub(
            r"t0 \+ ([\d.]+) min", lambda m: self.at(Instant(self._t0 + round(float(m[1]) * MINUTE))), text
        )
        found = re.sub(r"^(?:\w+ )?\[(.*?)\]", r"\1", found)  # the items say more than the "yes" before them
        return found.replace(" not: ", "; not ")


def question_table(lines: tuple[Line, ...], scenario: Scenario) -> "Table":
    """What was asked and answered. What is not built has no row; see `not_built`."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    clock = Clock(scenario)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True)
    table.add_column("question", ratio=4)
    table.add_column("answer", ratio=9)
    table.add_column("first\nmin", justify="right", width=5)
    table.add_column("right\nfrom", justify="right", width=5)
    table.add_column("verdict", width=10)
    for each in lines:
        if each.basis == "not built":
            continue
        answer = Text(_answer(each, clock))
        if each.truth:
            kind = f" ({each.truth_kind})" if each.truth_kind != "sourced" else ""
            answer.append(f"\ntruth{kind}: {clock.truth(each.truth)}", style="dim")
        table.add_row(
            each.question, answer, _minutes(each.first_minutes), _minutes(each.minutes), _verdict(each)
        )
    return table


def not_built(lines: tuple[Line, ...]) -> str:
    """The questions that nobody answers yet, in a sentence; empty: none."""
    found = [each.question for each in lines if each.basis == "not built"]
    return f"Not built yet, so not answered: {' '.join(found)}" if found else ""


def _answer(each: Line, clock: Clock) -> str:
    if each.answer is None:
        return "not known yet"
    return _WORDS.get(each.id, _plain)(each, clock)


def _plain(each: Line, clock: Clock) -> str:
    answer = clock(each.answer)
    items = [item for item in each.items if item not in re.split(r"[ ,]+", answer)]
    return f"{answer}: {_items(items)}" if items else answer


def _items(items: list[str]) -> str:
    return ", ".join(items[:FEW]) + (f" and {len(items) - FEW} more" if len(items) > FEW else "")


def _since(each: Line, clock: Clock) -> str:
    return f"{clock(each.answer)} (between {clock(each.low)} and {clock(each.high)})"


def _how_many(each: Line, clock: Clock) -> str:
    words = (each.answer or "").partition(" (")[0]
    if not isinstance(each.low, float | int) or not isinstance(each.high, float | int):
        return words
    return f"{words}; {100 * each.low:.2g} % to {100 * each.high:.2g} % of lines"


def _why(each: Line, clock: Clock) -> str:
    alike = [item for item in each.items if item != each.answer]
    sure = f", probability {each.low:.2g}" if isinstance(each.low, float) else ""
    return f"{each.answer}{sure}" + (f"; not to be told from it: {_items(alike)}" if alike else "")


def _when_back(each: Line, clock: Clock) -> str:
    return f"even chance by {clock(each.low)}, nine in ten by {clock(each.high)}"


def _what_to_do(each: Line, clock: Clock) -> str:
    """The advice by its names; the whole text stands on the page."""
    return _items(list(each.items)) or (each.answer or "")


_WORDS: dict[str, Callable[[Line, Clock], str]] = {
    "since": _since, "how_many": _how_many, "why": _why, "when_back": _when_back, "what_to_do": _what_to_do,
}  # fmt: skip


def _minutes(minutes: float | None) -> str:
    return "-" if minutes is None else f"{minutes:.1f}"


def _verdict(each: Line) -> str:
    if each.correct is None:
        return "[dim]no truth[/dim]"
    if each.correct:
        return "[green]right[/green]"
    return "[yellow]unanswered[/yellow]" if each.answer is None else "[yellow]not right[/yellow]"
