"""What an agent prints: a line where something changed, and none where nothing did."""

import time

import click

from lightship.edges.probes.probe import Result
from lightship.edges.probes.prober import Duty
from lightship.vocabulary.signals import Observation


class Lines:
    """Prints to standard output; may be called from any thread."""

    def __init__(self, verbose: bool) -> None:
        self._verbose = verbose
        self._last: dict[tuple[str, int], tuple[str, str]] = {}

    def says(self, text: str) -> None:
        """A line of its own."""
        click.echo(f"{time.strftime('%H:%M:%S')}  {text}")

    def saw(self, duty: Duty, seen: Observation, result: Result | None) -> None:
        """A measurement, where it is unlike the one before."""
        now = seen.outcome, seen.detail if seen.outcome == "missed" else ""
        before, self._last[seen.target, seen.family] = self._last.get((seen.target, seen.family)), now
        if not self._verbose and before == now:
            return
        took = f", {seen.seconds * 1000:.0f} ms" if seen.seconds is not None else ""
        what = f": {seen.failure} at {seen.stage}" if seen.failure else ""
        detail = f" ({seen.detail})" if seen.detail else ""
        self.says(f"{seen.outcome:<7} {duty.check.address}{what}{detail}{took}")
