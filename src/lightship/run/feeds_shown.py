"""What there is to say of each feed, from the configuration and the inbox beside the store."""

from pathlib import Path

import msgspec

from lightship.edges.clock import now
from lightship.edges.intake.hearing import health
from lightship.edges.intake.inbox import Inbox
from lightship.run.planning import read
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
