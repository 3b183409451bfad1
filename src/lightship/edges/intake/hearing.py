"""From what a document says to what is new in it: each word once, its end when it is not repeated, work by its number.

All of one document is one commit.
"""

from collections.abc import Iterator

import msgspec

from lightship.edges.feeds.feed import Heard, Notice, Word, short
from lightship.edges.feeds.rules import ENDS
from lightship.edges.intake.inbox import Entry, Inbox
from lightship.vocabulary.planned_work import PlannedWork
from lightship.vocabulary.signals import FeedEvent
from lightship.vocabulary.time import HOUR, Instant, iso, tick_of

STILL = 2 * HOUR
"""A word that still holds is said anew this often: explanations forget what was said three hours ago."""


class Counted(msgspec.Struct, frozen=True):
    """What became of a document: words, counts and notices that were new, and how many were known already."""

    new: int = 0
    known: int = 0
    left_out: tuple[str, ...] = ()


class Hearing:
    """Writes down what one feed says.

    Args:
        trust: 0-1, how much of each word's worth counts.
    """

    def __init__(self, inbox: Inbox, feed: str, trust: float) -> None:
        self._inbox, self._feed, self._trust = inbox, feed, trust

    def take(self, heard: Heard, now: Instant) -> Counted:
        """Keep what is new. Durable on return. Raises StoreRefused."""
        with self._inbox.writing():
            entries = (
                [*self._whole(heard, now)]
                if heard.whole
                else [self._entry(each, now) for each in heard.words]
            )
            entries += [
                Entry(f"{self._feed} {c.service} {c.area} {c.kind} {tick_of(c.at)}", c) for c in heard.counts
            ]
            new = sum(self._inbox.put(entries, now)) + sum(self._note(each) for each in heard.notices)
            said = len(entries) + len(heard.notices)
            note = short(heard.left_out[0]) if heard.left_out else ""
            self._inbox.db.execute(_HEALTHY, (self._feed, now, now, now if new else None, note))
        return Counted(new, said - new, heard.left_out)

    def failed(self, why: str, now: Instant) -> None:
        """Remember that a document could not be had or read. What stood goes on standing: nothing is known anew."""
        with self._inbox.writing():
            self._inbox.db.execute(_TROUBLE, (self._feed, now, short(why)))

    def nothing_new(self, now: Instant) -> None:
        """The feed answered that nothing has changed."""
        with self._inbox.writing():
            self._inbox.db.execute(_HEALTHY, (self._feed, now, now, None, ""))

    def _entry(self, word: Word, now: Instant) -> Entry:
        at = word.at if word.at is not None else now
        event = FeedEvent(
            at, self._feed, word.subject, word.kind, word.text, word.url, word.names_publicly, self._trust
        )
        return Entry(f"{self._feed} {word.subject} {word.kind} {word.key}", event)

    def _whole(self, heard: Heard, now: Instant) -> Iterator[Entry]:
        """New words, those that hold and were said long ago, and the ends of those that are missing."""
        db = self._inbox.db
        rows = db.execute("SELECT word, said, body FROM standing WHERE feed = ?", (self._feed,)).fetchall()
        stood = {name: (said, msgspec.msgpack.decode(body, type=Word)) for name, said, body in rows}
        for word in heard.words:
            name = f"{word.subject} {word.kind} {word.key}"
            said, _ = stood.pop(name, (None, word))
            if said is None or now - said >= STILL:
                db.execute(_STANDS, (self._feed, name, now, msgspec.msgpack.encode(word)))
                fresh = said is None and word.at is not None and now - word.at < STILL
                again = msgspec.structs.replace(word, at=word.at if fresh else now, key=f"{word.key} {now}")
                yield self._entry(again, now)
        for name, (_, word) in stood.items():
            db.execute("DELETE FROM standing WHERE feed = ? AND word = ?", (self._feed, name))
            if (end := ENDS.get(word.kind)) is not None:
                yield self._entry(Word(word.subject, end, f"{word.key} {now}", word.text, word.url, now), now)

    def _note(self, notice: Notice) -> bool:
        """Whether it says something new: of several messages under one number the highest sequence counts."""
        name = f"{self._feed} {notice.id}"
        work = PlannedWork(name, notice.starts, notice.ends, notice.subjects, notice.impact, notice.summary)
        body = None if notice.off else msgspec.msgpack.encode(work)
        done = self._inbox.db.execute(_WORK, (self._feed, notice.id, notice.sequence, notice.ends, body))
        return done.rowcount > 0


_STANDS = "INSERT OR REPLACE INTO standing (feed, word, said, body) VALUES (?, ?, ?, ?)"
_WORK = """
INSERT INTO work (feed, id, sequence, ends, body) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (feed, id) DO UPDATE SET sequence = excluded.sequence, ends = excluded.ends, body = excluded.body
WHERE excluded.sequence >= work.sequence AND (excluded.body IS NOT work.body OR excluded.ends != work.ends)
"""
_HEALTHY = """
INSERT INTO health (feed, tried, fine, spoke, trouble) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (feed) DO UPDATE SET tried = excluded.tried, fine = excluded.fine, trouble = excluded.trouble,
    spoke = coalesce(excluded.spoke, health.spoke)
"""
_TROUBLE = """
INSERT INTO health (feed, tried, trouble) VALUES (?, ?, ?)
ON CONFLICT (feed) DO UPDATE SET tried = excluded.tried, trouble = excluded.trouble
"""


class Health(msgspec.Struct, frozen=True):
    """How a feed is: when it was last asked, last answered well, last said something new; and what is wrong now."""

    feed: str
    tried: Instant | None = None
    fine: Instant | None = None
    spoke: Instant | None = None
    trouble: str = ""

    def silent(self, now: Instant, after: int) -> bool:
        """Whether it has not answered for so long. A silent feed says nothing: what it watches is unknown, not well."""
        return self.fine is None or now - self.fine > after

    def words(self, now: Instant) -> str:
        """In a line, for operators."""
        if self.fine is None:
            return f"never heard{f' ({self.trouble})' if self.trouble else ''}"
        last = f"last heard at {iso(self.fine)}"
        return f"{last} ({self.trouble})" if self.trouble else last


def health(inbox: Inbox, feed: str) -> Health:
    """How a feed is."""
    with inbox.writing():
        row = inbox.db.execute(
            "SELECT tried, fine, spoke, trouble FROM health WHERE feed = ?", (feed,)
        ).fetchone()
    return Health(feed, *row) if row else Health(feed)
