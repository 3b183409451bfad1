"""HTML as text, for terminals and for search."""

import re
from html.parser import HTMLParser

import nh3

from lightship.endure.reading.neutral import lines

LONGEST = 2 * 1024 * 1024
"""Characters of a body that are looked at; more is no letter to a person."""
SILENT = {
    "script", "style", "template", "title", "head", "noscript", "svg", "math", "object", "iframe", "select", "textarea",
}  # fmt: skip
"""Elements whose content nobody is meant to read."""
_BREAKS = {
    "p",
    "div",
    "br",
    "tr",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "pre",
    "table",
    "hr",
    "ul",
    "ol",
}
_KEPT = _BREAKS | {"a", "td", "th", "img"}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_NEVER_DEEP = {
    "p",
    "br",
    "hr",
    "img",
    "li",
    "td",
    "th",
    "tr",
    "dd",
    "dt",
    "input",
    "meta",
    "link",
    "col",
    "area",
    "wbr",
}
"""Elements without content, or that the next of their kind ends."""
MOST_WORK = 2_000_000
_STRIPPED = re.compile(r"<[^<>]*>")
_MANY = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")


def text_of(html: str) -> str:
    """The text of a page or fragment, a link with where it leads, a picture by its alternative text.

    >>> text_of('<p>See <a href="https://example.org/x">here</a><script>1</script></p><img alt="a cat">')
    'See here [https://example.org/x]\\n[a cat]'
    """
    if is_a_bomb(html):
        return lines(_STRIPPED.sub(" ", html[:LONGEST]))
    # The sanitiser mends what is broken, so that the small parser below meets sound input only.
    sound = nh3.clean(
        html[:LONGEST], tags=_KEPT, clean_content_tags=SILENT, attributes={"a": {"href"}, "img": {"alt"}},
        link_rel=None, url_schemes={"http", "https", "mailto", "tel"},
    )  # fmt: skip
    reader = _Text()
    reader.feed(sound)
    reader.close()
    flat = lines("".join(reader.out)).replace("\u00a0", " ")
    tidy = "\n".join(line.strip() for line in flat.split("\n"))
    return _MANY.sub("\n\n", tidy).strip()


def is_a_bomb(html: str) -> bool:
    """Whether taking it apart could take minutes: a parser's work grows as the depth times the number of elements.

    >>> is_a_bomb("<p>one<br>two" * 1000), is_a_bomb("<div>" * 20_000)
    (False, True)
    """
    depth, deepest, count = 0, 1, 0
    for found in _TAG.finditer(html[:LONGEST]):
        count += 1
        if found[2].lower() not in _NEVER_DEEP:
            depth = max(0, depth - 1) if found[1] else depth + 1
            deepest = max(deepest, depth)
    return deepest * count > MOST_WORK


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.out.append("\n- " if tag == "li" else "\n")
        elif tag in {"td", "th"}:
            self.out.append("  ")
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self.out)))
        elif tag == "img" and (alt := dict(attrs).get("alt")):
            self.out.append(f"[{alt}]")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"p", "div", "blockquote", "table", "pre"} or re.fullmatch("h[1-6]", tag):
            self.out.append("\n")
        elif tag == "a" and self._links:
            href, begun = self._links.pop()
            shown = "".join(self.out[begun:]).strip()
            if href and href.removeprefix("mailto:") not in shown:
                self.out.append(f" [{href}]")

    def handle_data(self, data: str) -> None:
        self.out.append(re.sub(r"\s+", " ", data))
