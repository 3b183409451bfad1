"""HTML of strangers as HTML that may stand in our page: structure and words, nothing that runs, loads or hides.

Style, colours and sizes go: they hide text, cover the page and make it unreadable in the dark. What is left cannot ask
for anything: the only pictures are those inside the message itself.
"""

import re
from collections.abc import Callable
from html import escape

import msgspec
import nh3

from lightship.endure.reading.plain import SILENT, is_a_bomb, text_of

LONGEST = 1024 * 1024
"""Characters of HTML that are shown; a longer body is offered as text and as a file."""
TAGS = {
    "a", "abbr", "address", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "dd",
    "del", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img",
    "ins", "kbd", "li", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var",
}  # fmt: skip
ATTRIBUTES = {
    "*": {"dir", "lang"}, "a": {"href"}, "img": {"src", "alt"}, "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"}, "ol": {"start"},
}  # fmt: skip
_LINK = re.compile(
    r"(?P<scheme>[a-z]+):(?:[/\\]+(?:[^/?#\\]*@)?(?P<host>\[[^\]]*\]|[^/?#:\\]*))?", re.IGNORECASE
)
"""As browsers read addresses: a backslash is a slash, and there may be any number of them."""
_IGNORED = re.compile(r"[\t\r\n]")
_LINKS = {"http", "https", "mailto", "tel"}
SCHEMES = _LINKS | {"cid"}
_MOST = {"colspan": 50, "rowspan": 200, "start": 10_000}
MOST_COLUMNS = 2000
"""Columns that cells may span in one body, added up: thousands more make a browser lay out for minutes."""
_DIRECTIONS = {"ltr", "rtl", "auto"}

Inside = Callable[[str], str | None]
"""From the Content-ID of a picture to its address in our reader; None: there is no such picture in the message."""


class Clean(msgspec.Struct, frozen=True):
    """What may be shown, and what was left out.

    Args:
        html: a fragment.
        pictures: remote ones that were not loaded; leads_to: the hosts that its links lead to, each once, in order.
        cut: only the beginning is shown.
    """

    html: str
    pictures: int = 0
    leads_to: tuple[str, ...] = ()
    cut: bool = False


def nothing_inside(_: str) -> str | None:
    """For messages without pictures of their own."""
    return None


def sanitise(html: str, inside: Inside = nothing_inside) -> Clean:
    """Make HTML harmless.

    >>> sanitise('<p onclick="x()">Hi<img src="http://t.example/1.gif"><script>1</script></p>').html
    '<p>Hi<img></p>'
    """
    if is_a_bomb(html):
        return Clean(escape(text_of(html[:LONGEST])), cut=True)
    seen = _Seen(inside)
    safe = nh3.clean(
        html[:LONGEST], tags=TAGS, clean_content_tags=SILENT, attributes=ATTRIBUTES, attribute_filter=seen.attribute,
        url_schemes=SCHEMES, link_rel="noopener noreferrer nofollow", url_relative="pass_through",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )  # fmt: skip
    return Clean(safe, seen.pictures, tuple(seen.hosts), len(html) > LONGEST)


class _Seen:
    """Decides on each attribute, and counts what it refuses."""

    def __init__(self, inside: Inside) -> None:
        self._inside = inside
        self.pictures, self._columns = 0, 0
        self.hosts: dict[str, None] = {}

    def attribute(self, tag: str, name: str, value: str) -> str | None:
        """The value to keep; None: the attribute goes."""
        match tag, name:
            case "img", "src":
                return self._picture(value)
            case "a", "href":
                return self._link(value)
            case _, "colspan" | "rowspan" | "start":
                return self._number(name, value.strip())
            case _, "dir":
                return value if value.lower() in _DIRECTIONS else None
            case _:
                return value

    def _number(self, name: str, value: str) -> str | None:
        if not (value.isascii() and value.isdigit() and len(value) < 7):
            return None
        number = min(int(value), _MOST[name])
        if name == "colspan":
            self._columns += number
        return str(number) if self._columns <= MOST_COLUMNS else None

    def _picture(self, value: str) -> str | None:
        kind, _, rest = value.strip().partition(":")
        if kind.lower() == "cid":
            return self._inside(rest)
        self.pictures += kind.lower() in {"http", "https"} or value.strip().startswith("//")
        return None

    def _link(self, value: str) -> str | None:
        found = _LINK.match(_IGNORED.sub("", value).strip())
        if found is None or found["scheme"].lower() not in _LINKS:
            return None
        if found["host"]:
            self.hosts[found["host"].lower()] = None
        return value
