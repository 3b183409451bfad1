"""The hub's interface for programs, put together: who may call, and the parts that its handlers find by type."""

from contextlib import ExitStack
from typing import NamedTuple

from lightship.edges.agents.hub.desk import AgentDesk
from lightship.edges.agents.hub.enrolment import Enrolment
from lightship.edges.agents.hub.registry import Registry
from lightship.edges.agents.hub.tables import beside as agents_beside
from lightship.edges.agents.signing import HubKey
from lightship.edges.agents.signing import beside as key_beside
from lightship.edges.clock import now
from lightship.edges.intake.counts import Counts
from lightship.edges.intake.desk.desk import Desk
from lightship.edges.operators.desk import OperatorsDesk
from lightship.edges.stores.tokens import TokenFile, beside
from lightship.edges.subscribers.office import Office
from lightship.edges.web.api.app import Api
from lightship.edges.web.api.batches import Batches
from lightship.edges.web.api.exchange import Parts
from lightship.edges.web.api.feeds import FeedsShown
from lightship.edges.web.api.telling import Delivery
from lightship.edges.web.reporting import Places, Reporting
from lightship.run.door import Door
from lightship.run.feeding import Feeding
from lightship.run.feeds_shown import listing
from lightship.run.mirroring import standing_of
from lightship.run.planning import Plan, beats_of


class Interface(NamedTuple):
    """The application, and what the running hub needs of its parts."""

    api: Api
    agents: AgentDesk
    enrolment: Enrolment
    key: HubKey


def interface(
    plan: Plan, stack: ExitStack, door: Door, desk: Desk | None, reporting: Reporting | None, places: Places,
    feeding: Feeding | None, office: Office | None = None, more: tuple[object, ...] = (),
) -> Interface | None:  # fmt: skip
    """None where the plan has none. Raises StoreRefused where a file of it cannot be opened.

    Args:
        more: parts that others have made.
    """
    if plan.api is None:
        return None
    tokens, registry = TokenFile(beside(plan.store)), Registry(agents_beside(plan.store))
    stack.callback(tokens.close)
    stack.callback(registry.close)
    agents, key = stack.enter_context(AgentDesk(plan.store)), HubKey(key_beside(plan.store))
    enrolment = Enrolment(registry, tokens, key.public)
    partners = {name: each.networks for name, each in plan.reports.partners.items()} if plan.reports else {}
    # One line a part; a handler asks `request.parts.find(Desk)`.
    made = (
        desk,
        beats_of(plan),
        OperatorsDesk(plan.store, door.submit, rules=plan.rules),
        reporting,
        places,
        Batches(desk.book, places, partners, now) if desk is not None else None,
        Counts(feeding.inbox, plan.network, now) if feeding is not None else None,
        feeding.handed_in if feeding is not None else None,
        FeedsShown(lambda: listing(plan, feeding.inbox)) if feeding is not None else None,
        agents,
        enrolment,
        office,
        Delivery(plan.store, standing_of(plan.store)),
        *more,
    )
    api = Api(tokens, Parts(*(each for each in made if each is not None)), plan.api)
    return Interface(api, agents, enrolment, key)
