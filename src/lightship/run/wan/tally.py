"""What was measured, counted: the last minute for people to look at, whole minutes for the history."""

from collections import deque
from collections.abc import Sequence

from lightship.edges.links.history import Minute
from lightship.endure.wan import outcomes
from lightship.endure.wan.uplinks import PATH, Uplink


class Tally:
    """Counts of all lines."""

    def __init__(self, uplinks: Sequence[Uplink]) -> None:
        self.uplinks = uplinks
        self._recent: list[deque[tuple[float, bool]]] = [deque() for _ in uplinks]
        self._sums: dict[tuple[int, int], list[float]] = {}

    def note(self, at: float, uplink: int, target: int, outcome: int, seconds: float) -> None:
        """One result; a late one is counted once it has ended."""
        if outcome == outcomes.LATE:
            return
        answered = outcome == outcomes.ANSWERED
        if self.uplinks[uplink].targets[target].kind in PATH:
            self._recent[uplink].append((at, answered))
        sums = self._sums.setdefault((uplink, target), [0, 0, 0.0, 0.0])
        if answered:
            sums[0] += 1
            sums[2] += seconds
            sums[3] = max(sums[3], seconds)
        else:
            sums[1] += 1

    def loss(self, at: float, uplink: int) -> float | None:
        """Share of the probes of the last minute that were lost; None where nothing was asked."""
        recent = self._recent[uplink]
        while recent and recent[0][0] < at - 60.0:
            recent.popleft()
        return 1.0 - sum(answered for _, answered in recent) / len(recent) if recent else None

    def minute(self, number: int) -> list[Minute]:
        """What was counted since the last call, as that minute."""
        found = [
            Minute(number, self.uplinks[uplink].name, self._named(uplink, target),
                   int(answered), int(lost), rtt_sum, rtt_max)
            for (uplink, target), (answered, lost, rtt_sum, rtt_max) in sorted(self._sums.items())
        ]  # fmt: skip
        self._sums.clear()
        return found

    def _named(self, uplink: int, target: int) -> str:
        """With its kind: one address may be pinged and asked for names."""
        each = self.uplinks[uplink].targets[target]
        return f"{each.kind} {each.name}"
