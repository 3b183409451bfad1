"""What there is to say of each feed, from the plan and the inbox beside the store: for operators."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import msgspec

from lightship.edges.clock import now
from lightship.edges.intake.hearing import Health, health
from lightship.edges.intake.inbox import Inbox
from lightship.run.feeds_file import PlannedFeed
from lightship.run.planning import Plan
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.planned_work import PlannedWork
from lightship.vocabulary.time import MINUTE, Instant, iso


class FeedShown(msgspec.Struct, frozen=True):
    """One feed. Instants are texts; absent: never. `standing`: words that hold now, about whom and what."""

    name: str
    kind: str
    way: str
    trust: float
    silent: bool
    heard: str | None
    spoke: str | None
    trouble: str
    standing: tuple[str, ...] = ()

    def words(self) -> str:
        """For people."""
        state = "SILENT" if self.silent else "heard" if self.heard else "not yet"
        last = f"heard {self.heard}" if self.heard else "never heard"
        spoke = f", last news {self.spoke}" if self.spoke else ""
        lines = [f"{state:<8} {self.name} ({self.kind}, trust {self.trust:g}): {last}{spoke}"]
        lines += [f"{'':9}now: {each}" for each in self.standing]
        return "\n".join([*lines, *([f"{'':9}trouble: {self.trouble}"] if self.trouble else [])])


class WorkShown(msgspec.Struct, frozen=True):
    """Announced work that is under way or to come. Who does it may be named: for operators."""

    work: str
    starts: str
    ends: str
    about: tuple[ComponentId, ...]
    impact: str
    state: Literal["to come", "under way", "over"]
    summary: str = ""

    def words(self) -> str:
        """For people."""
        what = f"{', '.join(self.about)}, {self.impact}"
        told = f"work {self.state}: {self.work}, {self.starts} to {self.ends}, {what}"
        return f"{told}: {self.summary}" if self.summary else told


def works(inbox: Inbox) -> tuple[WorkShown, ...]:
    """Announced work, the earliest first. Raises StoreRefused."""
    at = now()
    return tuple(
        WorkShown(e.id, iso(e.starts), iso(e.ends), e.subjects, e.impact, _state(e, at), e.summary)
        for e in inbox.works(at)
    )


def _state(work: PlannedWork, at: Instant) -> Literal["to come", "under way", "over"]:
    return "to come" if at < work.starts else "under way" if at < work.ends else "over"


def shown(plan: Plan, inbox: Inbox) -> tuple[FeedShown, ...]:
    """Every feed of a plan. Raises StoreRefused."""
    at = now()
    return tuple(_shown(each, health(inbox, each.name), inbox.standing(each.name), at) for each in plan.feeds)


def _shown(feed: PlannedFeed, state: Health, standing: tuple[str, ...], at: Instant) -> FeedShown:
    silent = feed.silent_after > 0 and state.silent(at, max(feed.silent_after, MINUTE))
    heard, spoke = (iso(each) if each else None for each in (state.fine, state.spoke))
    return FeedShown(
        feed.name, feed.kind, feed.way, feed.trust, silent, heard, spoke, state.trouble, standing
    )


def listing(plan: Plan, inbox: Inbox) -> dict[str, object]:
    """Both, for programs. Raises StoreRefused."""
    return {"feeds": shown(plan, inbox), "works": works(inbox)}


@contextmanager
def inbox_of(plan: Plan) -> Iterator[Inbox]:
    """The inbox beside a hub's store, whether the hub runs or not. Raises StoreRefused."""
    inbox = Inbox(plan.store.with_suffix(".feeds.db"))
    try:
        yield inbox
    finally:
        inbox.close()
