"""The configuration while it is served: read anew when its file changes or when it is asked for (SIGHUP).

Checked first: what is not sound changes nothing, and the error says where. What stays keeps its phase and its history.
"""

import fcntl
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from lightship.run.agents.hub_side import Agents, Planner
from lightship.run.maps import MADE
from lightship.run.planning import Plan
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.time import Instant

AT_ONCE = frozenset({
    "checks", "map", "vantage", "network", "region", "partial_after", "provider", "runs_it", "contact", "zone",
    "false_alarms_a_year", "controls",
})  # fmt: skip
"""Keys of the file that count as soon as it is read; what the others say is put together once, at the start."""

Signature = tuple[tuple[str, int, int, int], ...]


class Reloading:
    """The agents, and the file beside them, as the running hub asks of them.

    Args:
        path: the configuration. agents: None: this hub has none. tell: gets what an operator should know.
        adopted: gets each new plan before it counts.
    """

    def __init__(
        self, path: Path, plan: Plan, planner: Planner, agents: Agents | None, tell: Callable[[str], None],
        adopted: Callable[[Plan], None],
    ) -> None:  # fmt: skip
        self._path, self._plan, self._planner, self._agents = path, plan, planner, agents
        self._tell, self._adopted, self._asked = tell, adopted, False
        self._seen = self._signature()

    def read_anew(self) -> None:
        """Read it, changed or not. From any thread, or a signal's handler."""
        self._asked = True

    def came(self) -> bool:
        """Whether there is something to look at."""
        return (
            self._asked
            or self._signature() != self._seen
            or (self._agents is not None and self._agents.came())
        )

    def newer(self) -> Plan | None:
        """The plan where file or agents have changed. Raises BadInput; then the one from before goes on."""
        seen = self._signature()
        if not self._asked and seen == self._seen:
            found = self._agents.newer() if self._agents is not None else None
            self._plan = found or self._plan
            return found
        # A file that is not sound is complained of once, and read again when it changes again.
        self._asked, self._seen = False, seen
        found = self._planner(self._plan.seats)
        for each in told(self._plan, found):
            self._tell(each)
        self._plan = found
        if self._agents is not None:
            self._agents.take(found)
        self._adopted(found)
        return found

    def words(self, at: Instant) -> Sequence[str]:
        """Of the agents."""
        return self._agents.words(at) if self._agents is not None else ()

    def judged(self, health: Mapping[str, float]) -> None:
        """Of the agents."""
        if self._agents is not None:
            self._agents.judged(health)

    def ask(self, paths: Sequence[tuple[str, str, int]]) -> bool:
        """Have this measured out of turn by agents."""
        return self._agents is not None and self._agents.ask(paths)

    def _signature(self) -> Signature:
        """Of the file, and of the map that it names."""
        files = [self._path]
        if self._plan.file.map and self._plan.file.map not in MADE:
            files.append(self._path.parent / self._plan.file.map)
        return tuple(_stat(each) for each in files)


def _stat(path: Path) -> tuple[str, int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0, 0  # gone for a moment, while an editor puts the new one in its place
    return str(path), found.st_mtime_ns, found.st_size, found.st_ino


def told(old: Plan, new: Plan) -> list[str]:
    """What the new plan changes, in sentences."""
    before, after = _checks(old), _checks(new)
    added, gone = len(after.keys() - before.keys()), len(before.keys() - after.keys())
    changed = sum(before[key] != after[key] for key in before.keys() & after.keys())
    stays = len(before.keys() & after.keys()) - changed
    said = [f"read anew: {stays} checks as before, {changed} changed, {added} added, {gone} gone"]
    later = [
        name for name in old.file.__struct_fields__
        if name not in AT_ONCE and getattr(old.file, name) != getattr(new.file, name)
    ]  # fmt: skip
    return [*said, *([f"these count from the next start: {', '.join(later)}"] if later else [])]


def _checks(plan: Plan) -> dict[tuple[str, int], object]:
    return {
        (duty.check.address, duty.check.family): (duty.check, duty.every, duty.vantage)
        for duty in plan.duties
    }


def process_of(store: Path) -> int:
    """The process that serves a store. Raises BadInput where nobody does."""
    lock = store.with_name(store.name + ".lock")
    try:
        with lock.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read().strip() or 0)
    except (OSError, ValueError):
        pass
    raise BadInput(
        str(store), "nobody serves this store now", "start `lightship serve`; it reads the file then"
    )
