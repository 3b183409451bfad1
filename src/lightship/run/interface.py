"""The hub's interface for programs, put together: who may call, and the parts that its handlers find by type."""

from contextlib import ExitStack

from lightship.edges.intake.desk.desk import Desk
from lightship.edges.operators.desk import OperatorsDesk
from lightship.edges.stores.tokens import TokenFile, beside
from lightship.edges.web.api.app import Api
from lightship.edges.web.api.exchange import Parts
from lightship.run.door import Door
from lightship.run.planning import Plan, beats_of


def interface(plan: Plan, stack: ExitStack, desk: Desk | None, door: Door) -> Api | None:
    """None where the plan has none. Raises StoreRefused where the file of tokens cannot be opened."""
    if plan.api is None:
        return None
    tokens = TokenFile(beside(plan.store))
    stack.callback(tokens.close)
    # One line a part; a handler asks `request.parts.find(Desk)`.
    operators = OperatorsDesk(plan.store, door.submit)
    parts = Parts(*(each for each in (desk, beats_of(plan), operators) if each is not None))
    return Api(tokens, parts, plan.api)
