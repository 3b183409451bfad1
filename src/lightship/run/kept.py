"""What lies on disk for the hub: reports at the desk, words and counts in the inbox. Each entry is counted once.

The log says with every tick how far both were counted (`TickJudged.taken`). A hub that starts again takes what came
later, and what it had taken for a minute that was never judged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lightship.edges.intake.desk import handed_in
from lightship.edges.intake.desk.book import Book
from lightship.edges.intake.inbox import Inbox
from lightship.vocabulary.events import Taken
from lightship.vocabulary.planned_work import PlannedWork
from lightship.vocabulary.signals import FeedEvent, PassiveCount, Report
from lightship.vocabulary.time import Instant, Tick, start_of

Signals = Sequence[Report | FeedEvent | PassiveCount]


@dataclass
class Kept:
    """Both files, how far they are read, and announced work, under way or to come. Used from one thread at a time."""

    book: Book | None = None
    inbox: Inbox | None = None
    taken: Taken = field(default_factory=Taken)
    works: tuple[PlannedWork, ...] = ()

    def begin(self, taken: Taken, judged: Tick, works: tuple[PlannedWork, ...] = ()) -> Signals:
        """What an earlier run has not counted; `taken`, `judged` and `works` are its last word. Raises StoreRefused."""
        self.taken, self.works = taken, works
        return self._take(start_of(Tick(judged + 1)) if judged else None)

    def more(self, now: Instant) -> Signals:
        """What has come since; `works` are those of now. Raises StoreRefused: then all is as it was."""
        works = self.inbox.works(now) if self.inbox is not None else ()
        found = self._take(None)
        self.works = works
        return found

    def _take(self, since: Instant | None) -> Signals:
        found: list[Report | FeedEvent | PassiveCount] = []
        taken, desk = self.taken, self.book
        reports = desk.after(taken.reports, since) if desk is not None else []
        batches = handed_in.after(desk, taken.batches, since) if desk is not None else []
        heard = self.inbox.after(taken.heard, since) if self.inbox is not None else []
        found += [each for _, each in reports]
        found += [each for _, rows in batches for each in rows]
        found += [each for _, each in heard]
        self.taken = Taken(
            _last(reports, taken.reports), _last(batches, taken.batches), _last(heard, taken.heard)
        )
        return found


def _last(numbered: Sequence[tuple[int, object]], before: int) -> int:
    return max((number for number, _ in numbered), default=before)
