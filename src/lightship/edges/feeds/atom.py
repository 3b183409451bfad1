"""A status page's news as an Atom feed (RFC 4287): entries that are fresh and do not say that it is over."""

from typing import Any, ClassVar, Literal

import msgspec

from lightship.edges.feeds.feed import (
    About,
    Heard,
    Malformed,
    Reads,
    Way,
    Word,
    instant_of,
    short,
    web_address,
)
from lightship.edges.feeds.xml import parsed, text_of
from lightship.vocabulary.signals import FeedKind
from lightship.vocabulary.time import HOUR, Instant

NAMES = {"a": "http://www.w3.org/2005/Atom"}
MOST = 200
"""Entries that are read; the newest come first everywhere."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`over`: words in title or text that end an entry. `trouble`: words of which one must stand there; none: any
    entry counts. `hours`: an entry that was not touched for so long is old."""

    whose: Literal["supplier", "neighbour"] = "supplier"
    over: tuple[str, ...] = ("resolved", "completed", "restored", "over -")
    trouble: tuple[str, ...] = ()
    hours: float = 12.0
    may_be_quoted: bool = False


class Atom(Reads):
    """Words: one for each fresh entry and component. `about` maps words of the title; `*` takes every entry."""

    ways: ClassVar[tuple[Way, ...]] = ("ask", "file", "push")
    options: ClassVar[type[msgspec.Struct]] = Options
    trust: ClassVar[float] = 0.7

    def __init__(self, options: Any, about: About) -> None:
        self._options: Options = options
        self._about = about
        self._kind: FeedKind = "supplier-statement" if options.whose == "supplier" else "neighbour-down"

    def read(self, document: bytes, now: Instant, sender: str = "") -> Heard:
        """The feed."""
        root = parsed(document)
        if root.tag != f"{{{NAMES['a']}}}feed":
            raise Malformed("document", f"<{root.tag[:60]}>", "an Atom feed, whose root is <feed>")
        words: list[Word] = []
        for number, entry in enumerate(root.findall("a:entry", NAMES)[:MOST]):
            touched = instant_of(text_of(entry, "a:updated", NAMES), f"entry {number + 1}: updated")
            title, url = text_of(entry, "a:title", NAMES), ""
            said = " ".join(
                (title, text_of(entry, "a:summary", NAMES), text_of(entry, "a:content", NAMES))
            ).casefold()
            if now - touched > self._options.hours * HOUR or not self._is_trouble(said):
                continue
            link = entry.find("a:link", NAMES)
            url = web_address(link.get("href", "")) if link is not None else ""
            name = text_of(entry, "a:id", NAMES) or title
            words += [
                Word(each, self._kind, name, short(title), url, touched, self._options.may_be_quoted)
                for each in self._subjects(said)
            ]
        return Heard(tuple(words), whole=True)

    def _is_trouble(self, said: str) -> bool:
        if any(each.casefold() in said for each in self._options.over):
            return False
        wanted = self._options.trouble
        return not wanted or any(each.casefold() in said for each in wanted)

    def _subjects(self, said: str) -> tuple[Any, ...]:
        found = [subject for name in self._about.names if name in said for subject in self._about.named(name)]
        return tuple(dict.fromkeys(found)) or self._about.of()
