"""A map as one SVG file: who uses on the left, what it all rests on to the right. No script, no other file."""

from collections.abc import Iterable
from html import escape

from lightship.prevent.footprints import Footprints
from lightship.run.commands.map_graph import Box, Graph, graph
from lightship.run.commands.map_layers import Edge, Layout, is_bend, layout

WIDTH, HEIGHT, BETWEEN = 190.0, 40.0, 84.0
MARGIN, TOP, FOOT = 24.0, 84.0, 52.0
FITS, FITS_BELOW = 25, 31
"""Letters that fit into a box, in its two lines."""

_STYLE = """
  svg{color-scheme:light dark;--paper:#fbfaf7;--ink:#1d2733;--soft:#5b6875;--line:#8996a3;--box:#fff;--edge:#c6ccd2;
    --service:#e3eef6;--accent:#1f5f8b;--warn:#8a4b00}
  @media (prefers-color-scheme:dark){svg{--paper:#12181f;--ink:#e8edf2;--soft:#a3b0bd;--line:#73818f;--box:#1b242e;
    --edge:#3a4652;--service:#163247;--accent:#7fbde6;--warn:#f0b267}}
  text{font:13px system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--ink)}
  .paper{fill:var(--paper)} .below{font-size:11px;fill:var(--soft)} .head{font-size:18px;font-weight:600}
  .warn{fill:var(--warn);font-weight:600} .label{font-size:10.5px;fill:var(--soft);text-anchor:middle;
    paint-order:stroke;stroke:var(--paper);stroke-width:3px}
  .box{fill:var(--box);stroke:var(--edge)} .service .box{fill:var(--service);stroke:var(--accent)}
  .need{fill:none;stroke:var(--line);stroke-width:1.3} .spare{stroke-dasharray:5 4}
"""


def draw(feet: Footprints) -> str:
    """The drawing of a map as SVG text; the same text for the same map."""
    drawn = graph(feet.network)
    placed = layout([box.id for box in drawn.boxes], drawn.edges)
    width = 2 * MARGIN + max(len(placed.columns), 3) * (WIDTH + BETWEEN) - BETWEEN
    height = TOP + placed.height + FOOT
    parts = [
        *_head(feet, drawn, width, height),
        *(_line(edge, route, placed) for edge, route in placed.routes.items()),
        *(_label(edge, placed) for edge in _labelled(drawn)),
        *(_box(box, placed) for box in drawn.boxes),
        *_legend(drawn, height),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _head(feet: Footprints, drawn: Graph, width: float, height: float) -> Iterable[str]:
    network = feet.network
    size = f"{width:.0f} {height:.0f}"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" role="img" aria-labelledby="title about">'
        f'<title id="title">What {escape(network.provider)} depends on</title>'
        f'<desc id="about">{escape(_about(drawn))}</desc><style>{_STYLE}</style>'
    )
    yield f'<rect class="paper" width="{width:.0f}" height="{height:.0f}"/>'
    yield _text(MARGIN, 34, f"What {network.provider} depends on", "head")
    facts = f"map {network.id}, {len(network.components):,} components, version {network.version}"
    yield _text(MARGIN, 54, facts, "below")
    if network.synthetic:
        yield _text(MARGIN, 72, "Synthetic: describes no real network", "below warn")


def _about(drawn: Graph) -> str:
    needs: dict[str, list[str]] = {}
    titles = {box.id: box.title for box in drawn.boxes}
    for edge in drawn.edges:
        needs.setdefault(titles[edge.user], []).append(titles[edge.on])
    return " ".join(f"{user} needs {', '.join(on)}." for user, on in needs.items())


def _x(name: str, placed: Layout) -> float:
    return MARGIN + placed.column[name] * (WIDTH + BETWEEN)


def _y(name: str, placed: Layout) -> float:
    return TOP + placed.y[name]


def _line(edge: Edge, route: tuple[str, ...], placed: Layout) -> str:
    """From box to box, level through the columns that it passes."""
    x, y = _x(route[0], placed) + WIDTH, _y(route[0], placed)
    path = f"M{x:.1f} {y:.1f}"
    for name in route[1:]:
        to_x, to_y = _x(name, placed), _y(name, placed)
        middle = (x + to_x) / 2
        path += f"C{middle:.1f} {y:.1f} {middle:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
        x, y = to_x, to_y
        if is_bend(name):
            x += WIDTH
            path += f"H{x:.1f}"
    return f'<path class="need{" spare" if edge.redundant else ""}" d="{path}"/>'


def _labelled(drawn: Graph) -> Iterable[Edge]:
    """Edges with a share, those that say the same of one box once."""
    return {(edge.on, edge.label): edge for edge in drawn.edges if edge.label}.values()


def _label(edge: Edge, placed: Layout) -> str:
    """A third of the way into what is needed, where lines to several are still apart."""
    route = placed.routes[edge]
    before, last = route[-2], route[-1]
    x = _x(last, placed) - BETWEEN * 0.28
    y = _y(last, placed) + 0.12 * (_y(before, placed) - _y(last, placed))
    return _text(x, y + 3.5, edge.label, "label")


def _box(box: Box, placed: Layout) -> str:
    x, y = _x(box.id, placed), _y(box.id, placed) - HEIGHT / 2
    shape = f'<rect class="box" x="{x:.1f}" y="{y:.1f}" width="{WIDTH:.0f}" height="{HEIGHT:.0f}" rx="6"/>'
    title = _text(x + 10, y + 17, _fit(box.title, FITS))
    below = _text(x + 10, y + 32, _fit(box.below, FITS_BELOW), "below")
    full = f"<title>{escape(box.title)}: {escape(box.below)}</title>"
    return f"<g{' class=' + chr(34) + 'service' + chr(34) if box.service else ''}>{full}{shape}{title}{below}</g>"


def _legend(drawn: Graph, height: float) -> Iterable[str]:
    y = height - 22
    yield f'<path class="need" d="M{MARGIN:.0f} {y:.1f}h34"/>'
    yield _text(MARGIN + 42, y + 4, "needs it", "below")
    yield f'<path class="need spare" d="M{MARGIN + 112:.0f} {y:.1f}h34"/>'
    yield _text(MARGIN + 154, y + 4, "needs one of several", "below")
    if drawn.by_kind:
        yield _text(MARGIN + 292, y + 4, "boxes are kinds: single components are too many to draw", "below")
    else:
        yield _text(MARGIN + 292, y + 4, "10 %: share of what is lost with it", "below")


def _text(x: float, y: float, text: str, style: str = "") -> str:
    named = f' class="{style}"' if style else ""
    return f'<text{named} x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _fit(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"
