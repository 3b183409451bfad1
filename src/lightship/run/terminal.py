"""What `watch` and `serve` print: a line where something changed; or JSON, a line an event."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

import click
import msgspec

from lightship.edges.probes.probe import Result
from lightship.edges.probes.prober import Duty
from lightship.run.configuration import Plan
from lightship.vocabulary.decisions import ChangeIncident, Decision, OpenIncident, Publish, WarnOperator
from lightship.vocabulary.signals import Observation
from lightship.vocabulary.time import Instant, Tick, iso, start_of
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
        before = self._last.get(duty.check.address)
        if outcome in ("missed", "suspect"):
            self._busy += 1
        elif outcome != before:
            self._last[duty.check.address] = outcome
        if self.every or (outcome in ("up", "down") and outcome != before):
            again = " again" if outcome == "up" and before is not None and not self.every else ""
            self._say(observation.at, f"{outcome:<7} {duty.check.address}{again}: {measured(observation)}")

    def judged(self, at: Instant, tick: Tick, decisions: tuple[Decision, ...]) -> None:
        """One tick."""
        busy, self._busy = self._busy, 0
        if busy:
            self.warned(
                at, f"{busy} measurement{'s' if busy > 1 else ''} left out: this machine was too busy to tell"
            )
        for each in decisions:
            if isinstance(each, Publish):
                said = each.update
                self._say(at, f"{said.status}: {said.headline}")
                click.echo(f"{'':10}{said.text}")
                click.echo(f"{'':10}incident {said.incident}, update {said.number}")
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


def opening(plan: Plan, page: str) -> list[str]:
    """What is watched, from where, and where to look."""
    count = len(plan.things)
    lines = [f"Watching {count} service{'s' if count > 1 else ''} from one place: this machine."]
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
        f"Kept in:  {plan.store.parent} (starting again goes on from there)",
        "Ctrl-C ends it.",
    ]


def measured(observation: Observation) -> str:
    """A measurement in words: "status 200, 35 ms"; "refused at connect (Connection refused)"."""
    took = f"{observation.seconds * 1000:.0f} ms" if observation.seconds is not None else ""
    if observation.outcome == "up":
        return ", ".join(each for each in (observation.detail, took) if each)
    if observation.outcome == "down":
        detail = f" ({observation.detail})" if observation.detail else ""
        return f"{observation.failure} at {observation.stage}{detail}; looking again before anything is said"
    return observation.detail or "not measured in time"


class _Counted(msgspec.Struct):
    """One target in one tick. `seconds`: of the last measurement; absent without one."""

    target: str
    up: int = 0
    down: int = 0
    missed: int = 0
    suspect: int = 0
    failure: str | None = None
    seconds: float | None = None


@dataclass
class JsonLines:
    """For machines: one JSON object a line, each with its `event`; see docs/reference/watch-events.md."""

    _seen: dict[str, _Counted] = field(default_factory=dict)
    _known: dict[str, str] = field(default_factory=dict)
    _alone: threading.Lock = field(default_factory=threading.Lock)
    _ticks: Counter[str] = field(default_factory=Counter)

    def began(self, plan: Plan, page: str, still: tuple[Update, ...]) -> None:
        """What is watched, and what is open already."""
        _line("began", watching=[t.check.address for t in plan.things], names=[t.name for t in plan.things],
              controls=[c.address for c in plan.controls], page=page, kept_in=str(plan.store.parent),
              seen_from="one place", still_open=[each.incident for each in still])  # fmt: skip

    def saw(self, duty: Duty, observation: Observation, result: Result | None) -> None:
        """One measurement."""
        with self._alone:
            counted = self._seen.setdefault(duty.check.address, _Counted(duty.check.address))
            setattr(counted, observation.outcome, getattr(counted, observation.outcome) + 1)
            counted.failure = observation.failure or counted.failure
            counted.seconds = observation.seconds if observation.seconds is not None else counted.seconds

    def judged(self, at: Instant, tick: Tick, decisions: tuple[Decision, ...]) -> None:
        """One tick."""
        with self._alone:
            seen, self._seen = self._seen, {}
        self._ticks["judged"] += 1
        _line("tick", at=iso(at), tick=iso(start_of(tick)), targets=[seen[name] for name in sorted(seen)])
        for each in decisions:
            if isinstance(each, Publish):
                _line("said", at=iso(each.update.at), incident=each.update.incident, update=each.update.number,
                      status=each.update.status, headline=each.update.headline, text=each.update.text)  # fmt: skip
            elif isinstance(each, OpenIncident | ChangeIncident):
                self._incident(at, each)
            elif isinstance(each, WarnOperator):
                self.warned(at, each.text)

    def _incident(self, at: Instant, decided: OpenIncident | ChangeIncident) -> None:
        incident = decided.incident
        if isinstance(decided, OpenIncident):
            change = "opened"
        else:
            change = "resolved" if incident.status == "resolved" else "changed"
        _line("incident", at=iso(at), change=change, incident=incident.id, status=incident.status,
              why=decided.reason, services=incident.scope.services)  # fmt: skip

    def warned(self, at: Instant, text: str) -> None:
        """Something about ourselves."""
        _line("warning", at=iso(at), text=text)

    def ended(self) -> None:
        """The last line."""
        _line("ended", ticks=self._ticks["judged"])


def _line(event: str, **fields: object) -> None:
    click.echo(msgspec.json.encode({"event": event, **fields}))
