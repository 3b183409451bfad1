"""A row of bars, one a day: tall for everywhere, half for some areas, a line for none known, a dot for not watched.

Shape and height say the same as colour, for whoever sees no colours.
"""

from collections.abc import Sequence
from typing import Literal

from lightship.tell.drawing.escape import escape

Bar = Literal["unwatched", "none known", "some areas", "everywhere"]

WIDTH, HEIGHT, GAP = 7, 34, 1
_SHAPES: dict[Bar, tuple[str, int]] = {
    "everywhere": ("f", HEIGHT), "some areas": ("l", HEIGHT * 3 // 5), "none known": ("r", 9), "unwatched": ("n", 3),
}  # fmt: skip


def day_bars(bars: Sequence[tuple[Bar, str]], words: str) -> str:
    """SVG to stand in a page, whose style sheet colours it: (kind, words of the day) from old to new."""
    width = len(bars) * (WIDTH + GAP)
    parts = "".join(_bar(n, kind, said) for n, (kind, said) in enumerate(bars))
    return (
        f'<svg class="bars" role="img" aria-label="{escape(words)}" preserveAspectRatio="none" '
        f'viewBox="0 0 {width} {HEIGHT}" width="{width}" height="{HEIGHT}" fill="currentColor">{parts}</svg>'
    )


def _bar(n: int, kind: Bar, said: str) -> str:
    mark, height = _SHAPES[kind]
    return (
        f'<rect class="{mark}" x="{n * (WIDTH + GAP)}" y="{HEIGHT - height}" width="{WIDTH}" height="{height}">'
        f"<title>{escape(said)}</title></rect>"
    )
