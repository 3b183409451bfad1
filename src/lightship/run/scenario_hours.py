"""The signals of a scenario, counted by the hour: the quickest look at what it does."""

import msgspec

from lightship.run.progress import Progress
from lightship.simulate.scenario import Scenario
from lightship.simulate.signals import run_length, signals
from lightship.vocabulary.signals import Observation, Report
from lightship.vocabulary.time import HOUR, Instant, iso

_WIDTH = 40


class Hour(msgspec.Struct, frozen=True):
    """One hour: reports as they came in, repeats included, and measurements that failed. `bar`: 0-40, for drawing."""

    since: str
    reports: int
    failed: int
    bar: int


def hours(scenario: Scenario, seed: int | None = None) -> tuple[Hour, ...]:
    """Every hour of the run, counted from its start."""
    start, end = run_length(scenario)
    count = -(-(end - start) // HOUR)
    reports, failed, reached = [0] * count, [0] * count, 0
    with Progress("hours", total=count) as progress:
        for signal in signals(scenario, seed):
            hour = (signal.at - start) // HOUR
            if hour > reached:
                progress.advance(hour - reached)
                reached = hour
            if isinstance(signal, Report):
                reports[hour] += 1
            elif isinstance(signal, Observation) and signal.outcome == "down":
                failed[hour] += 1
    most = max(*reports, 1)
    return tuple(
        Hour(iso(Instant(start + n * HOUR)), r, f, round(_WIDTH * r / most))
        for n, (r, f) in enumerate(zip(reports, failed, strict=True))
    )
