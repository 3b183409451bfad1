"""What `watch --json` and `serve --json` print: one JSON object a line, an event each."""

import threading
from dataclasses import dataclass, field

import click
import msgspec

from lightship.edges.probes.probe import Result
from lightship.edges.probes.prober import Duty
from lightship.run.planning import Plan
from lightship.run.terminal import left_out
from lightship.vocabulary.decisions import ChangeIncident, Decision, OpenIncident, Publish, Send, WarnOperator
from lightship.vocabulary.signals import Observation
from lightship.vocabulary.time import Instant, Tick, iso, start_of
from lightship.vocabulary.updates import Update


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
    _alone: threading.Lock = field(default_factory=threading.Lock)
    _ticks: int = 0

    def began(self, plan: Plan, page: str, still: tuple[Update, ...]) -> None:
        """What is watched, and what is open already."""
        _line("began", watching=[t.check.address for t in plan.things], names=[t.name for t in plan.things],
              controls=[c.address for c in plan.controls], page=page, kept_in=str(plan.store.parent),
              seen_from=f"{len(plan.seats) + 1} places" if plan.seats else "one place",
              still_open=[each.incident for each in still])  # fmt: skip

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
        self._ticks += 1
        _line("tick", at=iso(at), tick=iso(start_of(tick)), targets=[seen[name] for name in sorted(seen)])
        busy = sum(each.missed + each.suspect for each in seen.values())
        if busy:
            self.warned(at, left_out(busy))
        for each in decisions:
            if isinstance(each, Publish):
                _line("said", at=iso(each.update.at), incident=each.update.incident, update=each.update.number,
                      status=each.update.status, headline=each.update.headline, text=each.update.text)  # fmt: skip
            elif isinstance(each, Send):
                _line("letters", at=iso(at), incident=each.incident, update=each.number, by_channel=each.by_channel,
                      first=each.first, unsure=each.unsure)  # fmt: skip
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
        _line("ended", ticks=self._ticks)


def _line(event: str, **fields: object) -> None:
    click.echo(msgspec.json.encode({"event": event, **fields}))
