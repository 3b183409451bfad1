"""What `watch` and `serve` share: store, page, probes and hub, put together from a plan, taken down in order."""

import asyncio
import signal
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

import uvloop

from lightship.edges.clock import Clock, SteadyClock, now
from lightship.edges.intake.desk.desk import Desk
from lightship.edges.intake.inbox import Inbox
from lightship.edges.mirrors.signing import Signer
from lightship.edges.stores.sqlite import SqliteStore
from lightship.edges.web.api.app import Api
from lightship.edges.web.background import Served
from lightship.edges.web.mounting import Mounted
from lightship.edges.web.published import Published
from lightship.edges.web.reporting import Places, Reporting
from lightship.run import promising
from lightship.run.agents.hub_side import Agents, Planner, seats_beside
from lightship.run.door import Door
from lightship.run.feeding import Feeding
from lightship.run.fold import CoreState
from lightship.run.hub import Hub
from lightship.run.interface import Interface, interface
from lightship.run.kept import Kept
from lightship.run.live import Live
from lightship.run.measuring import Measuring
from lightship.run.mirroring import Mirroring, key_of
from lightship.run.operating import Operating
from lightship.run.planning import Plan
from lightship.run.reloading import Reloading
from lightship.run.site import PublishedSite
from lightship.run.telling import Telling
from lightship.run.terminal import Terminal
from lightship.vocabulary.errors import BadInput, StoreRefused, Unreachable
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
        desk = _desk(plan, stack)
        door = Door()
        telling = _telling(plan, door, terminal, stack)
        feeding = _feeding(plan, stack, terminal)
        reporting = Reporting(desk, plan.senders) if desk and plan.senders else None
        places = Places()
        office = telling.office if telling is not None else None
        measuring = Measuring(terminal, plan.on_request)
        programs = interface(plan, stack, door, desk, reporting, places, feeding, office, measuring.parts)
        operating = Operating.of(plan, door, stack, feeding.inbox if feeding else None)
        page = _served(plan, stack, reporting, programs.api if programs else None, telling, operating, places)
        signer = Signer(key_of(plan.store))
        site = PublishedSite(store, plan.site, signer=signer)
        site.shown.append(page.show)
        if plan.mirrors:
            mirroring = Mirroring(plan.mirrors, plan.store, signer, lambda text: terminal.warned(now(), text))
            site.shown.append(mirroring.offer)
            stack.callback(mirroring.stop)
            mirroring.start()
        operators = plan.store.parent / promising.FOLDER
        hub = Hub.open(store, lambda state, at, _: _publish(site, state, at, operators), TOGETHER)
        terminal.began(plan, page.address, _open(hub, store))
        clock = SteadyClock(_since(hub, plan.store))
        elsewhere: Agents | Reloading | None = _agents(plan, programs, clock, planner)
        if path is not None and planner is not None:
            agents = elsewhere if isinstance(elsewhere, Agents) else None
            elsewhere = Reloading(
                path, plan, planner, agents, lambda text: terminal.warned(clock(), text), measuring.adopted
            )
        live = Live(
            hub,
            plan.network,
            plan.duties,
            measuring,
            lambda hub: _publish(site, hub.state, clock(), operators),
            clock,
            (programs.agents,) if programs else (),
            door=door,
            kept=Kept(desk.book if desk else None, feeding.inbox if feeding else None),
            elsewhere=elsewhere,
            workers=plan.file.workers,
        )
        if operating is not None:
            operating.begin(hub)
        if telling is not None:
            telling.begin(hub)
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


def _agents(plan: Plan, programs: Interface | None, clock: Clock, planner: Planner | None) -> Agents | None:
    """From here on by the clock that judges ticks."""
    if programs is None:
        return None
    programs.agents.clock = clock
    return Agents(plan, programs.enrolment, programs.agents, programs.key, planner)


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


def _desk(plan: Plan, stack: ExitStack) -> Desk | None:
    """Beside the store, in a file of its own: reports go after a day, the log stays."""
    if plan.senders is None:
        return None
    return stack.enter_context(Desk(plan.store.with_suffix(".reports.db"), now))


def _telling(plan: Plan, door: Door, terminal: Terminal, stack: ExitStack) -> Telling | None:
    """Contacts and office; its workers begin when the hub is up."""
    if plan.telling is None:
        return None
    made = Telling(plan.telling, plan.store, door, lambda text: terminal.warned(now(), text))
    stack.callback(made.close)
    return made


def _feeding(plan: Plan, stack: ExitStack, terminal: Terminal) -> Feeding | None:
    """Beside the store, like the reports; the feeds fill it on a thread of their own."""
    if not plan.feeds and plan.api is None and plan.console is None:
        return None
    inbox = Inbox(plan.store.with_suffix(".feeds.db"))
    stack.callback(inbox.close)
    try:
        return stack.enter_context(
            Feeding(plan.feeds, inbox, now, lambda text: terminal.warned(now(), text), plan.contact)
        )
    except BadInput as error:
        raise Unreachable(str(error)) from error


def _served(
    plan: Plan, stack: ExitStack, reporting: Reporting | None, api: Api | None, telling: Telling | None,
    operating: Operating | None, places: Places,
) -> Served:  # fmt: skip

    def mount(files: Published) -> tuple[Mounted, ...]:
        return tuple(
            each for part in (telling, operating) if part is not None for each in part.mounted(files)
        )

    try:
        return stack.enter_context(
            Served(plan.host, plan.port, reporting, api, plan.certificate, mount, places)
        )
    except BadInput as error:
        raise Unreachable(str(error)) from error


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
