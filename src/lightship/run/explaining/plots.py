"""The page's own drawings: bars of likelihood ratios, and the margin over time. Numbers stand beside them in words."""

from collections.abc import Sequence

from lightship.run.explaining import words
from lightship.run.explaining.explanation import Explanation, Point
from lightship.tell.drawing.escape import escape
from lightship.tell.drawing.scale import round_top

_BAR = 220
WIDTH, HEIGHT = 640, 300
_LEFT, _RIGHT, _UPPER, _LOWER = 56, 626, 30, 252


def bar(nats: float, most: float) -> str:
    """One bar of `most` nats at full length; for (> 0) and against (< 0) differ by class and by hatching."""
    length = max(2.0, _BAR * min(abs(nats) / most, 1.0)) if most > 0 else 2.0
    kind = "for" if nats >= 0 else "against"
    shape = f'<rect class="{kind}" width="{length:.1f}" height="14"/>'
    return f'<svg class="bar" viewBox="0 0 {_BAR} 14" aria-hidden="true">{shape}</svg>'


def margin_graph(found: Explanation) -> str:
    """Margin after each search, with the line from which a cause is named; steps, since it stands until the next."""
    points = found.points
    top = round_top([*(point.margin for point in points), found.names_from])
    first, last = points[0].at, max(points[-1].at, points[0].at + 1)

    def x(at: int) -> float:
        return round(_LEFT + (at - first) / (last - first) * (_RIGHT - _LEFT), 1)

    def y(margin: float) -> float:
        return round(_LOWER - min(margin, top) / top * (_LOWER - _UPPER), 1)

    steps = f"M{x(first)} {y(points[0].margin)}" + "".join(f"H{x(p.at)}V{y(p.margin)}" for p in points[1:])
    dots = "".join(f'<circle class="{_kind(p)}" cx="{x(p.at)}" cy="{y(p.margin)}" r="5"/>' for p in points)
    here = f'<path class="now" d="M{x(found.at)} {_UPPER}V{_LOWER}"/>' if first <= found.at <= last else ""
    ends = (
        f'<text x="{_LEFT}" y="{_LOWER + 26}">{escape(words.minutes(first, found.onset))}</text>'
        f'<text x="{_RIGHT}" y="{_LOWER + 26}" text-anchor="end">'
        f"{escape(words.minutes(points[-1].at, found.onset))}</text>"
    )
    limit = (
        f'<path class="limit" d="M{_LEFT} {y(found.names_from)}H{_RIGHT}"/><text class="limit" x="{_RIGHT}" '
        f'y="{y(found.names_from) - 6}" text-anchor="end">named from {found.names_from:g} nats</text>'
    )
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="mt" aria-describedby="md">'
        f'<title id="mt">Margin over time</title><desc id="md">{escape(in_words(points, found))}</desc>'
        + "".join(_height(v, y(v)) for v in (0.0, top / 2, top))
        + limit
        + f'{here}<path class="line" d="{steps}"/>{dots}{ends}</svg>'
    )


def _kind(point: Point) -> str:
    return "named" if point.standing != "under investigation" else "open"


def _height(value: float, y: float) -> str:
    label = f'<text x="{_LEFT - 8}" y="{y + 6}" text-anchor="end">{value:g}</text>'
    return f'<path class="grid" d="M{_LEFT} {y}H{_RIGHT}"/>{label}'


def in_words(points: Sequence[Point], found: Explanation) -> str:
    """The same in a sentence."""
    named = next((p for p in points if p.standing != "under investigation"), None)
    most = max(points, key=lambda p: p.margin)
    told = f"First named {words.minutes(named.at, found.onset)} after the onset" if named else "Never named"
    return (
        f"{len(points)} searches. {told}. Widest {most.margin:.1f} nats at {words.minutes(most.at, found.onset)}, last "
        f"{points[-1].margin:.1f}."
    )
