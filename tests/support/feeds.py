"""A feed as the configuration would make it, with its inbox in a folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from lightship.edges.feeds.feed import About, Feed, kind
from lightship.edges.intake.hearing import Counted, Hearing
from lightship.edges.intake.inbox import Inbox
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.signals import FeedEvent
from lightship.vocabulary.time import Instant, parse_iso

NOW = parse_iso("2026-03-02T10:00:00Z")


def made(name: str, about: Mapping[str, str], **options: Any) -> Feed:
    """A feed of that kind; `about`: its names to one component each."""
    found = kind(name, "test")
    names = {each: (ComponentId(subject),) for each, subject in about.items()}
    return found(msgspec.convert(options, found.options), About(names))


class Ear:
    """One feed that writes into an inbox of its own."""

    def __init__(self, folder: Path, feed: Feed, trust: float = 1.0) -> None:
        self.inbox, self.feed = Inbox(folder / "test.feeds.db"), feed
        self.hearing = Hearing(self.inbox, "a-feed", trust)

    def take(self, document: str | bytes, now: Instant = NOW) -> Counted:
        """Read it and keep what is new."""
        sent = document.encode() if isinstance(document, str) else document
        return self.hearing.take(self.feed.read(sent, now), now)

    @property
    def words(self) -> list[tuple[str, str]]:
        """Every word so far: about whom, and what."""
        return [(e.subject, e.kind) for _, e in self.inbox.after(0) if isinstance(e, FeedEvent)]
