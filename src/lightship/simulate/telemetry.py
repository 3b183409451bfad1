"""What the provider's own feeds notice of a fault by themselves: loss of light, lost power, dying gasps, alarms."""

from collections.abc import Iterator

import numpy as np

from lightship.simulate.chance import Stream, stream
from lightship.simulate.faults import Fault
from lightship.simulate.grid import Grid
from lightship.simulate.health import reached
from lightship.simulate.modes import MODES
from lightship.simulate.scenario import Scenario
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.signals import FeedEvent, FeedKind
from lightship.vocabulary.time import SECOND, Instant, after

_LAG_SECONDS, _LAG_SIGMA = 8.0, 0.7
"""From a thing failing to its alarm being here: 8 s in the median, lognormal. Assumed."""

_WORDS: dict[FeedKind, str] = {
    "loss-of-signal": "no light received", "power-lost": "power lost", "on-battery": "on battery",
    "dying-gasp": "equipment in homes says that its power is going", "power-restored": "power is back",
    "certificate-expired": "a certificate has run out", "component-restored": "clear again",
}  # fmt: skip


def telemetry(scenario: Scenario, grid: Grid, seed: int) -> list[FeedEvent]:
    """Every event of feeds that notice faults by themselves, in the order of time."""
    chance = stream(seed, Stream.TELEMETRY)
    found = [
        _event(at, feed, node, kind, chance)
        for fault in scenario.faults
        for feed, node in _who_sees(fault, scenario)
        for at, kind in _moments(fault, scenario.t0)
    ]
    return sorted((each for each in found if grid.start <= each.at < grid.end), key=lambda each: each.at)


def _who_sees(fault: Fault, scenario: Scenario) -> Iterator[tuple[str, ComponentId]]:
    gone = reached(scenario.network, fault.hit) if fault.seen_by else frozenset()
    for each in scenario.network.feeds:
        if each.feed in fault.seen_by and each.subject in gone:
            yield each.feed, each.subject


def _moments(fault: Fault, t0: Instant) -> Iterator[tuple[Instant, FeedKind]]:
    """When there is something to tell, and what: batteries first, then their end."""
    mode = MODES[fault.mode]
    if fault.mode == "power_out" and fault.battery > 0:
        yield after(t0, fault.at), "on-battery"
        yield Instant(after(t0, fault.at) + fault.battery), fault.tells or mode.tells
    else:
        yield after(t0, fault.at), fault.tells or mode.tells
    if fault.until is not None:
        yield after(t0, fault.until), mode.tells_over


def _event(
    at: Instant, feed: str, node: ComponentId, kind: FeedKind, chance: np.random.Generator
) -> FeedEvent:
    lag = _LAG_SECONDS * float(np.exp(_LAG_SIGMA * chance.standard_normal()))
    return FeedEvent(Instant(at + round(lag * SECOND)), feed, node, kind, _WORDS.get(kind, ""))
