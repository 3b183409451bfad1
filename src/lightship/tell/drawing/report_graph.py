"""The graph of reports against normal: small, legible at 320 px, with its words beside it."""

import math
from collections.abc import Sequence

from lightship.tell.drawing.escape import escape

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 46, 12, 30, 34
_STYLE = """
svg{--ink:#0b0c0c;--soft:#505a5f;--line:#b1b4b6;--band:#dfe6ec;--bar:#1d5d9b;--mark:#b3420f}
@media(prefers-color-scheme:dark){svg{--ink:#f3f2f1;--soft:#b1b9c0;--line:#48535c;--band:#25313b;--bar:#7ab2e8;
--mark:#f0935b}}
text{font:15px system-ui,sans-serif;fill:var(--soft)}.ink{fill:var(--ink)}.mark{fill:var(--mark);font-weight:700}
.band{fill:var(--band)}.bar{fill:var(--bar)}.grid{stroke:var(--line);stroke-width:1}
.rule{stroke:var(--mark);stroke-width:2;stroke-dasharray:5 4}
""".replace("\n", "")


def report_graph(
    labels: Sequence[str], reports: Sequence[float], normal_high: Sequence[float],
    marks: Sequence[tuple[int, str]], title: str, simulated: bool,
) -> str:  # fmt: skip
    """Reports per slot as bars over the band of what is normal, as one SVG.

    Args:
        labels: a word per slot for the time axis; empty where none is wanted.
        reports: per slot; NaN: not measured, drawn as a gap.
        normal_high: per slot, the upper 95 % bound of a quiet slot; NaN: not known.
        marks: (slot, word) for what happened then, such as "it began".
        title: what is counted, and per what ("Broadband reports per 5 minutes").
    """
    top = _scale([each for each in (*reports, *normal_high) if not math.isnan(each)])
    plot = _Plot(len(labels), top)
    mark = "SIMULATED. " if simulated else ""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="gt gd">',
        f'<title id="gt">{escape(title)}</title>',
        f'<desc id="gd">{escape(mark + describe(labels, reports, normal_high))}</desc><style>{_STYLE}</style>',
        f'<text class="ink" x="{LEFT}" y="18">{escape(mark + title)}</text>',
        plot.band(normal_high),
        plot.bars(reports),
        plot.axes(labels),
        *(plot.mark(slot, word) for slot, word in marks),
        "</svg>",
    ]
    return "".join(parts)


def describe(labels: Sequence[str], reports: Sequence[float], normal_high: Sequence[float]) -> str:
    """The graph in words."""
    known = [(each, slot) for slot, each in enumerate(reports) if not math.isnan(each)]
    if not known:
        return "No reports were counted in this time."
    most, slot = max(known)
    usual = [each for each in normal_high if not math.isnan(each)]
    normal = f" Up to {max(usual):.0f} is normal." if usual else ""
    first, last = (next((w for w in way if w), "") for way in (labels, list(reversed(labels))))
    near = next((labels[n] for n in range(slot, -1, -1) if labels[n]), first)
    return f"From {first} to {last}. The most in one bar is {most:.0f}, after {near}.{normal}"


def _scale(values: Sequence[float]) -> float:
    """A round number at or above the largest value: 1, 2 or 5 times a power of ten; at least 5."""
    largest = max([*values, 5.0])
    power = 10.0 ** math.floor(math.log10(largest))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= largest)


class _Plot:
    def __init__(self, slots: int, top: float) -> None:
        self.slots, self.top = max(slots, 1), top
        self.wide = (WIDTH - LEFT - RIGHT) / self.slots

    def x(self, slot: float) -> float:
        return round(LEFT + slot * self.wide, 1)

    def y(self, value: float) -> float:
        return round(HEIGHT - BOTTOM - value / self.top * (HEIGHT - TOP - BOTTOM), 1)

    def band(self, high: Sequence[float]) -> str:
        known = [0.0 if math.isnan(each) else min(each, self.top) for each in high]
        steps = "".join(f"L{self.x(n)} {self.y(v)}H{self.x(n + 1)}" for n, v in enumerate(known))
        return f'<path class="band" d="M{LEFT} {self.y(0)}{steps}V{self.y(0)}z"/>'

    def bars(self, reports: Sequence[float]) -> str:
        wide = max(self.wide - 1, 0.8)
        drawn = [(n, v) for n, v in enumerate(reports) if v > 0]  # a NaN is not above zero: a gap
        paths = "".join(f"M{self.x(n)} {self.y(0)}V{self.y(v)}h{wide:.1f}V{self.y(0)}z" for n, v in drawn)
        return f'<path class="bar" d="{paths}"/>'

    def axes(self, labels: Sequence[str]) -> str:
        lines = "".join(
            f'<path class="grid" d="M{LEFT} {self.y(v)}H{WIDTH - RIGHT}"/>'
            f'<text x="{LEFT - 6}" y="{self.y(v) + 5}" text-anchor="end">{v:g}</text>'
            for v in (0, self.top / 2, self.top)
        )
        words = "".join(
            f'<text x="{self.x(n)}" y="{HEIGHT - 12}">{escape(word)}</text>'
            for n, word in enumerate(labels)
            if word
        )
        return lines + words

    def mark(self, slot: int, word: str) -> str:
        x, late = self.x(slot), slot > 0.7 * self.slots
        anchor, shift = ("end", -6) if late else ("start", 6)
        return (
            f'<path class="rule" d="M{x} {TOP}V{self.y(0)}"/>'
            f'<text class="mark" x="{x + shift}" y="{TOP + 16}" text-anchor="{anchor}">{escape(word)}</text>'
        )
