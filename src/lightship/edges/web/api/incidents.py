"""`/api/v1/incidents`: what operators see and do. Names of third parties stand here: `read` is for insiders."""

import asyncio
from collections.abc import Callable
from typing import Literal, TypeVar

import msgspec

from lightship.edges.clock import now
from lightship.edges.operators.desk import OperatorsDesk, Refused
from lightship.edges.web.api.exchange import Answer, Problem, Request, answer
from lightship.learn.obligations import standings
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.diagnosis import Category
from lightship.vocabulary.errors import BadInput, StoreRefused
from lightship.vocabulary.events import OperatorAct
from lightship.vocabulary.incidents import IncidentId

T = TypeVar("T")
ActName = Literal["confirm", "name-cause", "name-kind", "release-cause", "say", "close", "reopen", "suppress"]


class Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of an act; see `vocabulary.events.OperatorAct`."""

    act: ActName
    text: str = ""
    component: ComponentId | None = None
    category: Category | None = None


async def listed(request: Request) -> Answer:
    """All incidents; `?open=yes`: those still followed."""
    desk, only = request.parts.find(OperatorsDesk), request.query.get("open", "no")
    if only not in ("yes", "no"):
        raise Problem(422, f"open={only[:20]!r}: write yes or no")
    found = await _read(lambda: desk.incidents(only_open=only == "yes"))
    return answer({"incidents": found})


async def one(request: Request) -> Answer:
    """One incident with its history: scopes, diagnoses with their evidence, estimates, and what was published."""
    desk, name = request.parts.find(OperatorsDesk), request.named["incident"]
    found = await _read(lambda: desk.incident(name))
    if found is None:
        raise Problem(404, f"There is no incident {name[:64]!r}.")
    owed = standings(desk.rules, found[0], now())
    return answer({"incident": found[0], "updates": found[1], "obligations": owed})


async def record(request: Request) -> Answer:
    """Who did what, newest first."""
    desk = request.parts.find(OperatorsDesk)
    return answer({"acts": await _read(desk.record)})


async def act(request: Request) -> Answer:
    """Do something to an incident; durable, and published, when it is answered."""
    desk, said = request.parts.find(OperatorsDesk), request.json(Act)
    incident = IncidentId(request.named["incident"])
    wanted = OperatorAct(request.known.name, said.act, incident, said.component, said.text, said.category)
    try:
        done = await asyncio.to_thread(desk.act, wanted)
    except BadInput as error:
        raise Problem(422, str(error)) from None
    except Refused as error:
        raise Problem(409, f"{error}.") from None
    except (StoreRefused, TimeoutError) as error:
        raise Problem(503, f"The hub cannot take it now: {error}") from None
    return answer(done)


async def _read(question: Callable[[], T]) -> T:
    try:
        return await asyncio.to_thread(question)
    except (BadInput, StoreRefused) as error:
        raise Problem(503, f"The store cannot be read now: {error}") from None
