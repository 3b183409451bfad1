"""The parts of the graph of reports, each as markup."""

from collections.abc import Sequence

from lightship.tell.drawing.escape import escape
from lightship.tell.drawing.scale import Plot, runs

_CHARACTER = 15.0
"""Width of a character at the size for phones, in the picture's units; a little more than the average."""
MARK_ROW = 28
"""Height of a row of words above the graph."""


def bars(plot: Plot, reports: Sequence[float]) -> str:
    """One bar a slot; a NaN is not above zero, so it has none."""
    wide = max(plot.x(1) - plot.x(0) - 1.2, 0.8)
    ground = plot.y(0)
    paths = "".join(
        f"M{plot.x(n):g} {ground:g}V{plot.y(v):g}h{wide:.1f}V{ground:g}z"
        for n, v in enumerate(reports)
        if v > 0
    )
    return f'<path class="bar" d="{paths}"/>'


def band(plot: Plot, high: Sequence[float]) -> str:
    """From nothing to the most that a quiet slot brings."""
    paths = "".join(
        f"M{plot.x(first):g} {plot.y(0):g}"
        + "".join(f"V{plot.y(high[n]):g}H{plot.x(n + 1):g}" for n in range(first, beyond))
        + f"V{plot.y(0):g}z"
        for first, beyond in runs(high)
    )
    return f'<path class="band" d="{paths}"/>'


def line(plot: Plot, normal: Sequence[float]) -> str:
    """What is expected of a quiet slot."""
    paths = "".join(
        "M" + "L".join(f"{plot.x(n + 0.5):g} {plot.y(normal[n]):g}" for n in range(first, beyond))
        for first, beyond in runs(normal)
    )
    return f'<path class="line" d="{paths}"/>' if paths else ""


def gaps(plot: Plot, reports: Sequence[float]) -> str:
    """Where nothing was measured."""
    return "".join(
        f'<rect class="gap" x="{plot.x(first):g}" y="{plot.upper:g}" '
        f'width="{plot.x(beyond) - plot.x(first):.1f}" height="{plot.lower - plot.upper:g}"/>'
        for first, beyond in runs(reports, missing=True)
    )


def axes(plot: Plot, labels: Sequence[str]) -> str:
    """Three heights with their counts; the given words below, a tick above each."""
    heights = "".join(
        f'<path class="grid" d="M{plot.left:g} {plot.y(v):g}H{plot.right:g}"/>'
        f'<text x="{plot.left - 8:g}" y="{plot.y(v) + 8:g}" text-anchor="end">{_count(v)}</text>'
        for v in (0, plot.top / 2, plot.top)
    )
    return heights + _times(plot, labels)


def _times(plot: Plot, labels: Sequence[str]) -> str:
    """A tick for each label; its word where there is room beside the one before."""
    parts, end = [], -1.0
    for x, word in [(plot.x(n), word) for n, word in enumerate(labels) if word]:
        half = len(word) * _CHARACTER / 2
        at = min(max(x, half), plot.right - half)
        parts.append(f'<path class="grid" d="M{x:g} {plot.lower:g}v8"/>')
        if at - half >= end:
            parts.append(
                f'<text x="{at:g}" y="{plot.lower + 34:g}" text-anchor="middle">{escape(word)}</text>'
            )
            end = at + half
    return "".join(parts)


def _count(value: float) -> str:
    return f"{value / 1000:g}k" if value >= 10_000 else f"{value:g}"


def marks(plot: Plot, named: Sequence[tuple[int, str]]) -> str:
    """An upright rule at a slot's beginning, its word above the graph on the side with room."""
    parts = []
    for (slot, word), (row, start) in zip(named, mark_rows(plot, named), strict=True):
        x, y = plot.x(slot), plot.upper - 8 - MARK_ROW * row
        at, anchor = (x + 7, "start") if start >= x else (x - 7, "end")
        parts.append(
            f'<path class="rule" d="M{x:g} {y - 17:g}V{plot.lower:g}"/>'
            f'<text class="mark" x="{at:g}" y="{y:g}" text-anchor="{anchor}">{escape(word)}</text>'
        )
    return "".join(parts)


def mark_rows(plot: Plot, named: Sequence[tuple[int, str]]) -> list[tuple[int, float]]:
    """For each mark its row, counted upwards, and where its word begins: words of one row do not touch."""
    ends: list[float] = []
    found = []
    for slot, word in named:
        wide, x = len(word) * _CHARACTER + 7, plot.x(slot)
        start = x if x + wide <= plot.right else x - wide
        row = next((n for n, end in enumerate(ends) if start >= end), len(ends))
        ends[row : row + 1] = [max(start + wide, x)]
        found.append((row, start))
    return found


def key(x: int, y: int, normal: bool, gap: bool) -> str:
    """What the shapes mean; only those that are drawn."""
    entries = [("bar", "reports"), ("band", "normal")]
    entries += [("line", "expected")] if normal else []
    entries += [("gap", "not measured")] if gap else []
    parts, at = [], float(x)
    for name, word in entries:
        swatch = (
            f'<path class="line" d="M{at:g} {y - 8}h20"/>'
            if name == "line"
            else f'<rect class="{name}" x="{at:g}" y="{y - 16}" width="20" height="16"/>'
        )
        parts.append(f'{swatch}<text x="{at + 26:g}" y="{y}">{word}</text>')
        at += 26 + len(word) * 12.6 + 16
    return "".join(parts)
