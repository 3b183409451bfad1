"""The look of the map: colours for light and dark, patterns beside the colours, sizes for phone and desk.

Lightness falls (in the dark: rises) evenly from band to band, so the order survives every kind of colour blindness and
a grey print. The worst band, the likely areas and those without a known share also carry a pattern.
"""

_LIGHT = (
    "--back:#fcfbf8;--ink:#16212c;--soft:#4b5965;--sim:#5b2a86;--edge:#fff;--land:#dde3e7;"
    "--b1:#fbe6bd;--b2:#f3c074;--b3:#df8a3e;--b4:#b84e1e;--b5:#6d190f;--cut:#a8513f;--lk:#a6b4c0"
)
_DARK = (
    "--back:#10171e;--ink:#eceae4;--soft:#a9b4bd;--sim:#d3b3f5;--edge:#10171e;--land:#26323d;"
    "--b1:#4d3b1e;--b2:#86591f;--b3:#bd7a2f;--b4:#eda35d;--b5:#ffe0c2;--cut:#c98f62;--lk:#5b6c7a"
)
_RULES = """
path{stroke:var(--edge);stroke-width:.9;stroke-linejoin:round}
.ok{fill:var(--land)}.b1{fill:var(--b1)}.b2{fill:var(--b2)}.b3{fill:var(--b3)}.b4{fill:var(--b4)}
.b5{fill:url(#b5)}.lk{fill:url(#lk)}.nd{fill:url(#nd)}.back{fill:var(--back)}
rect.key,circle{stroke:var(--soft);stroke-width:1}
.frame{fill:none;stroke:var(--soft);stroke-width:1.5}
a:hover path,a:focus path{stroke:var(--ink);stroke-width:3;paint-order:stroke}
text{font:28px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--ink)}
.soft{fill:var(--soft)}.small{font-size:25px;fill:var(--soft)}
.title{font-size:40px;font-weight:700}.sim{font-weight:700;fill:var(--sim)}
@media(min-width:600px){text{font-size:22px}.small{font-size:19px}.title{font-size:36px}}
"""
STYLE = f"svg{{{_LIGHT}}}@media(prefers-color-scheme:dark){{svg{{{_DARK}}}}}{_RULES}".replace("\n", "")

PATTERNS = (
    "<defs>"
    '<pattern id="b5" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">'
    '<rect width="9" height="9" fill="var(--b5)"/><rect width="1.6" height="9" fill="var(--cut)"/></pattern>'
    '<pattern id="lk" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="9" height="9" fill="var(--land)"/><rect width="4" height="9" fill="var(--lk)"/></pattern>'
    '<pattern id="nd" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="var(--b1)"/>'
    '<circle cx="4" cy="4" r="1.8" fill="var(--b3)" stroke="none"/></pattern>'
    "</defs>"
)
