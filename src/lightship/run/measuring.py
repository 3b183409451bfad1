"""What Prometheus reads of a running hub, put together: what was seen, and what it may ask for."""

import asyncio
from dataclasses import dataclass, field

from lightship.edges.metrics.on_request import OnRequest
from lightship.edges.metrics.seen import Seen
from lightship.edges.probes.probe import Result
from lightship.edges.probes.prober import Duty
from lightship.run.live import Ears, Live
from lightship.run.planning import Plan
from lightship.vocabulary.decisions import Decision, OpenIncident
from lightship.vocabulary.signals import Observation
from lightship.vocabulary.time import Instant, Tick


@dataclass
class Measuring:
    """Hears what the terminal hears, and keeps the last of it."""

    ears: Ears
    on_request: OnRequest | None = None
    seen: Seen = field(default_factory=Seen)

    @property
    def parts(self) -> tuple[object, ...]:
        """What the handlers of `/metrics` and `/probe` work with."""
        return (self.seen,) if self.on_request is None else (self.seen, self.on_request)

    def begin(self, live: Live) -> None:
        """On the loop that measures."""
        self.seen.watch = live.prober.watch
        if self.on_request is not None:
            self.on_request.loop = asyncio.get_running_loop()

    def adopted(self, plan: Plan) -> None:
        """Another plan counts from here on: what is no longer measured is forgotten."""
        self.seen.keep_only(plan.duties)

    def saw(self, duty: Duty, observation: Observation, result: Result | None) -> None:
        """One measurement."""
        self.seen.take(duty, observation, result)
        self.ears.saw(duty, observation, result)

    def judged(self, at: Instant, tick: Tick, decisions: tuple[Decision, ...]) -> None:
        """One tick, or an early word on it."""
        self.seen.judged(sum(isinstance(each, OpenIncident) for each in decisions))
        self.ears.judged(at, tick, decisions)

    def warned(self, at: Instant, text: str) -> None:
        """Something about ourselves."""
        self.ears.warned(at, text)
