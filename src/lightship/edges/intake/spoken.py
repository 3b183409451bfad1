"""One feed at work: documents in, what is new in them into the inbox."""

from collections.abc import Iterable, Mapping, Sequence

from lightship.edges.clock import Clock
from lightship.edges.feeds.feed import Feed, Heard, Malformed
from lightship.edges.intake.hearing import Counted, Hearing
from lightship.edges.intake.inbox import Inbox
from lightship.vocabulary.time import Instant


class Spoken:
    """A feed and where its words go. May be called from any thread."""

    def __init__(self, name: str, feed: Feed, trust: float, inbox: Inbox, clock: Clock) -> None:
        self.name, self.feed, self._inbox, self._clock = name, feed, inbox, clock
        self._hearing = Hearing(inbox, name, trust)

    def take(self, document: bytes, sender: str = "") -> Counted:
        """Read one document and keep what is new in it. Raises Malformed, StoreRefused."""
        now = self._clock()
        with self._inbox.writing():  # a feed that counts reads one document at a time
            return self._hearing.take(self._read(document, now, sender), now)

    def _read(self, document: bytes, now: Instant, sender: str) -> Heard:
        """What the feed makes of it. A kind of feed that breaks on a document takes nothing else with it."""
        try:
            return self.feed.read(document, now, sender)
        except Malformed:
            raise
        except Exception as error:  # others' packages bring kinds, and strangers the documents
            found = f"reading it failed ({type(error).__name__})"
            raise Malformed("document", found, "tell whoever wrote this kind of feed") from error

    def heard(self, what: Heard) -> Counted:
        """Keep what the feed has measured by itself. Raises StoreRefused."""
        return self._hearing.take(what, self._clock())

    def take_all(self, documents: Sequence[tuple[bytes, str]]) -> str:
        """Many short ones with their senders, in one commit; gives the last complaint, empty without one. Raises
        StoreRefused."""
        complaint = ""
        with self._inbox.writing():
            for document, sender in documents:
                try:
                    self.take(document, sender)
                except Malformed as error:
                    complaint = str(error)
        return complaint

    def failed(self, why: str) -> None:
        """Nothing could be had, or read. Raises StoreRefused."""
        self._hearing.failed(why, self._clock())

    def unchanged(self) -> None:
        """It says what it said. Raises StoreRefused."""
        self._hearing.nothing_new(self._clock())


class HandedIn:
    """Feeds whose documents are handed in, by their names."""

    def __init__(self, feeds: Iterable[Spoken]) -> None:
        self.feeds: Mapping[str, Spoken] = {each.name: each for each in feeds}
