"""The operators' console of one hub, put together: who may get in, the desk, the pages."""

from contextlib import ExitStack

from lightship.edges.clock import now
from lightship.edges.intake.inbox import Inbox
from lightship.edges.operators.desk import Foreseen, OperatorsDesk
from lightship.edges.operators.people import People, beside
from lightship.edges.operators.works import Works
from lightship.edges.web.console.app import PREFIX, Console
from lightship.edges.web.console.pages import Pages
from lightship.edges.web.mounting import Mounted
from lightship.edges.web.published import Published
from lightship.run.door import Door, DoorClosed
from lightship.run.fold import step
from lightship.run.hub import Hub
from lightship.run.planning import Plan
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.events import Logged, OperatorAct
from lightship.vocabulary.settings import Settings


class Operating:
    """The console. Before the hub is up it shows nothing and takes nothing."""

    def __init__(self, plan: Plan, door: Door, people: People, inbox: Inbox | None) -> None:
        self._hub: Hub | None = None
        assert plan.console is not None, "only where there is one"
        desk = OperatorsDesk(plan.store, door.submit, self._foresee, plan.rules)
        works = Works(inbox, now) if inbox is not None else None
        pages = Pages(self._stated, rules=plan.rules)
        self._console = Console(people, desk, pages, plan.console, works=works)

    @classmethod
    def of(cls, plan: Plan, door: Door, stack: ExitStack, inbox: Inbox | None) -> "Operating | None":
        """None where the plan has none. Raises StoreRefused where the file of operators cannot be opened."""
        if plan.console is None:
            return None
        people = People(beside(plan.store))
        stack.callback(people.close)
        return cls(plan, door, people, inbox)

    def mounted(self, files: Published) -> tuple[Mounted, ...]:
        """What answers operators."""
        return (Mounted(PREFIX, self._console),)

    def begin(self, hub: Hub) -> None:
        """The hub is up."""
        self._hub = hub

    def _stated(self) -> tuple[Settings, NetworkMap] | None:
        state = self._hub.state if self._hub is not None else None
        return (state.settings, state.stages.feet.network) if state and state.stages else None

    def _foresee(self, act: OperatorAct) -> Foreseen:
        """The core is pure: the same step that will decide says now what it would decide, and is forgotten."""
        hub, stated = self._hub, self._stated()
        if hub is None or stated is None:
            raise DoorClosed
        _, decisions = step(hub.state, Logged(hub.seq + 1, max(now(), hub.last_at), act))
        return Foreseen(decisions, *stated)
