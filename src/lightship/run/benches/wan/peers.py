"""What others would have done on the same lines: the rules of mwan3 and of pfSense with dpinger, from their documents.

Sources: mwan3, the options `interval`, `timeout`, `reliability`, `down`, `up` of its documentation and the defaults in
openwrt/packages (net/mwan3): one target after the other, the first answer ends the round. dpinger's README and
pfSense's gateway settings: one monitor address a gateway, a probe every 0.5 s, lost after 2 s, loss averaged over
60 s, down at 20 % or 500 ms, up again below that. Restated, not copied; both probe each line on its own and use the
first that is up.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec

from lightship.run.wan.simulated import lost_between
from lightship.simulate.links.conditions import Course
from lightship.simulate.links.world import World


class Mwan3(msgspec.Struct, frozen=True):
    """One configuration of mwan3's tracking; seconds and rounds."""

    interval: float = 10.0
    timeout: float = 4.0
    down: int = 5
    up: int = 5
    targets: int = 2

    def states(self, world: World, uplink: int, seconds: float) -> Iterator[tuple[float, bool]]:
        """When the line goes down and up, as this tracker sees it."""
        at, well, row = 0.0, True, 0
        while at < seconds:
            at, answered = self._round(world, uplink, at)
            row = 0 if answered is well else row + 1
            if row >= (self.down if well else self.up):
                well, row = not well, 0
                yield at, well
            at += self.interval

    def _round(self, world: World, uplink: int, at: float) -> tuple[float, bool]:
        for target in range(self.targets):
            rtt = world.ask(at, uplink, target)
            if 0 <= rtt <= self.timeout:
                return at + rtt, True
            at += self.timeout
        return at, False


class Dpinger(msgspec.Struct, frozen=True):
    """pfSense's defaults; seconds and shares."""

    every: float = 0.5
    lost_after: float = 2.0
    window: float = 60.0
    loss: float = 0.20
    latency: float = 0.5

    def states(self, world: World, uplink: int, seconds: float) -> Iterator[tuple[float, bool]]:
        """When the line goes down and up. The window begins full of answers, as it is after a minute."""
        size = int(self.window / self.every)
        recent: deque[float | None] = deque([0.01] * size, maxlen=size)
        waiting: deque[float | None] = deque()
        late, well, lost, total, at = int(self.lost_after / self.every), True, 0, 0.01 * size, 0.0
        while at < seconds:
            rtt = world.ask(at, uplink, uplink)  # a monitor address of its own for each gateway
            waiting.append(rtt if 0 <= rtt <= self.lost_after else None)
            if len(waiting) > late:
                gone, came = recent[0], waiting.popleft()
                recent.append(came)
                lost += (came is None) - (gone is None)
                total += (came or 0.0) - (gone or 0.0)
                bad = lost >= self.loss * size or (lost < size and total / (size - lost) > self.latency)
                if bad is well:
                    well = not well
                    yield at, well
            at += self.every


class Verdicts(msgspec.Struct, frozen=True):
    """What a peer did on a course: (when, to which line); packets of the flow lost."""

    switches: tuple[tuple[float, int], ...]
    lost: float


def judged(peer: Mwan3 | Dpinger, courses: Sequence[Course], seconds: float, seed: int = 1) -> Verdicts:
    """Let a peer watch some lines and use the first that it holds to be up; none up: it stays."""
    world = World(courses, seed)
    changes = sorted(
        (at, uplink, well)
        for uplink in range(len(courses))
        for at, well in peer.states(world, uplink, seconds)
    )
    up, active, found = [True] * len(courses), 0, list[tuple[float, int]]()
    for at, uplink, well in changes:
        up[uplink] = well
        best = next((n for n, each in enumerate(up) if each), active)
        if best != active:
            active = best
            found.append((at, active))
    turns = [(0.0, 0), *found, (seconds, -1)]
    lost = sum(lost_between(courses[line], begins, ends) for (begins, line), (ends, _) in pairwise(turns))
    return Verdicts(tuple(found), lost)


PEERS: dict[str, Mwan3 | Dpinger] = {
    "mwan3 10 s/5/4 s": Mwan3(), "mwan3 5 s/3/2 s": Mwan3(5.0, 2.0, 3, 8), "pfSense": Dpinger(),
}  # fmt: skip
"""Name -> the rules in that configuration."""
