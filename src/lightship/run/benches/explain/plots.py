"""The plots as SVG, and a page that shows them with the bars."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from lightship.explain.calibration import SHIPPED
from lightship.run.benches.explain import figures
from lightship.run.benches.explain.figures import Share, share
from lightship.run.benches.explain.judged import Judged, Said
from lightship.run.benches.picture import Picture
from lightship.run.benches.showing import BarLine, bar_of, figure_of
from lightship.tell.drawing.escape import escape

if TYPE_CHECKING:
    from lightship.run.benches.explain.report import Cell

EDGES = (0.0, 1.0, 3.0, 5.0, 7.0, 10.0, 15.0, 30.0, 100.0, 1_000.0, np.inf)
"""Of the groups of margins, nats."""

METHODS = ("ours", "greedy", "SCORE", "shared ancestor")


def plots(cases: Sequence[Judged], cells: "Sequence[Cell]") -> dict[str, str]:
    """By name: `calibration`, `noise` and `suites`."""
    return {
        "calibration": calibration([said for each in cases for said in each.said]),
        "noise": by_noise([each for each in cells if each.suite in "AB"]),
        "suites": by_suite(cases),
    }


def by_margin(said: Sequence[Said]) -> list[tuple[float, float, Share]]:
    """Diagnoses in groups of margins: smallest and largest of the group, and how many were right."""
    found = []
    for low, high in pairwise(EDGES):
        own = [each for each in said if low <= each.margin < high]
        if own:
            margins = [each.margin for each in own]
            found.append((min(margins), max(margins), share(each.right for each in own)))
    return found


def calibration(said: Sequence[Said]) -> str:
    """Share right by margin, with intervals, beside the curve in use. The scale of margins is log(1 + nats)."""
    picture = Picture("How often a class is right, by its margin", "margin, nats", "share right")
    top = float(np.log1p(1_000.0))
    for nats in (0, 1, 3, 10, 30, 100, 1_000):
        picture.mark_x(float(np.log1p(nats)) / top, f"{nats:,}")
    curve = [(m, c) for m, c in zip(SHIPPED.margins, SHIPPED.chances, strict=True) if m <= 1_000.0]
    curve.append((1_000.0, SHIPPED.chances[-1]))
    picture.line([(float(np.log1p(margin)) / top, chance) for margin, chance in curve], 1, "the curve in use")
    points = []
    for low, high, found in by_margin(said):
        middle = min(float(np.log1p((low + high) / 2)) / top, 1.0)
        assert found.value is not None
        assert found.interval is not None
        points.append((middle, found.value, found.interval, str(found.of)))
    picture.points(points, 0, "measured, with 95 % intervals and how many")
    return picture.svg()


def by_noise(cells: "Sequence[Cell]") -> str:
    """Sets right against noise, suites A (solid) and B (dashed)."""
    picture = Picture("Sets right against noise: A solid, B dashed", "noise", "share of sets right")
    for noise in (0, 2, 5, 10):
        picture.mark_x(noise / 10, f"{noise} %")
    for number, method in enumerate(METHODS):
        for suite, dashed in (("A", False), ("B", True)):
            own = [each for each in cells if each.suite == suite and each.method.startswith(method)]
            line = [(_noise(each.cell) / 10, each.sets.value) for each in own if each.sets.value is not None]
            picture.line(line, number, "" if dashed else method, dashed=dashed)
    return picture.svg()


def _noise(cell: str) -> float:
    return float(cell.split("%")[0])


def by_suite(cases: Sequence[Judged]) -> str:
    """Sets right, precision and recall of ours, per suite."""
    picture = Picture("Ours, by suite", "suite", "share")
    names = sorted({each.suite for each in cases})
    for n, suite in enumerate(names):
        own = [each for each in cases if each.suite == suite]
        picture.mark_x((n + 0.5) / len(names), suite)
        for k, measure in enumerate((figures.sets, figures.precision, figures.recall)):
            found = measure(own)
            if found.value is not None and found.interval is not None:
                at = (n + 0.3 + 0.2 * k) / len(names)
                word = ("sets right", "precision", "recall")[k] if n == 0 else ""
                picture.points([(at, found.value, found.interval, "")], k, word)
    return picture.svg()


def page(bars: Sequence[BarLine], drawn: Mapping[str, str], seed: int) -> str:
    """One page with everything inline."""
    rows = "".join(
        f"<tr><td>{escape(line.name)}</td><td>{escape(line.measured.what)}</td><td>{escape(figure_of(line.measured))}</td>"
        f"<td>{escape(bar_of(line.measured))}</td><td>{line.verdict}</td></tr>"
        for line in bars
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="robots" content="noindex">'
        '<meta name="viewport" content="width=device-width"><title>Explain, measured (simulated)</title>'
        "<style>body{font:16px/1.4 system-ui,sans-serif;max-width:60rem;margin:1rem auto;padding:0 1rem}"
        "table{border-collapse:collapse;display:block;overflow-x:auto}td,th{padding:.2rem .6rem;text-align:left;"
        "border-bottom:1px solid #ccc}svg{max-width:100%;height:auto}</style>"
        f"<h1>Explain, measured</h1><p>Simulated faults on a made-up network. Seed {seed}.</p>"
        "<table><tr><th>bar</th><th>what</th><th>figure, 95 % interval</th><th>bar</th><th>verdict</th></tr>"
        f"{rows}</table>{''.join(drawn.values())}</html>\n"
    )
