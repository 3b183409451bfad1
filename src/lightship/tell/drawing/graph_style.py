"""The look of the graph. All rules are held to `.graph`: the picture may stand in the text of a page."""

_LIGHT = (
    "--g-ink:#16212c;--g-soft:#4b5965;--g-line:#cfd3d2;--g-band:#d7e4ee;--g-bar:#c0571f;--g-usual:#1d5d86;"
    "--g-mark:#16212c;--g-back:#fcfbf8;--g-sim:#5b2a86"
)
_DARK = (
    "--g-ink:#eceae4;--g-soft:#a9b4bd;--g-line:#35424d;--g-band:#24435a;--g-bar:#eda35d;--g-usual:#9cc8ff;"
    "--g-mark:#eceae4;--g-back:#10171e;--g-sim:#d3b3f5"
)
_RULES = """
.graph text{font:23px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--g-soft)}
.graph .ink{fill:var(--g-ink)}.graph .sim{fill:var(--g-sim);font-weight:700}
.graph .mark{fill:var(--g-mark);font-weight:600;paint-order:stroke;stroke:var(--g-back);stroke-width:5px}
.graph .bar{fill:var(--g-bar)}.graph .band{fill:var(--g-band)}.graph .gap{fill:url(#gg)}
.graph .grid{stroke:var(--g-line);fill:none}.graph .line{stroke:var(--g-usual);stroke-width:2;fill:none}
.graph .rule{stroke:var(--g-mark);stroke-width:2;stroke-dasharray:6 5;fill:none}
@media(min-width:560px){.graph text{font-size:18px}}
"""
STYLE = f".graph{{{_LIGHT}}}@media(prefers-color-scheme:dark){{.graph{{{_DARK}}}}}{_RULES}".replace("\n", "")

PATTERNS = (
    '<defs><pattern id="gg" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="2" height="8" fill="var(--g-line)"/></pattern></defs>'
)
