"""What of a hub faces the world, but for its probes: reports, feeds, subscribers, programs, operators, and the page."""

from contextlib import ExitStack
from dataclasses import dataclass

from lightship.edges.clock import now
from lightship.edges.intake.desk.desk import Desk
from lightship.edges.intake.inbox import Inbox
from lightship.edges.web.background import Served
from lightship.edges.web.mounting import Mounted
from lightship.edges.web.published import Published
from lightship.edges.web.reporting import Places, Reporting
from lightship.run.door import Door
from lightship.run.feeding import Feeding
from lightship.run.hub import Hub
from lightship.run.interface import Interface, interface
from lightship.run.kept import Kept
from lightship.run.measuring import Measuring
from lightship.run.operating import Operating
from lightship.run.planning import Plan
from lightship.run.telling import Telling
from lightship.run.terminal import Terminal
from lightship.vocabulary.errors import BadInput, Unreachable


@dataclass(frozen=True)
class Outside:
    """The parts of one hub. Each is absent where the plan has no use for it.

    Args:
        door: where people's and programs' acts come in. page: what readers see. kept: what lies on disk for the hub.
    """

    door: Door
    page: Served
    kept: Kept
    telling: Telling | None
    operating: Operating | None
    programs: Interface | None

    @classmethod
    def of(cls, plan: Plan, terminal: Terminal, measuring: Measuring, stack: ExitStack) -> "Outside":
        """Opened; `stack` takes all of it down. Raises StoreRefused, Unreachable."""
        desk, door, places = _desk(plan, stack), Door(), Places()
        telling, feeding = _telling(plan, door, terminal, stack), _feeding(plan, stack, terminal)
        inbox = feeding.inbox if feeding is not None else None
        reporting = Reporting(desk, plan.senders) if desk and plan.senders else None
        office = telling.office if telling is not None else None
        programs = interface(plan, stack, door, desk, reporting, places, feeding, office, measuring.parts)
        operating = Operating.of(plan, door, stack, inbox)
        page = _served(plan, stack, reporting, programs, telling, operating, places)
        return cls(door, page, Kept(desk.book if desk else None, inbox), telling, operating, programs)

    def begin(self, hub: Hub) -> None:
        """The hub is up."""
        for part in (self.operating, self.telling):
            if part is not None:
                part.begin(hub)


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
    plan: Plan, stack: ExitStack, reporting: Reporting | None, programs: Interface | None, telling: Telling | None,
    operating: Operating | None, places: Places,
) -> Served:  # fmt: skip
    api = programs.api if programs is not None else None

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
