"""Measuring out of turn: what the core is undecided about, and a first failure where others see, too."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from lightship.edges.probes.prober import Duty
from lightship.run.agents.seeing import others
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.decisions import Probe
from lightship.vocabulary.signals import Observation

ANSWERS_WITHIN = 3.0
"""Seconds that agents have to measure out of turn and answer before what is known is judged."""

PERSISTS = 15.0
"""Seconds that something must fail for before it is judged within its minute: a restart is no outage."""

Path = tuple[str, str, int]
"""Vantage, address, family."""


class Asks(Protocol):
    """Whoever passes questions on to agents."""

    def ask(self, paths: Sequence[Path]) -> bool:
        """Have this measured out of turn; whether anybody was asked."""


class Looking:
    """One round of questions at a time, on the loop's thread. Silent until `begin`.

    Args:
        measure: our own prober's. judge: judges what is known of the running tick; gives what is asked then.
        several: whether more than one network sees at present.
    """

    def __init__(
        self, measure: Callable[[Duty], Awaitable[None]], judge: Callable[[], Awaitable[Sequence[Probe]]],
        elsewhere: Asks | None, several: Callable[[], bool], persists: float = PERSISTS,
    ) -> None:  # fmt: skip
        self._measure, self._judge, self._elsewhere, self._several = measure, judge, elsewhere, several
        self._persists = persists
        self._network: NetworkMap | None = None
        self._own: dict[Path, Duty] = {}
        self._last: dict[Path, str] = {}
        self._asking: asyncio.Task[None] | None = None

    def begin(self, network: NetworkMap, duties: Sequence[Duty]) -> None:
        """From now on, by this map."""
        self._network = network
        self._own = {(duty.vantage, duty.check.address, duty.check.family): duty for duty in duties}

    def stop(self) -> None:
        """Nothing is asked or judged any more, until `begin`."""
        self._network = None
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def heard(self, seen: Observation) -> None:
        """One measurement. A first failure does not wait for its minute to end: others are asked at once."""
        if seen.outcome not in ("up", "down"):
            return
        path = (seen.vantage, seen.target, seen.family)
        before, self._last[path] = self._last.get(path), seen.outcome
        fresh = before == "up" and seen.outcome == "down"
        if fresh and self._network is not None and self._several():
            self._start(lambda network: self._closer(network, seen, path))

    def ask(self, asked: Sequence[Probe]) -> None:
        """Measure what is undecided, beside everything else."""
        if self._asking is not None and self._asking.done():
            self._asking.result()
        if asked:
            self._start(lambda _: self._confirm(asked))

    async def ended(self) -> None:
        """When the round that is under way has come to its end."""
        if self._asking is not None:
            await self._asking

    def _start(self, round_: Callable[[NetworkMap], Awaitable[None]]) -> None:
        if self._network is not None and (self._asking is None or self._asking.done()):
            self._asking = asyncio.ensure_future(round_(self._network))

    async def _closer(self, network: NetworkMap, seen: Observation, path: Path) -> None:
        """Two others measure now; what has failed for a while by then is judged, and asked about further."""
        await self._measure_at(others(network, seen))
        await asyncio.sleep(self._persists)
        if self._last.get(path) == "down":
            await self._confirm(await self._judge())

    async def _confirm(self, asked: Sequence[Probe]) -> None:
        """Measure, judge at once by what is known of the tick so far, and go on for as long as more is asked."""
        while asked:
            await asyncio.sleep(max(each.wait for each in asked))
            if not await self._measure_at([(each.vantage, each.target, each.family) for each in asked]):
                return
            asked = await self._judge()

    async def _measure_at(self, paths: Sequence[Path]) -> bool:
        """Measure from these vantages, ours and agents' alike; whether any of them is there."""
        duties = [self._own[path] for path in paths if path in self._own]
        elsewhere = self._elsewhere is not None and self._elsewhere.ask(paths)
        await asyncio.gather(*(self._measure(duty) for duty in duties))
        if elsewhere:
            await asyncio.sleep(ANSWERS_WITHIN)
        return bool(duties) or elsewhere
