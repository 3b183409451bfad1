"""The last of each measurement and what the prober says of itself, kept for whoever reads `/metrics`.

Written on the prober's thread, read on the page's: each entry is put in place whole.
"""

import time
from collections import Counter
from collections.abc import Iterator

from lightship.edges.metrics import blackbox
from lightship.edges.metrics.exposition import NONE, Family, Labels, exposed, histogram
from lightship.edges.probes.probe import Check, Result
from lightship.edges.probes.prober import Duty
from lightship.edges.probes.selfwatch import BUCKETS, SelfWatch
from lightship.vocabulary.signals import Observation

Key = tuple[tuple[str, str], ...]


class Seen:
    """Args:
    watch: of the prober whose measurements these are.
    """

    def __init__(self, watch: SelfWatch | None = None) -> None:
        self.watch = watch
        self._last: dict[Key, tuple[Check, Result, float]] = {}
        self._outcomes: Counter[tuple[Key, str]] = Counter()
        self.ticks, self.opened, self.last_tick = 0, 0, 0.0

    def take(self, duty: Duty, seen: Observation, result: Result | None) -> None:
        """One measurement. What is no evidence is counted, and does not take the last one's place."""
        family = f"ipv{duty.check.family}" if duty.check.family else "either"
        key: Key = (("target", duty.check.address), ("vantage", duty.vantage), ("family", family))
        self._outcomes[key, seen.outcome] += 1
        if result is not None and seen.outcome in ("up", "down"):
            self._last[key] = duty.check, result, time.time()

    def judged(self, opened: int) -> None:
        """A tick was judged, and so many incidents opened."""
        self.ticks, self.opened, self.last_tick = self.ticks + 1, self.opened + opened, time.time()

    def keep_only(self, duties: tuple[Duty, ...]) -> None:
        """Forget what is no longer measured."""
        known = {(duty.check.address, duty.vantage) for duty in duties}
        self._last = {key: said for key, said in self._last.items() if (key[0][1], key[1][1]) in known}

    def document(self) -> bytes:
        """Everything, as Prometheus reads it."""
        last = dict(self._last)
        return exposed([*_probes(last), *self._counts(), *self._ourselves(), *blackbox.families(last)])

    def _counts(self) -> Iterator[Family]:
        counts = [
            ({**dict(key), "outcome": outcome}, float(n))
            for (key, outcome), n in list(self._outcomes.items())
        ]
        yield Family(
            "lightship_probe_measurements_total", "counter", "By outcome; missed and suspect are no evidence.",
            tuple(counts),
        )  # fmt: skip
        yield _counter("lightship_ticks_judged_total", "Minutes judged since the start.", self.ticks)
        yield _counter("lightship_incidents_opened_total", "Incidents opened since the start.", self.opened)
        if self.last_tick:
            yield _gauge(
                "lightship_last_judged_timestamp_seconds", "When a minute was last judged.", self.last_tick
            )

    def _ourselves(self) -> Iterator[Family]:
        watch = self.watch
        if watch is None:
            return
        yield histogram(
            "lightship_prober_lateness_seconds", "How late measurements were begun.", BUCKETS, list(watch.started),
            watch.late_seconds,
        )  # fmt: skip
        yield _counter(
            "lightship_prober_stalls_total",
            "Times that the event loop stood still for half a second.",
            watch.stalls,
        )
        yield _gauge(
            "lightship_prober_trouble_seconds",
            "How late the event loop is just now.",
            max(0.0, watch.lateness),
        )


def _probes(last: dict[Key, tuple[Check, Result, float]]) -> Iterator[Family]:
    found: dict[str, list[tuple[Labels, float]]] = {name: [] for name in _PROBES}
    for key, (_, result, at) in last.items():
        labels = dict(key)
        found["lightship_probe_up"].append((labels, float(result.up)))
        found["lightship_probe_duration_seconds"].append((labels, result.seconds))
        found["lightship_probe_timestamp_seconds"].append((labels, at))
        found["lightship_probe_stage_seconds"] += [
            ({**labels, "stage": s}, spent) for s, spent in dict(result.phases).items()
        ]
        found["lightship_probe_figure"] += [
            ({**labels, "figure": f}, value) for f, value in result.figures.items()
        ]
        if result.failure is not None:
            found["lightship_probe_failure"].append(
                ({**labels, "stage": result.stage, "failure": result.failure}, 1.0)
            )
        if result.expires is not None:
            found["lightship_probe_certificate_seconds_left"].append((labels, result.expires))
    for name, told in _PROBES.items():
        yield Family(name, "gauge", told, tuple(found[name]))


_PROBES = {
    "lightship_probe_up": "1: the last measurement that counts was up; 0: it was down.",
    "lightship_probe_duration_seconds": "How long it took in all.",
    "lightship_probe_timestamp_seconds": "When it was made.",
    "lightship_probe_stage_seconds": "How long each of its stages took.",
    "lightship_probe_failure": "1 for the stage and the way in which it failed; absent while it is up.",
    "lightship_probe_certificate_seconds_left": "Until the end of its certificate or first signature.",
    "lightship_probe_figure": "What was measured besides, in the unit that the figure's name says.",
}


def _counter(name: str, told: str, value: float) -> Family:
    return Family(name, "counter", told, ((NONE, float(value)),))


def _gauge(name: str, told: str, value: float) -> Family:
    return Family(name, "gauge", told, ((NONE, float(value)),))
