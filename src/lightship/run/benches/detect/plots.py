"""The plots as SVG, and a page that shows them with the bars."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from lightship.run.benches.detect.cells import ORACLE, OURS, Row
from lightship.run.benches.detect.outcome import Outcome
from lightship.run.benches.detect.promise import Kept
from lightship.run.benches.detect.result import Result
from lightship.run.benches.picture import Picture
from lightship.run.benches.showing import BarLine, bar_of, figure_of
from lightship.tell.drawing.escape import escape

MINUTES = (0.0, 30.0, 60.0, 90.0, 120.0)
RATIOS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)
AREA_SCOPES = ("sparse area", "area")
WIDE_SCOPES = ("head-end", "metro", "core", "region", "scattered")


def plots(result: Result) -> dict[str, str]:
    """By name. What was not measured has no plot."""
    found = {}
    if result.cells:
        for when in ("day", "night"):
            found[f"delay-{when}"] = delay(result.cells, when)
        found["onset"] = onset(result.outcomes)
    if result.kept:
        found["promise"] = promise((result.home, *result.kept))
    return found


def delay(rows: Sequence[Row], when: str) -> str:
    """Median delay against the lines that are out: ours, the best peer, the oracle, over areas and wider scopes."""
    title = f"Delay by {when}: single areas dashed, wider scopes solid"
    picture = Picture(title, "lines out", "minutes to the alarm, median of the cells", MINUTES)
    sizes = _sizes(rows)
    for n, size in enumerate(sizes):
        picture.mark_x(_place(n, sizes), size.replace(",000", "k"))
    for scopes, dashed in ((WIDE_SCOPES, False), (AREA_SCOPES, True)):
        mine = [row for row in rows if row.scope in scopes and row.when == when]
        for colour, (word, minutes) in enumerate(
            (("ours", _ours), ("best peer", _best), ("oracle", _oracle))
        ):
            points = [
                (_place(n, sizes), float(np.median([minutes(row) for row in mine if row.size == size])))
                for n, size in enumerate(sizes)
                if any(row.size == size for row in mine)
            ]
            picture.line(points, colour, "" if dashed else word, dashed=dashed)
    return picture.svg()


def _ours(row: Row) -> float:
    return row.median[OURS]


def _best(row: Row) -> float:
    return row.median[row.best]


def _oracle(row: Row) -> float:
    return row.median[ORACLE]


def _sizes(rows: Sequence[Row]) -> list[str]:
    """The size classes that single areas and wider scopes have, ascending."""
    drawn = {row.size for row in rows if row.scope in (*AREA_SCOPES, *WIDE_SCOPES)}
    return sorted(drawn, key=lambda size: float(size.split("-")[0].replace(",", "")))


def _place(number: int, sizes: Sequence[str]) -> float:
    return (number + 0.5) / len(sizes)


def promise(kept: Sequence[Kept]) -> str:
    """Realised over promised, 95 % intervals, with the bar's two ends."""
    picture = Picture("False alarms: realised / promised", "noise", "ratio, 95 % intervals", RATIOS)
    for end in (0.5, 1.5):
        picture.line([(0.0, end), (1.0, end)], 1, "the bar" if end == 0.5 else "", dashed=True)
    points = []
    for n, each in enumerate(kept):
        at = (n + 0.5) / len(kept)
        picture.mark_x(at, each.name)
        low, high, top = each.low / each.promised, each.high / each.promised, RATIOS[-1]
        points.append(
            (at, min(each.ratio, top), (min(low, top), min(high, top)), f"{each.seen} of {each.promised:.0f}")
        )
    picture.points(points, 0, "ours")
    return picture.svg()


def onset(outcomes: Sequence[Outcome]) -> str:
    """How often the interval of the beginning covers it, by minutes from it to the alarm."""
    picture = Picture("How often the interval of the onset covers it", "minutes to the alarm", "share")
    picture.line([(0.0, 0.9), (1.0, 0.9)], 1, "the bar", dashed=True)
    edges, points = (0.0, 5.0, 10.0, 20.0, 40.0, 80.0, 121.0), []
    for n, (low, high) in enumerate(pairwise(edges)):
        at = (n + 0.5) / (len(edges) - 1)
        picture.mark_x(at, f"{low:g}-{min(high, 120.0):g}")
        mine = [each.onset.covers for each in outcomes if each.onset is not None and low < each.ours <= high]
        if mine:
            share, spread = float(np.mean(mine)), 1.96 * float(np.std(mine)) / np.sqrt(len(mine))
            points.append((at, share, (max(share - spread, 0.0), min(share + spread, 1.0)), str(len(mine))))
    picture.points(points, 0, "measured, with 95 % intervals and how many")
    return picture.svg()


def page(bars: Sequence[BarLine], drawn: Mapping[str, str], result: Result) -> str:
    """One page with everything inline."""
    rows = "".join(
        f"<tr><td>{escape(line.name)}</td><td>{escape(line.measured.what)}</td><td>{escape(figure_of(line.measured))}</td>"
        f"<td>{escape(bar_of(line.measured))}</td><td>{line.verdict}</td></tr>"
        for line in bars
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="robots" content="noindex">'
        '<meta name="viewport" content="width=device-width"><title>Detection, measured (simulated)</title>'
        "<style>:root{color-scheme:light dark}body{font:16px/1.4 system-ui,sans-serif;max-width:60rem;margin:1rem auto;"
        "padding:0 1rem}table{border-collapse:collapse;display:block;overflow-x:auto}td,th{padding:.2rem .6rem;"
        "text-align:left;border-bottom:1px solid #888}svg{max-width:100%;height:auto}</style>"
        f"<h1>Detection, measured</h1><p>Simulated reports and outages. {escape(result.form.name.capitalize())} form, "
        f"seed {result.seed}, {result.form.budget:g} false alarms promised a year.</p>"
        "<table><tr><th>bar</th><th>what</th><th>figure, 95 % interval</th><th>bar</th><th>verdict</th></tr>"
        f"{rows}</table>{''.join(drawn.values())}</html>\n"
    )
