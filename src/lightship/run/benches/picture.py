"""A small plot over a line, as SVG that needs no style sheet."""

from collections.abc import Sequence

from lightship.tell.drawing.escape import escape
from lightship.tell.drawing.scale import Plot

WIDTH, HEIGHT = 720, 420
COLOURS = ("#005ea5", "#b10e1e", "#00703c", "#6f3d8f", "#505a5f")
"""Each at least 4.5 : 1 against white."""


class Picture:
    """Axes, lines, points with whiskers, and a legend.

    Args:
        marks: of the upright axis, ascending from 0; the last one is its end. Shares, unless said otherwise.
    """

    def __init__(
        self, title: str, x: str, y: str, marks: Sequence[float] = (0.0, 0.25, 0.5, 0.75, 1.0)
    ) -> None:
        self._plot = Plot(1, marks[-1], 70.0, 690.0, 60.0, 340.0)
        self._parts = [
            f'<text x="20" y="28" font-size="18" font-weight="bold">{escape(title)}</text>',
            f'<text x="{self._plot.right:g}" y="382" text-anchor="end">{escape(x)}</text>',
            f'<text x="20" y="50">{escape(y)}</text>',
        ]
        self._legend: list[str] = []
        for value in marks:
            height = self._plot.y(value)
            self._parts.append(
                f'<path stroke="#ccc" d="M{self._plot.left:g} {height:g}H{self._plot.right:g}"/>'
            )
            self._parts.append(f'<text x="62" y="{height + 5:g}" text-anchor="end">{value:g}</text>')

    def mark_x(self, at: float, word: str) -> None:
        """A word below the line, at 0-1 of its length."""
        self._parts.append(
            f'<text x="{self._plot.x(at):g}" y="362" text-anchor="middle">{escape(word)}</text>'
        )

    def line(
        self, points: Sequence[tuple[float, float]], colour: int, word: str, *, dashed: bool = False
    ) -> None:
        """Straight lines between (place 0-1, value). No word: not in the legend."""
        if points:
            path = "L".join(f"{self._plot.x(x):g} {self._plot.y(y):g}" for x, y in points)
            dash = ' stroke-dasharray="6 4"' if dashed else ""
            self._parts.append(
                f'<path fill="none" stroke="{COLOURS[colour]}" stroke-width="2"{dash} d="M{path}"/>'
            )
            self._explain(colour, word)

    def points(
        self, points: Sequence[tuple[float, float, tuple[float, float], str]], colour: int, word: str
    ) -> None:
        """(place, value, its interval, a word beside it)."""
        for x, y, (low, high), beside in points:
            at, middle = self._plot.x(x), self._plot.y(y)
            self._parts.append(
                f'<path stroke="{COLOURS[colour]}" d="M{at:g} {self._plot.y(low):g}V{self._plot.y(high):g}"/>'
                f'<circle cx="{at:g}" cy="{middle:g}" r="4" fill="{COLOURS[colour]}"/>'
                f'<text x="{at + 7:g}" y="{middle + 16:g}" font-size="12">{escape(beside)}</text>'
            )
        self._explain(colour, word)

    def _explain(self, colour: int, word: str) -> None:
        if word:
            x = 20 + sum(36 + 8 * len(each) for each in self._legend)
            self._parts.append(
                f'<rect x="{x}" y="396" width="12" height="12" fill="{COLOURS[colour]}"/>'
                f'<text x="{x + 18}" y="407">{escape(word)}</text>'
            )
            self._legend.append(word)

    def svg(self) -> str:
        """The document."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
            'font-family="system-ui, sans-serif" font-size="14" role="img">'
            f'<rect width="100%" height="100%" fill="white"/>{"".join(self._parts)}</svg>\n'
        )
