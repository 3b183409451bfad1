"""The hub's interface for programs, put together: who may call, and the parts that its handlers find by type."""

from contextlib import ExitStack

from lightship.edges.clock import now
from lightship.edges.intake.counts import Counts
from lightship.edges.intake.desk.desk import Desk
from lightship.edges.operators.desk import OperatorsDesk
from lightship.edges.stores.tokens import TokenFile, beside
from lightship.edges.web.api.app import Api
from lightship.edges.web.api.batches import Batches
from lightship.edges.web.api.exchange import Parts
from lightship.edges.web.reporting import Places, Reporting
from lightship.run.door import Door
from lightship.run.feeding import Feeding
from lightship.run.planning import Plan, beats_of


def interface(
    plan: Plan, stack: ExitStack, door: Door, desk: Desk | None, reporting: Reporting | None, places: Places,
    feeding: Feeding | None,
) -> Api | None:  # fmt: skip
    """None where the plan has none. Raises StoreRefused where the file of tokens cannot be opened."""
    if plan.api is None:
        return None
    tokens = TokenFile(beside(plan.store))
    stack.callback(tokens.close)
    partners = {name: each.networks for name, each in plan.reports.partners.items()} if plan.reports else {}
    # One line a part; a handler asks `request.parts.find(Desk)`.
    made = (
        desk,
        beats_of(plan),
        OperatorsDesk(plan.store, door.submit),
        reporting,
        places,
        Batches(desk.book, places, partners, now) if desk is not None else None,
        Counts(feeding.inbox, plan.network, now) if feeding is not None else None,
        feeding.handed_in if feeding is not None else None,
    )
    return Api(tokens, Parts(*(each for each in made if each is not None)), plan.api)
