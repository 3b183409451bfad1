"""When the next probe goes out, over which line, to which target."""

from collections.abc import Sequence

from lightship.endure.wan.decisions import Pace
from lightship.endure.wan.uplinks import PATH, Target, Uplink

IDLE_BYTES_PER_MONTH = 5_000_000
"""What an idle metered line may spend on being asked whether it lives."""
IDLE_BYTES_PER_SECOND = IDLE_BYTES_PER_MONTH / (31 * 86400)

EVERY: dict[Pace, dict[str, float | None]] = {
    "trickle": {"path": 30.0, "dns": None, "http": None},
    "sparing": {"path": 10.0, "dns": 60.0, "http": 600.0},
    "thrifty": {"path": 1.0, "dns": 5.0, "http": 60.0},
    "steady": {"path": 0.2, "dns": 1.0, "http": 10.0},
    "burst": {"path": 0.025, "dns": 0.25, "http": 1.0},
}
"""Seconds between two probes of a group on one line; None: not asked. A group's targets take turns."""

BURST_ROUND = 0.075
"""Seconds in which a burst goes once through the targets of the path, so that more targets do not make it slower."""


NEVER = float("inf")


class Slot:
    """One group of targets on one line, asked in turn."""

    __slots__ = ("due", "every", "group", "targets", "turn", "uplink")

    def __init__(self, uplink: int, group: str, targets: list[int], due: float) -> None:
        self.uplink, self.group, self.targets, self.due = uplink, group, targets, due
        self.turn, self.every = 0, NEVER

    def next(self) -> int:
        """The target whose turn it is; the next turn is one interval later."""
        target = self.targets[self.turn]
        self.turn = (self.turn + 1) % len(self.targets)
        self.due += self.every
        return target


class Pacer:
    """The turns of all lines.

    >>> pacer = Pacer([Uplink("eth0", (Target("192.0.2.1"), Target("192.0.2.2")))], at=0.0)
    >>> pacer.set(0.0, 0, "steady")
    >>> [pacer.first().next() for _ in range(3)], pacer.first().due.__round__(1)
    ([0, 1, 0], 0.6)
    """

    def __init__(self, uplinks: Sequence[Uplink], at: float) -> None:
        self.uplinks = uplinks
        self.slots = [slot for n, each in enumerate(uplinks) for slot in _slots(n, each, at)]

    def first(self) -> Slot:
        """Whose turn is next."""
        best = self.slots[0]
        for slot in self.slots:
            if slot.due < best.due:
                best = slot
        return best

    def set(self, at: float, uplink: int, pace: Pace) -> None:
        """Another pace for one line, at once where it is quicker."""
        for slot in self.slots:
            if slot.uplink == uplink:
                slot.every = self._every(slot, pace)
                slot.due = _due(slot, at)

    def _every(self, slot: Slot, pace: Pace) -> float:
        every = EVERY[pace][slot.group]
        if every is None:
            return NEVER
        if pace == "burst" and slot.group == "path":
            return max(BURST_ROUND / max(len(slot.targets), 3), 0.02)
        if pace != "trickle":
            return every
        largest = max(self.uplinks[slot.uplink].targets[n].size for n in slot.targets)
        return max(every, largest / IDLE_BYTES_PER_SECOND)

    def slept(self, at: float) -> None:
        """Turns that were missed are not made up for."""
        for slot in self.slots:
            slot.due = max(slot.due, at)


def _due(slot: Slot, at: float) -> float:
    """Never by a group that is not asked, at once by one that was not and now is, else no later than the new pace."""
    if slot.every == NEVER:
        return NEVER
    return at if slot.due == NEVER else min(max(slot.due, at), at + slot.every)


def _slots(number: int, uplink: Uplink, at: float) -> list[Slot]:
    groups: dict[str, list[int]] = {}
    for n, target in enumerate(uplink.targets):
        groups.setdefault(_group(target), []).append(n)
    return [Slot(number, group, targets, at) for group, targets in groups.items()]


def _group(target: Target) -> str:
    return "path" if target.kind in PATH else target.kind
