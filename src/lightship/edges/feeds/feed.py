"""What a kind of feed offers, and what it gives for a document."""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, ClassVar, Literal, Protocol

import msgspec

from lightship.edges.feeds import BUILT_IN
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.planned_work import Impact
from lightship.vocabulary.signals import FeedKind, PassiveCount
from lightship.vocabulary.time import Instant

Way = Literal["ask", "file", "follow", "push", "listen", "measure"]
"""How documents come: we ask an address again and again; a file or a folder of files; the lines that a file grows by;
somebody hands them in with a token; somebody sends them to a port of ours. Or the feed measures by itself."""

LAST_SECOND = 253_402_300_800.0
"""The end of the year 9999."""

EVERYTHING = "*"
"""In `about`: whatever has no line of its own."""


class Word(msgspec.Struct, frozen=True):
    """One thing that a feed says.

    Args:
        key: what makes it this word and no other, such as the number of the incident that it speaks of.
        at: when it happened, as far as the document tells; absent: now.
        names_publicly: as in `FeedEvent`.
    """

    subject: ComponentId
    kind: FeedKind
    key: str
    text: str = ""
    url: str = ""
    at: Instant | None = None
    names_publicly: bool = False


class Notice(msgspec.Struct, frozen=True):
    """Announced work, as one message about it says. `off`: called off or done. Of several messages under one id the
    highest `sequence` counts."""

    id: str
    sequence: int
    starts: Instant
    ends: Instant
    subjects: tuple[ComponentId, ...]
    impact: Impact = "outage"
    summary: str = ""
    off: bool = False


class Heard(msgspec.Struct, frozen=True):
    """What one document says.

    Args:
        whole: the document is the state of things: a word that it does not repeat has ended.
        left_out: what it held that we could not use, a line each, for operators.
    """

    words: tuple[Word, ...] = ()
    counts: tuple[PassiveCount, ...] = ()
    notices: tuple[Notice, ...] = ()
    whole: bool = False
    left_out: tuple[str, ...] = ()


class Malformed(Exception):
    """The document is not what it should be: where, what was found, what would do."""

    def __init__(self, where: str, found: str, would_do: str = "") -> None:
        super().__init__(f"{where}: {found}" + (f"; {would_do}" if would_do else ""))


class About:
    """Whom the feed's own names mean on our map: capital letters do not matter, and `*` is everything else."""

    def __init__(self, names: Mapping[str, tuple[ComponentId, ...]]) -> None:
        self._names = {name.casefold(): subjects for name, subjects in names.items()}

    def of(self, *names: str) -> tuple[ComponentId, ...]:
        """Of the first of these names that means anything; none: nothing of ours."""
        for name in (*names, EVERYTHING):
            found = self._names.get(name.casefold())
            if found is not None:
                return found
        return ()

    def named(self, name: str) -> tuple[ComponentId, ...]:
        """Of exactly this name."""
        return self._names.get(name.casefold(), ())

    @property
    def names(self) -> tuple[str, ...]:
        """Every name but `*`, in small letters."""
        return tuple(name for name in self._names if name != EVERYTHING)


class Feed(Protocol):
    """A kind of feed. One object reads the documents of one feed, in the order in which they came.

    Class attributes:
        ways: how its documents may come. options: its own keys in the configuration, a frozen Struct.
        trust: 0-1, where the configuration says nothing: how much of a word's worth counts.
        dated: its documents say when they are of; what does not is of the moment at which it is read.
    """

    ways: ClassVar[tuple[Way, ...]]
    options: ClassVar[type[msgspec.Struct]]
    trust: ClassVar[float]
    dated: ClassVar[bool]

    def __init__(self, options: Any, about: About) -> None: ...

    def read(self, document: bytes, now: Instant, sender: str = "") -> Heard:
        """What it says; `sender`: the address that it came from, where it came to a port. Raises Malformed."""
        ...

    def address(self, url: str) -> str:
        """What to ask, from the address in the configuration."""
        ...


class Measures(Protocol):
    """A kind of feed whose way is `measure`."""

    async def measure(self, now: Instant) -> Heard:
        """What there is now. Raises Malformed where nothing could be had."""
        ...


class Reads:
    """What most feeds have in common."""

    dated: ClassVar[bool] = False

    def address(self, url: str) -> str:
        """The address as it is written."""
        return url


def kind(name: str, place: str) -> type[Feed]:
    """The class of a kind. Raises BadInput where there is none of that name."""
    others = {each.name: each.value for each in entry_points(group="lightship.feeds")}
    table = {**others, **BUILT_IN}
    if name not in table:
        raise BadInput(place, f"no kind of feed {name!r}", f"one of {', '.join(sorted(table))}")
    module, _, what = table[name].partition(":")
    found: type[Feed] = getattr(import_module(module), what)
    return found


def json_of(document: bytes, form: Any) -> Any:
    """The document as that form. Raises Malformed that names the place."""
    try:
        return msgspec.json.decode(document, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        text, _, where = str(error).partition(" - at `$")
        raise Malformed(where.rstrip("`") or "document", text) from None


def instant_of(text: str, where: str) -> Instant:
    """An RFC 3339 text. Raises Malformed."""
    from lightship.vocabulary.time import parse_iso

    try:
        return parse_iso(text.strip())
    except (ValueError, OverflowError):
        raise Malformed(
            where, repr(text[:40]), "a time with its zone, such as 2026-03-02T10:00:00Z"
        ) from None


def instant_of_seconds(seconds: float, where: str) -> Instant:
    """Seconds since 1970, with a fraction. Raises Malformed for what is no time of ours."""
    if not 0.0 <= seconds < LAST_SECOND:
        raise Malformed(where, f"{seconds:g}", "seconds since 1970-01-01T00:00:00Z")
    return Instant(round(seconds * 1000))


def short(text: str, most: int = 300) -> str:
    """One line of plain text, not longer than that: what strangers write is not kept whole.

    >>> short("a\\n  b")
    'a b'
    """
    printable = "".join(each if each.isprintable() else " " for each in text[: 4 * most])
    line = " ".join(printable.split())
    return line if len(line) <= most else f"{line[: most - 1]}\u2026"


def web_address(text: str) -> str:
    """The address where it is one of the web; else nothing."""
    return text[:300] if text.startswith(("https://", "http://")) else ""
