"""From how many access networks we see at present: what the page may say of itself."""

from collections import deque
from collections.abc import Sequence

from msgspec.structs import replace

from lightship.run.watched import HERE_LOCAL
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.events import ProbeCounts
from lightship.vocabulary.observables import ProbeRow, observables
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.signals import Observation

TWO = 2
TICKS = 3
"""A vantage sees as long as it has measured anything in so many ticks."""


def networks_seeing(network: NetworkMap, recent: Sequence[ProbeCounts]) -> int:
    """Access networks with a vantage that has measured lately, and of whose control targets not all have failed."""
    rows = observables(network)
    measured, controls, failed = set[int](), dict[str, int](), dict[str, int]()
    for counts in recent:
        for number, attempts, failures in zip(counts.rows, counts.attempts, counts.failures, strict=True):
            row = rows[number]
            assert isinstance(row, ProbeRow), "probe counts are of probe rows"
            measured.add(number)
            if row.control:
                controls[row.vantage] = controls.get(row.vantage, 0) + attempts
                failed[row.vantage] = failed.get(row.vantage, 0) + failures
    blind = {vantage for vantage, attempts in controls.items() if failed[vantage] == attempts}
    seeing = [row for number in measured if isinstance(row := rows[number], ProbeRow)]
    return len({row.network for row in seeing if row.vantage not in blind} - {HERE_LOCAL})


def others(network: NetworkMap, seen: Observation) -> list[tuple[str, str, int]]:
    """Who else should look at once: a vantage each of two other networks that watch the same target."""
    own = {path.network for path in network.probes if path.vantage == seen.vantage}
    found: dict[str, tuple[str, str, int]] = {}
    for path in network.probes:
        same = path.target == seen.target and path.family == seen.family
        if same and path.network not in own:
            found.setdefault(path.network, (path.vantage, path.target, path.family))
    return list(found.values())[:TWO]


class Seeing:
    """Follows it from tick to tick. Only where there is more than one vantage that could see."""

    def __init__(self, network: NetworkMap) -> None:
        self._network = network
        self._recent: deque[ProbeCounts] = deque(maxlen=TICKS)
        self._many = len({path.network for path in network.probes} - {HERE_LOCAL}) > 1

    def settings(self, settings: Settings, counts: ProbeCounts) -> Settings:
        """What holds from this tick on."""
        self._recent.append(counts)
        if not self._many:
            return settings
        seen = networks_seeing(self._network, self._recent)
        return replace(settings, seen_from=seen, one_vantage=seen < 2)
