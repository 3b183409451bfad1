"""The graph of reports against normal: small, legible at 320 px, with its words beside it."""

import math
from collections.abc import Sequence
from textwrap import wrap

from lightship.tell.drawing.escape import escape
from lightship.tell.drawing.graph_parts import MARK_ROW, axes, band, bars, gaps, key, line, mark_rows
from lightship.tell.drawing.graph_parts import marks as draw_marks
from lightship.tell.drawing.graph_style import PATTERNS, STYLE
from lightship.tell.drawing.scale import Plot, round_top

WIDTH, HEIGHT = 640, 400
_LEFT, _RIGHT, _BELOW, _ROW = 72, 632, 42, 31
_TITLE_CHARACTERS = 48


def report_graph(
    labels: Sequence[str], reports: Sequence[float], normal_high: Sequence[float],
    marks: Sequence[tuple[int, str]], title: str, simulated: bool, normal: Sequence[float] = (),
) -> str:  # fmt: skip
    """Reports per slot as bars over the band of what is normal, as one SVG.

    Args:
        labels: a word per slot for the time axis; empty where none is wanted.
        reports: per slot; NaN: not measured, drawn as a hatched gap, never as zero.
        normal_high: per slot, the upper 95 % bound of a quiet slot; NaN: not known.
        marks: (slot, word) for what happened then, such as "it began".
        title: what is counted, and per what ("Broadband reports per 5 minutes").
        normal: per slot, what is expected of a quiet one; NaN: not known; empty: not drawn.
    """
    heads = [("sim", "SIMULATED")] if simulated else []
    heads += [("ink", row) for row in wrap(title, _TITLE_CHARACTERS, max_lines=2, placeholder=" ...")]
    plot = _plot(len(labels), round_top((*reports, *normal_high)), marks, _ROW * (len(heads) + 1) + 16)
    words = ("SIMULATED. " if simulated else "") + describe(labels, reports, normal_high)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" class="graph" role="img" '
        f'aria-labelledby="gt" aria-describedby="gd"><title id="gt">{escape(title)}</title>'
        f'<desc id="gd">{escape(words)}</desc><style>{STYLE}</style>{PATTERNS}',
        *(
            f'<text class="{kind}" x="4" y="{_ROW * n + 24}">{escape(row)}</text>'
            for n, (kind, row) in enumerate(heads)
        ),
        key(4, _ROW * len(heads) + 24, normal=any(v == v for v in normal), gap=any(v != v for v in reports)),
        gaps(plot, reports)
        + band(plot, normal_high)
        + axes(plot, labels)
        + bars(plot, reports)
        + line(plot, normal),
        draw_marks(plot, marks),
        "</svg>",
    ]
    return "".join(parts)


def _plot(slots: int, top: float, marks: Sequence[tuple[int, str]], upper: float) -> Plot:
    """The rectangle below the heading and the words of the marks."""
    plot = Plot(max(slots, 1), top, _LEFT, _RIGHT, upper, HEIGHT - _BELOW)
    rows = max((row + 1 for row, _ in mark_rows(plot, marks)), default=0)
    return Plot(plot.slots, top, _LEFT, _RIGHT, upper + MARK_ROW * rows, HEIGHT - _BELOW)


def describe(labels: Sequence[str], reports: Sequence[float], normal_high: Sequence[float]) -> str:
    """The graph in words."""
    known = [(each, -slot) for slot, each in enumerate(reports) if not math.isnan(each)]
    if not known:
        return "No reports were counted in this time."
    most, slot = max(known)  # the earliest of equal ones
    usual = [each for each in normal_high if not math.isnan(each)]
    normal = f" Up to {max(usual):.0f} is normal." if usual else ""
    first, last = (next((w for w in way if w), "") for way in (labels, list(reversed(labels))))
    near = next((labels[n] for n in range(-slot, -1, -1) if labels[n]), first)
    gone = len(reports) - len(known)
    missing = f" Not measured: {gone} of {len(reports)} bars." if gone else ""
    times = f"From {first} to {last}. " if first else ""
    after = f", after {near}" if near else ""
    return f"{times}The most in one bar is {most:.0f}{after}.{normal}{missing}"
