"""The map by area: nearest-centre cells, coloured by rate and never by raw count."""

from collections.abc import Collection, Mapping

from lightship.tell.drawing.cells import Cells
from lightship.tell.drawing.escape import escape
from lightship.vocabulary.places import AreaId

BANDS = (
    (0.4, "b4", "40 % or more"),
    (0.15, "b3", "15 to 40 %"),
    (0.05, "b2", "5 to 15 %"),
    (0.0, "b1", "under 5 %"),
)
"""Lower bound of the share of lines affected, its class, its words; the first that fits."""

_OTHER = (
    ("lk", "likely affected"),
    ("nd", "share not known"),
    ("ok", "no problem known"),
)
_STYLE = """
svg{--land:#e7ebee;--edge:#fff;--ink:#0b0c0c;--soft:#505a5f;--back:#fff;
--b1:#f6d7a7;--b2:#eea04f;--b3:#cf5c1b;--b4:#7a1f0b;--lk:#9aa7b4}
@media(prefers-color-scheme:dark){svg{--land:#2c3640;--edge:#12181e;--ink:#f3f2f1;--soft:#b1b9c0;--back:#12181e;
--b1:#6b4a1d;--b2:#b06a1e;--b3:#e8873f;--b4:#ffc9a3;--lk:#74828f}}
path{stroke:var(--edge);stroke-width:.7;stroke-linejoin:round}
.ok{fill:var(--land)}.b1{fill:var(--b1)}.b2{fill:var(--b2)}.b3{fill:var(--b3)}.b4{fill:var(--b4)}
.lk{fill:url(#lk)}.nd{fill:url(#nd)}.back{fill:var(--back)}
.frame{fill:none;stroke:var(--soft);stroke-width:1}
text{font:17px system-ui,sans-serif;fill:var(--ink)}.soft{fill:var(--soft);font-size:14px}
.title{font-size:25px;font-weight:700}.sim{font-size:19px;font-weight:700;fill:#d4351c}
@media(prefers-color-scheme:dark){.sim{fill:#ff8a70}}
""".replace("\n", "")
_PATTERNS = (
    '<defs><pattern id="lk" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="7" height="7" fill="var(--land)"/><rect width="3" height="7" fill="var(--lk)"/></pattern>'
    '<pattern id="nd" width="6" height="6" patternUnits="userSpaceOnUse"><rect width="6" height="6" fill="var(--b1)"/>'
    '<circle cx="3" cy="3" r="1.4" fill="var(--b4)"/></pattern></defs>'
)


def area_map(
    cells: Cells, rates: Mapping[AreaId, float | None], likely: Collection[AreaId], title: str, as_of: str,
    simulated: bool,
) -> str:  # fmt: skip
    """The map as one SVG.

    Args:
        rates: share of an affected area's lines that is out, 0-1; None: affected, share not known. An area that is
            absent, here and in `likely`, has no known problem.
        likely: areas under the same cause with too little data to say.
        title, as_of: words for the heading, such as "Broadband" and "9:05am, 20 July 2016".
    """
    width, height = cells.view
    classes = {area: _class(area, rates, likely) for area in cells.codes}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="t d">',
        f'<title id="t">{escape(title)}</title><desc id="d">{escape(_words(rates, likely, as_of, simulated))}</desc>',
        f"<style>{_STYLE}</style>{_PATTERNS}",
        f'<rect class="back" width="{width}" height="{height}"/>',
        _layer(cells.cells, classes),
        _dots(cells, classes),
        *(_inset(inset.name, inset.frame, inset.cells, classes) for inset in cells.insets),
        _legend(title, as_of, simulated, height, cells.legend),
        "</svg>",
    ]
    return "".join(parts)


def _class(area: AreaId, rates: Mapping[AreaId, float | None], likely: Collection[AreaId]) -> str:
    if area not in rates:
        return "lk" if area in likely else "ok"
    rate = rates[area]
    if rate is None:
        return "nd"
    return next(name for low, name, _ in BANDS if rate >= low or low == 0.0)


def _layer(paths: Mapping[AreaId, str], classes: Mapping[AreaId, str]) -> str:
    """One path a class: a picture in a page has no links to lose, and it is a third of the size."""
    merged: dict[str, list[str]] = {}
    for area, path in paths.items():
        merged.setdefault(classes[area], []).append(path)
    return "".join(f'<path class="{name}" d="{"".join(merged[name])}"/>' for name in sorted(merged))


def _dots(cells: Cells, classes: Mapping[AreaId, str]) -> str:
    return "".join(
        f'<circle class="{classes[area]}" cx="{x}" cy="{y}" r="6" stroke="var(--soft)"/>'
        for area, (x, y) in cells.dots.items()
    )


def _inset(
    name: str, frame: tuple[int, int, int, int], paths: Mapping[AreaId, str], classes: Mapping[AreaId, str]
) -> str:
    x, y, width, height = frame
    place = f'x="{x}" y="{y}" width="{width}" height="{height}"'
    return (
        f'<rect class="back" {place}/>{_layer(paths, classes)}<rect class="frame" {place}/>'
        f'<text class="soft" x="{x + 6}" y="{y + height + 18}">{escape(name)}</text>'
    )


def _legend(title: str, as_of: str, simulated: bool, height: int, legend: tuple[int, int]) -> str:
    lines = [(name, words) for _, name, words in reversed(BANDS)] + list(_OTHER)
    left, top = legend
    rows = f'<text class="soft" x="{left}" y="{top - 12}">Share of lines affected</text>' + "".join(
        f'<rect class="{name}" x="{left}" y="{top + 27 * n}" width="26" height="19" stroke="var(--soft)"/>'
        f'<text x="{left + 36}" y="{top + 15 + 27 * n}">{escape(words)}</text>'
        for n, (name, words) in enumerate(lines)
    )
    mark = '<text class="sim" x="16" y="92">SIMULATED: not a real outage</text>' if simulated else ""
    notes = (
        "Cells are the nearest place with that code,",
        "not exchange boundaries.",
        "Places: GeoNames (CC BY 4.0). Outline: Natural Earth.",
    )
    small = "".join(
        f'<text class="soft" x="16" y="{height - 52 + 19 * n}">{note}</text>' for n, note in enumerate(notes)
    )
    return (
        f'<text class="title" x="16" y="36">{escape(title)}</text>'
        f'<text class="soft" x="16" y="62">{escape(as_of)}</text>{mark}{rows}{small}'
    )


def _words(
    rates: Mapping[AreaId, float | None], likely: Collection[AreaId], as_of: str, simulated: bool
) -> str:
    known = f"{len(rates)} areas affected, {len(likely)} likely affected, {as_of}."
    return (
        f"{'Simulated. ' if simulated else ''}{known} The list of codes on the page says the same in words."
    )
