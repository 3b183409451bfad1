"""The whole day of the BT outage of 20 July 2016 on the modern national map: what the core takes for it."""

import tempfile
from pathlib import Path
from statistics import median

import msgspec

from lightship.edges.stores.sqlite import SqliteStore
from lightship.run.benches.measured import Measured, measured
from lightship.run.fold import CoreState
from lightship.run.replay import Replay
from lightship.run.scenario_file import open_scenario
from lightship.run.site import PublishedSite
from lightship.simulate.scenario import Scenario
from lightship.vocabulary.decisions import Key
from lightship.vocabulary.time import Instant

SCENARIO = "bt-2016-07-20"
BAR_SECONDS = 10.0
RUNS = 3


class _Day(msgspec.Struct, frozen=True):
    """Seconds that one day took, by the clock; `processor`: how much of the fold one core worked."""

    fold: float
    store: float
    render: float
    processor: float
    ticks: int


def measure() -> Measured:
    """Log, scan, localiser and incidents, in seconds of one core; what else a replay does stands beside.

    Other programs on the machine stretch the clock and not the figure.
    """
    scenario = open_scenario(SCENARIO)
    days = [_day(scenario) for _ in range(RUNS)]
    shown = _day(scenario, publish=True)
    beside = {
        "fold by the clock, s": median(day.fold for day in days),
        "store with fsync by the clock, s": median(day.store for day in days),
        "pages at every message by the clock, once, s": shown.render,
        "ticks": days[0].ticks,
    }
    what = f"the day of {SCENARIO}, fold, one core"
    return measured(what, "s", [day.processor for day in days], BAR_SECONDS, beside)


def _day(scenario: Scenario, publish: bool = False) -> _Day:
    with tempfile.TemporaryDirectory(prefix="lightship-bench-") as folder:
        store = SqliteStore(Path(folder) / "bench.db")
        site = PublishedSite(store, Path(folder) / "site") if publish else None

        def carry(state: CoreState, at: Instant, keys: tuple[Key, ...]) -> None:
            if site is not None:
                site.publish(state, at)

        run = Replay(scenario, store, carry)
        spent = run.run().spent
        store.close()
    return _Day(spent.fold, spent.store, spent.render, spent.processor["fold"], run.ticks)
