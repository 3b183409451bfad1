"""What options of addresses have to be, told before anything is measured."""

import math
from collections.abc import Mapping

from lightship.edges.probes.probe import Check
from lightship.vocabulary.errors import BadInput


def numbers(check: Check, bounds: Mapping[str, tuple[float, float]]) -> None:
    """Raise BadInput where an option is no number, or out of bounds (which belong to it)."""
    for name, (least, most) in bounds.items():
        said = check.options.get(name)
        if said is not None and not _within(said, least, most):
            would = f"from {least:g} to {most:g}" if math.isfinite(most) else "a number"
            raise BadInput(repr(check.address), f"{name}={said}", would)


def _within(said: str, least: float, most: float) -> bool:
    try:
        found = float(said)
    except ValueError:
        return False
    return math.isfinite(found) and least <= found <= most


def plain(check: Check, *names: str) -> None:
    """Raise BadInput where an option holds a line break or another control character."""
    for name in names:
        if not check.options.get(name, "").isprintable():
            raise BadInput(repr(check.address), f"{name} holds a control character", "take it out")
