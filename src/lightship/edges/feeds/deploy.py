"""A deploy webhook: "this changed at". Whoever rolls something out says so, with a token."""

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
    json_of,
    short,
    web_address,
)
from lightship.vocabulary.signals import FeedKind
from lightship.vocabulary.time import Instant

KINDS: dict[str, FeedKind] = {
    "changed": "change-made",
    "rolled-back": "rolled-back",
    "restarted": "restarted",
}


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing to set."""


class _Change(msgspec.Struct, frozen=True):
    what: str
    did: Literal["changed", "rolled-back", "restarted"] = "changed"
    version: str = ""
    at: str = ""
    id: str = ""
    url: str = ""


class Deploy(Reads):
    """Words: one for each change and component. `about` maps the names of what was changed."""

    ways: ClassVar[tuple[Way, ...]] = ("push", "follow")
    options: ClassVar[type[msgspec.Struct]] = Options
    trust: ClassVar[float] = 1.0
    dated: ClassVar[bool] = True

    def __init__(self, options: Any, about: About) -> None:
        self._about = about

    def read(self, document: bytes, now: Instant, sender: str = "") -> Heard:
        """One change: {"what": "resolver", "version": "2.4.1", "at": "2026-03-02T10:00:00Z", "did": "changed"}."""
        change: _Change = json_of(document, _Change)
        at = instant_of(change.at, "at") if change.at else now
        subjects = self._about.of(change.what)
        if not subjects:
            raise Malformed(
                "what", repr(change.what[:60]), "a name that `about` of this feed maps to a component"
            )
        text = short(f"{change.what} {change.version}".strip())
        name = change.id or f"{change.what} {change.version} {change.did} {at // 60_000}"
        url = web_address(change.url)
        return Heard(tuple(Word(each, KINDS[change.did], name, text, url, at) for each in subjects))
