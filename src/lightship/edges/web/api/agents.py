"""`/api/v1/agents`: agents enrol, ask what there is to do, and hand in what they have measured."""

import asyncio

from lightship.edges.agents.hub.desk import AgentDesk, DeskFull
from lightship.edges.agents.hub.enrolment import Enrolment, TooMany, agent_of
from lightship.edges.agents.wire import LONGEST_WAIT, MOST_LINES, Batch, Enrol, Enrolled, News, Taken
from lightship.edges.web.api.exchange import Answer, Problem, Request, answer

PATIENCE_SECONDS = 10.0
BUSY = {"retry-after": "5"}


async def enrol(request: Request) -> Answer:
    """`POST /api/v1/agents/enrol`: a one-time invitation for a token."""
    enrolment = request.parts.find(Enrolment)
    asked = request.json(Enrol)
    try:
        found = await asyncio.to_thread(enrolment.enrol, asked.invitation, asked.version, request.sender)
    except TooMany:
        raise Problem(
            429, "Too many bad invitations from this network.", headers={"retry-after": "60"}
        ) from None
    if found is None:
        raise Problem(
            403, "This invitation is not good: used already, ended, or mistyped. Ask for another one."
        )
    name, token = found
    return answer(Enrolled(name, token, enrolment.key))


async def orders(request: Request) -> Answer:
    """`GET /api/v1/agents/orders?serial=N&wait=S`: what is new, at once or as soon as there is something."""
    name, desk = _agent(request), request.parts.find(AgentDesk)
    known, wait = _number(request, "serial"), min(_number(request, "wait"), LONGEST_WAIT)
    latest = desk.orders(name)
    if wait > 0 and (latest is None or latest[0] <= known):
        await desk.news(name, wait)
        latest = desk.orders(name)
    fresh = latest[1] if latest is not None and latest[0] > known else None
    return answer(News(desk.clock(), fresh, desk.questions(name)))


async def results(request: Request) -> Answer:
    """`POST /api/v1/agents/results`: a batch; the answer means that all of it is on disk."""
    name, desk = _agent(request), request.parts.find(AgentDesk)
    batch = request.json(Batch)
    if len(batch.lines) > MOST_LINES:
        raise Problem(413, f"A batch has {MOST_LINES} lines at most.")
    if len(batch.epoch) > 64 or not batch.epoch:
        raise Problem(422, "An epoch has 1 to 64 characters - at `$.epoch`")
    if not desk.quotas.allow(name, len(batch.lines)):
        raise Problem(429, "More results than one agent may hand in.", headers={"retry-after": "60"})
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            new = await asyncio.shield(asyncio.wrap_future(desk.submit(name, batch)))
    except (DeskFull, TimeoutError):
        raise Problem(
            503, "Too many results at once; nothing of these is lost, send them again.", headers=BUSY
        ) from None
    latest = desk.orders(name)
    return answer(Taken(desk.clock(), new, latest[0] if latest else 0, desk.questions(name)))


async def agents(request: Request) -> Answer:
    """`GET /api/v1/agents`: what `lightship agents list --json` prints."""
    registry = request.parts.find(Enrolment).registry
    return answer(await asyncio.to_thread(registry.all))


def _agent(request: Request) -> str:
    name = agent_of(request.known.name)
    if name is None:
        raise Problem(403, "This token is no agent's own; enrol an agent to get one.")
    return name


def _number(request: Request, name: str) -> float:
    said = request.query.get(name, "0")
    try:
        found = float(said)
    except ValueError:
        found = -1.0
    if not 0 <= found < 1e16:
        raise Problem(400, f"{name} is a number from 0 on.")
    return found
