"""What `watch` and `serve` share: store, page, probes and hub, put together from a plan, taken down in order."""

import asyncio
import signal
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

import uvloop

from lightship.edges.clock import Clock, SteadyClock, now
from lightship.edges.mirrors.signing import Signer
from lightship.edges.stores.sqlite import SqliteStore
from lightship.run import promising
from lightship.run.agents.hub_side import Agents, Planner, seats_beside
from lightship.run.fold import CoreState
from lightship.run.hub import Hub
from lightship.run.interface import Interface
from lightship.run.live import Live
from lightship.run.measuring import Measuring
from lightship.run.mirroring import Mirroring, key_of
from lightship.run.outside import Outside
from lightship.run.planning import Plan
from lightship.run.reloading import Reloading
from lightship.run.site import PublishedSite
from lightship.run.terminal import Terminal
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.time import DAY, Instant, iso
from lightship.vocabulary.updates import Update

TOGETHER = 4096
"""Events of one commit, at most: all of a tick, so that what it says of reports and feeds holds for all of it."""

THREADS_TURN = 0.001
"""Seconds after which a thread lets another one run: probes and page wait for the hub's thread no longer than this."""

AHEAD = DAY
"""A log may end so far ahead of this machine's clock, and not further."""


def go(
    plan: Plan, terminal: Terminal, ticks: int | None = None, planner: Planner | None = None, path: Path | None = None
) -> None:  # fmt: skip
    """Watch until so many ticks are judged, or until interrupted.

    Args:
        planner: makes the plan anew when agents come or go, or the file changes; None: it stays as it is.
        path: the file that the plan was read from; it is looked at, and read anew when it changes.

    Raises:
        StoreRefused: the store or the page's folder cannot be written, or another hub has them.
        Unreachable: the page's address cannot be listened on.
    """
    sys.setswitchinterval(THREADS_TURN)
    with ExitStack() as stack:
        _make(plan.store.parent)
        store = SqliteStore(plan.store)
        stack.callback(store.close)
        if planner is not None and plan.api is not None:
            plan = planner(seats_beside(plan.store))
        measuring = Measuring(terminal, plan.on_request)
        outside = Outside.of(plan, terminal, measuring, stack)
        site = _site(plan, store, outside, terminal, stack)
        operators = plan.store.parent / promising.FOLDER
        hub = Hub.open(store, lambda state, at, _: _publish(site, state, at, operators), TOGETHER)
        terminal.began(plan, outside.page.address, _open(hub, store))
        clock = SteadyClock(_since(hub, plan.store))
        elsewhere = _elsewhere(plan, outside.programs, clock, planner, path, terminal, measuring)
        live = Live(
            hub,
            plan.network,
            plan.duties,
            measuring,
            lambda hub: _publish(site, hub.state, clock(), operators),
            clock,
            (outside.programs.agents,) if outside.programs else (),
            door=outside.door,
            kept=outside.kept,
            elsewhere=elsewhere,
            workers=plan.file.workers,
        )
        outside.begin(hub)
        try:
            uvloop.run(_until_told(live, plan, ticks, measuring))
        finally:
            # Where the store has just refused, it would refuse again: the first reason is the one that helps.
            with suppress(StoreRefused):
                hub.keep_snapshot()
            terminal.ended()


async def _until_told(live: Live, plan: Plan, ticks: int | None, measuring: Measuring) -> None:
    """SIGTERM ends it as Ctrl-C does."""
    task = asyncio.current_task()
    assert task is not None, "runs in a task"
    told: list[bool] = []
    measuring.begin(live)

    def stop() -> None:
        told.append(True)
        task.cancel()

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
    if isinstance(live.elsewhere, Reloading):
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, live.elsewhere.read_anew)
    try:
        await live.run(plan.settings, ticks)
    except asyncio.CancelledError:
        if not told:
            raise
        raise KeyboardInterrupt from None


def _site(
    plan: Plan, store: SqliteStore, outside: Outside, terminal: Terminal, stack: ExitStack
) -> PublishedSite:
    """The page's files: in their folder, before its readers, and on their way to the copies elsewhere."""
    signer = Signer(key_of(plan.store))
    site = PublishedSite(store, plan.site, signer=signer)
    site.shown.append(outside.page.show)
    if plan.mirrors:
        mirroring = Mirroring(plan.mirrors, plan.store, signer, lambda text: terminal.warned(now(), text))
        site.shown.append(mirroring.offer)
        stack.callback(mirroring.stop)
        mirroring.start()
    return site


def _elsewhere(
    plan: Plan, programs: Interface | None, clock: Clock, planner: Planner | None, path: Path | None,
    terminal: Terminal, measuring: Measuring,
) -> Agents | Reloading | None:  # fmt: skip
    """What may change the plan while it runs: agents that come and go, by the clock that judges ticks; and its file."""
    agents = None
    if programs is not None:
        programs.agents.clock = clock
        agents = Agents(plan, programs.enrolment, programs.agents, programs.key, planner)
    if path is None or planner is None:
        return agents
    return Reloading(
        path, plan, planner, agents, lambda text: terminal.warned(clock(), text), measuring.adopted
    )


def _open(hub: Hub, store: SqliteStore) -> tuple[Update, ...]:
    """The last word on each incident that is open from an earlier run."""
    still = {each.id for each in hub.state.incidents if each.is_open}
    last = {each.incident: each for each in store.updates() if each.incident in still}
    return tuple(last.values())


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreRefused(f"{folder}: cannot be made ({error.strerror}); name another folder") from error


def _publish(site: PublishedSite, state: CoreState, at: Instant, operators: Path) -> None:
    try:
        site.publish(state, at)
        found = promising.standing(state, at)
        if found is not None:
            promising.write(found, operators)
    except OSError as error:
        raise StoreRefused(
            f"{error.filename or site.folder}: the page cannot be written ({error.strerror}); make room or make it "
            "writable and start again, nothing that was acknowledged is lost"
        ) from error


def _since(hub: Hub, path: Path) -> Instant:
    """The last instant of the log, from which on time goes on."""
    ahead = hub.last_at - SteadyClock()()
    if ahead > AHEAD:
        raise StoreRefused(
            f"{path}: its log ends at {iso(hub.last_at)}, {ahead // DAY} days ahead of this machine's clock; set the "
            "clock right, or name another store"
        )
    return hub.last_at
