"""What there is to say of each feed, from the configuration and the inbox beside the store."""

from pathlib import Path

import msgspec

from lightship.edges.clock import now
from lightship.edges.intake.hearing import health
from lightship.edges.intake.inbox import Inbox
from lightship.run.planning import read
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.time import MINUTE, iso


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
    under_way: bool
    summary: str = ""

    def words(self) -> str:
        """For people."""
        state = "WORK NOW" if self.under_way else "work"
        what = f"{', '.join(self.about)}, {self.impact}"
        told = f"{state:<8} {self.work}: {self.starts} to {self.ends}, {what}"
        return f"{told}: {self.summary}" if self.summary else told


def works(hub: Path) -> tuple[WorkShown, ...]:
    """Announced work, the earliest first. Raises BadInput, StoreRefused."""
    plan, at = read(hub), now()
    if not plan.feeds:
        return ()
    inbox = Inbox(plan.store.with_suffix(".feeds.db"))
    found = inbox.works(at)
    inbox.close()
    return tuple(
        WorkShown(e.id, iso(e.starts), iso(e.ends), e.subjects, e.impact, e.starts <= at < e.ends, e.summary)
        for e in found
    )


def shown(hub: Path) -> tuple[FeedShown, ...]:
    """Every feed of a hub's configuration. Raises BadInput, StoreRefused."""
    plan = read(hub)
    if not plan.feeds:
        return ()
    inbox, at = Inbox(plan.store.with_suffix(".feeds.db")), now()
    found = []
    for each in plan.feeds:
        state = health(inbox, each.name)
        found.append(
            FeedShown(
                each.name, each.kind, each.way, each.trust,
                each.silent_after > 0 and state.silent(at, max(each.silent_after, MINUTE)),
                iso(state.fine) if state.fine else None, iso(state.spoke) if state.spoke else None, state.trouble,
                inbox.standing(each.name),
            )
        )  # fmt: skip
    inbox.close()
    return tuple(found)
