"""What `watch` and `serve` print: a line where something changed; or JSON, a line an event."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import click

from lightship.edges.probes.probe import Result
from lightship.edges.probes.prober import Duty
from lightship.run.planning import Plan
from lightship.vocabulary.decisions import Decision, Publish, Send, WarnOperator
from lightship.vocabulary.signals import Observation
from lightship.vocabulary.time import Instant, Tick
from lightship.vocabulary.updates import Update
from lightship.vocabulary.zones import local


class Terminal(Protocol):
    """Who is told. See `live.Ears`."""

    def began(self, plan: Plan, page: str, still: tuple[Update, ...]) -> None:
        """The page is reachable, and probing begins. `still`: the last word on each incident that is open already."""

    def saw(self, duty: Duty, observation: Observation, result: Result | None) -> None:
        """One measurement."""

    def judged(self, at: Instant, tick: Tick, decisions: tuple[Decision, ...]) -> None:
        """One tick."""

    def warned(self, at: Instant, text: str) -> None:
        """Something about ourselves."""

    def ended(self) -> None:
        """Nothing more will come."""


@dataclass
class Lines:
    """For people.

    Args:
        zone: whose clock the times are of. every: print every measurement, too.
    """

    zone: str
    every: bool = False
    _last: dict[str, str] = field(default_factory=dict)
    _busy: int = 0

    def began(self, plan: Plan, page: str, still: tuple[Update, ...]) -> None:
        """What is watched, and what is open already."""
        for line in opening(plan, page):
            click.echo(line)
        for each in still:
            click.echo(f"Still open: incident {each.incident}, {each.status}: {each.headline}")

    def saw(self, duty: Duty, observation: Observation, result: Result | None) -> None:
        """One measurement."""
        outcome = observation.outcome
        label = duty.check.address + (f" over IPv{duty.check.family}" if duty.check.family else "")
        before = self._last.get(label)
        if outcome in ("missed", "suspect"):
            self._busy += 1
        elif outcome != before:
            self._last[label] = outcome
        if self.every or (outcome in ("up", "down") and outcome != before):
            again = " again" if outcome == "up" and before is not None and not self.every else ""
            self._say(observation.at, f"{outcome:<7} {label}{again}: {measured(observation)}")

    def judged(self, at: Instant, tick: Tick, decisions: tuple[Decision, ...]) -> None:
        """One tick."""
        busy, self._busy = self._busy, 0
        if busy:
            self.warned(at, left_out(busy))
        for each in decisions:
            if isinstance(each, Publish):
                said = each.update
                self._say(at, f"{said.status}: {said.headline}")
                click.echo(f"{'':10}{said.text}")
                click.echo(f"{'':10}incident {said.incident}, update {said.number}")
            elif isinstance(each, Send):
                click.echo(f"{'':10}letters for {each.reason}")
            elif isinstance(each, WarnOperator):
                self.warned(at, each.text)

    def warned(self, at: Instant, text: str) -> None:
        """Something about ourselves."""
        self._say(at, f"note    {text}")

    def ended(self) -> None:
        """The last line."""
        click.echo("Stopped; what was seen is kept.")

    def _say(self, at: Instant, text: str) -> None:
        click.echo(f"{local(at, self.zone):%H:%M:%S}  {text}")


def _places(plan: Plan) -> str:
    """ "one place: this machine", "3 places: this machine, home-lte, friend" """
    names = ["this machine", *(seat.name for seat in plan.seats)]
    return f"{'one place' if len(names) == 1 else f'{len(names)} places'}: {', '.join(names)}"


def opening(plan: Plan, page: str) -> list[str]:
    """What is watched, from where, and where to look."""
    count = len(plan.things)
    lines = [f"Watching {count} service{'s' if count > 1 else ''} from {_places(plan)}."]
    for each in plan.things:
        name = f" ({each.name})" if each.name not in each.check.address else ""
        lines.append(f"  {each.check.address}{name}, every {each.every:g} s")
    if plan.controls:
        controls = ", ".join(each.address for each in plan.controls)
        lines.append(
            f"Own line: {controls}; while all of them fail, nothing is said about services beyond this machine."
        )
    else:
        lines.append("Own line: not checked (no control targets).")
    return [
        *lines,
        f"Page:     {page}",
        f"Kept in:  {_short(plan.store.parent)} (starting again goes on from there)",
        "Ctrl-C ends it.",
    ]


def _short(folder: Path) -> str:
    home = Path.home()
    return f"~/{folder.relative_to(home)}" if folder.is_relative_to(home) and folder != home else str(folder)


def left_out(many: int) -> str:
    """What is no evidence, and why."""
    what = f"{many} measurement{'s' if many > 1 else ''} left out"
    return f"{what}: not made in time, or nobody could tell: this machine was too busy, or the probe says so"


def measured(observation: Observation) -> str:
    """A measurement in words: "status 200, 35 ms"; "refused at connect (Connection refused)"."""
    took = f"{observation.seconds * 1000:.0f} ms" if observation.seconds is not None else ""
    if observation.outcome == "up":
        # A detail that tells a time of its own, such as the median of several, is not followed by another.
        told = (observation.detail,) if observation.detail.endswith(" ms") else (observation.detail, took)
        return ", ".join(each for each in told if each)
    if observation.outcome == "down":
        detail = f" ({observation.detail})" if observation.detail else ""
        return f"{observation.failure} at {observation.stage}{detail}; looking again before anything is said"
    return observation.detail or "not measured in time"
