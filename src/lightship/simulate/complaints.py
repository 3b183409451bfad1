"""How a scenario is complained about: where, what was found, what would do."""

from collections.abc import Collection, Iterator, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from lightship.simulate.offsets import Offset, offset_text

Trail = tuple[str | int, ...]
"""Where in the scenario: ("faults", 0, "node")."""


class Problem(NamedTuple):
    """One thing that is wrong: where, what was found, what would do."""

    trail: Trail
    found: str
    would_do: str


Problems = Iterator[Problem]


def known(here: Trail, what: str, name: str, names: Collection[str]) -> Problems:
    """Complain about a name that is not among those."""
    if name not in names:
        yield Problem(here, f"no {what} {name!r}", like(name, list(names), f"the id of a {what} of the map"))


def like(name: str, names: Sequence[str], otherwise: str) -> str:
    """The nearest names, or a general hint."""
    near = get_close_matches(name, names, n=3)
    return f"did you mean {' or '.join(near)}?" if near else otherwise


def forward(here: Trail, at: Offset, until: Offset | None) -> Problems:
    """Complain about an end that is not after its beginning."""
    if until is not None and until <= at:
        yield Problem(
            (*here, "until"), f"until {offset_text(until)}, from {offset_text(at)}", "an end after it"
        )


def share(here: Trail, value: float) -> Problems:
    """Complain about what is no share."""
    if not 0.0 <= value <= 1.0:
        yield Problem(here, f"{value:g}", "a share from 0 to 1")


def positive(here: Trail, span: Offset) -> Problems:
    """Complain about a span under a second."""
    if span < 1_000:
        yield Problem(here, offset_text(span), "1s or more")


def between(here: Trail, value: float, low: float, high: float) -> Problems:
    """Complain about a number outside its bounds, both allowed; also about one that is no number."""
    if not low <= value <= high:
        yield Problem(here, f"{value:g}", f"from {low:g} to {high:g}")
