"""The whole day of the BT outage of 20 July 2016 on the modern national map: what the core takes for it."""

import tempfile
import time
from collections.abc import Iterable
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
    """Seconds that one day took: by the clock, and of processor time for the whole run."""

    fold: float
    store: float
    render: float
    processor: float
    ticks: int


def measure() -> Measured:
    """Log, scan, localiser and incidents, by the clock; making the signals, rendering and fsync stand beside."""
    scenario = open_scenario(SCENARIO)
    days = [_day(scenario) for _ in range(RUNS)]
    shown = _day(scenario, publish=True)
    beside = {
        "store with fsync, s": median(day.store for day in days),
        "signals, fold and store, processor s": median(day.processor for day in days),
        "pages at each message (one run), s": shown.render,
        "ticks": days[0].ticks,
    }
    return measured(f"the day of {SCENARIO}, fold", "s", _folds(days), BAR_SECONDS, beside)


def _folds(days: Iterable[_Day]) -> list[float]:
    return [day.fold for day in days]


def _day(scenario: Scenario, publish: bool = False) -> _Day:
    with tempfile.TemporaryDirectory(prefix="lightship-bench-") as folder:
        store = SqliteStore(Path(folder) / "bench.db")
        site = PublishedSite(store, Path(folder) / "site") if publish else None

        def carry(state: CoreState, at: Instant, keys: tuple[Key, ...]) -> None:
            if site is not None:
                site.publish(state, at)

        run, began = Replay(scenario, store, carry), time.process_time()
        run.run()
        spent, processor = run.spent, time.process_time() - began
        store.close()
    return _Day(spent.fold, spent.store, spent.render, processor, run.ticks)
