"""The words on the map and beside it: heading, legend, notes, description."""

from collections.abc import Sequence
from textwrap import wrap

from lightship.tell.drawing.escape import escape
from lightship.tell.drawing.severity import BANDS, OTHERS

NOTES = (
    "Cells are the nearest place with that code,",
    "not exchange boundaries.",
    "Places: GeoNames (CC BY 4.0). Outline: Natural Earth.",
)
SIMULATED = "SIMULATED: not a real outage"
LEFT = 10
_TITLE_CHARACTERS = 36
_ROW = 38
_KEYS = tuple((name, words) for _, name, words in BANDS) + OTHERS


def heading(title: str, as_of: str, simulated: bool) -> str:
    """Title, of two lines at most, the moment, and what kind of truth this is."""
    lines = [("title", line) for line in wrap(title, _TITLE_CHARACTERS, max_lines=2, placeholder=" ...")]
    lines += [("soft", as_of), *([("sim", SIMULATED)] if simulated else [])]
    height = {"title": 42, "soft": 36, "sim": 36}
    y, parts = 0, []
    for kind, line in lines:
        y += height[kind]
        parts.append(f'<text class="{kind}" x="{LEFT}" y="{y}">{escape(line)}</text>')
    return "".join(parts)


def legend(left: int, top: int) -> str:
    """Each class once, with its words."""
    rows = "".join(
        f'<rect class="{name} key" x="{left}" y="{top + 18 + _ROW * n}" width="38" height="26"/>'
        f'<text x="{left + 48}" y="{top + 40 + _ROW * n}">{words}</text>'
        for n, (name, words) in enumerate(_KEYS)
    )
    return f'<text class="soft" x="{left}" y="{top}">Lines affected</text>{rows}'


def notes(height: int) -> str:
    """What the cells are, and whom the picture is owed to."""
    return "".join(
        f'<text class="small" x="{LEFT}" y="{height - 80 + 33 * n}">{note}</text>'
        for n, note in enumerate(NOTES)
    )


def description(classes: Sequence[str], as_of: str, simulated: bool) -> str:
    """The picture in words: how many areas of each class; the list of codes says which."""
    counted = [(classes.count(name), words) for name, words in _KEYS]
    known = ", ".join(f"{words}: {n}" for n, words in counted if n)
    mark = f"{SIMULATED}. " if simulated else ""
    return (
        f"{mark}{as_of}. Areas by share of lines affected: {known}. The list of codes on the page names them."
    )
