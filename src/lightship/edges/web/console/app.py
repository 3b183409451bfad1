"""The console as an ASGI application: which page answers which address."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar, get_args
from urllib.parse import quote

from lightship.edges.clock import Clock, now
from lightship.edges.operators.desk import OperatorsDesk
from lightship.edges.operators.desk import Refused as Unchanged
from lightship.edges.operators.people import People, Session
from lightship.edges.operators.works import Works
from lightship.edges.web.console.answers import Answer, redirect
from lightship.edges.web.console.guard import Guard, cookie, own_form
from lightship.edges.web.console.pages import Pages
from lightship.edges.web.forms import Receive, Refused, Scope, form
from lightship.edges.web.mounting import Send
from lightship.edges.web.senders import Senders
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.diagnosis import Category
from lightship.vocabulary.errors import BadInput, LightshipError
from lightship.vocabulary.events import OperatorAct
from lightship.vocabulary.incidents import IncidentId

Given = ParamSpec("Given")
Found = TypeVar("Found")

PREFIX = "/console"
WRONG = "Name, password or code is not right. A code works once: wait for the next one."
SLOW = "Too many tries. Please wait a minute."
UNDER_WAY = 16
"""Requests at once; a password takes 19 MB while it is checked."""


class Console:
    """The application behind `/console`."""

    def __init__(
        self, people: People, desk: OperatorsDesk, pages: Pages, senders: Senders, clock: Clock = now,
        works: Works | None = None,
    ) -> None:  # fmt: skip
        self._people, self._desk, self._pages, self._works = people, desk, pages, works
        self._guard, self._room = Guard(people, senders, clock), asyncio.Semaphore(UNDER_WAY)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            async with self._room:
                answer = await self._answer(scope, receive)
        except Refused as refused:
            answer = self._pages.trouble(refused.status, str(refused))
        except LightshipError as error:
            answer = self._pages.trouble(503, str(error))
        await answer.send(scope, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return self._pages.trouble(405, "Only reading and sending forms.")
        given = await form(scope, receive) if scope["method"] == "POST" else None
        parts = [part for part in scope["path"].removeprefix(PREFIX).split("/") if part]
        if parts == ["join"]:
            return await self._join(scope, given)
        session = await _quietly(self._guard.session, scope)
        if session is None:
            return await self._sign_in(scope, given if parts == ["in"] else None)
        if given is not None:
            own_form(given, session)
            return await self._do(scope, parts, given, session)
        return await _quietly(self._read, parts, session)

    def _read(self, parts: list[str], session: Session) -> Answer:
        match parts:
            case []:
                return self._pages.incidents(session, self._desk.incidents())
            case ["i", name]:
                found = self._desk.incident(name)
                return self._pages.incident(session, *found) if found else self._pages.gone()
            case ["record"]:
                return self._pages.record(session, self._desk.record())
            case ["planned"]:
                return self._pages.planned(session, self._works.all() if self._works else None)
            case ["people"]:
                return self._pages.people(session, self._people.all())
            case _:
                return self._pages.gone()

    async def _sign_in(self, scope: Scope, given: Mapping[str, str] | None) -> Answer:
        if given is None:
            return self._pages.sign_in("", 200 if scope["path"].rstrip("/") == PREFIX else 401)
        name = given.get("name", "").strip().casefold()
        if not self._guard.may_try(scope, name):
            return self._pages.sign_in(SLOW, 429)
        word = await _quietly(self._people.sign_in, name, given.get("password", ""), given.get("code", ""))
        if word is None:
            return self._pages.sign_in(WRONG, 403)
        return redirect(f"{PREFIX}/", cookie(word))

    async def _join(self, scope: Scope, given: Mapping[str, str] | None) -> Answer:
        """Invited people set a password and prove that their phone shows the codes."""
        if given is None:
            return self._pages.join("", "", "")
        name, word = given.get("name", "").strip().casefold(), given.get("word", "").strip()
        if not self._guard.may_try(scope, name):
            return self._pages.join("", "", "", SLOW, 429)
        secret = await _quietly(self._people.welcome, name, word)
        if secret is None:
            return self._pages.join("", "", "", "There is no such invitation, or it is over.", 403)
        if "password" not in given:
            return self._pages.join(name, word, secret)
        try:
            joined = await _quietly(self._people.join, name, word, given["password"], given.get("code", ""))
        except BadInput as error:
            return self._pages.join(
                name, word, secret, f"The password has {error.found}; {error.would_do}.", 422
            )
        if not joined:
            return self._pages.join(
                name, word, secret, "That is not the code that your phone shows now.", 403
            )
        return redirect(f"{PREFIX}/")

    async def _do(self, scope: Scope, parts: list[str], given: Mapping[str, str], session: Session) -> Answer:
        match parts:
            case ["out"]:
                everywhere = given.get("everywhere") == "yes"
                await _quietly(self._people.sign_out, self._guard.word(scope), everywhere=everywhere)
                return redirect(f"{PREFIX}/", cookie(""))
            case ["people", name, "end"] if session.role == "admin":
                await _quietly(self._people.end, name)
                return redirect(f"{PREFIX}/people")
            case ["planned", *rest] if session.acts and self._works is not None:
                return await _quietly(self._plan, self._works, rest, given, session)
            case ["i", name] if session.acts:
                return await _quietly(self._act, name, given, session)
            case ["i", _] | ["people", *_] | ["planned", *_]:
                raise Refused(403, "Your role reads and does not act.")
            case _:
                return self._pages.gone()

    def _plan(self, works: Works, rest: list[str], given: Mapping[str, str], session: Session) -> Answer:
        if rest == ["off"]:
            return (
                redirect(f"{PREFIX}/planned") if works.call_off(given.get("work", "")) else self._pages.gone()
            )
        settings, network = self._pages.known()
        try:
            works.announce(given, network, settings.zone)
        except BadInput as error:
            wrong = f"{error.place}: {error.found}. {error.would_do}."
            return self._pages.planned(session, works.all(), wrong, given)
        return redirect(f"{PREFIX}/planned")

    def _act(self, name: str, given: Mapping[str, str], session: Session) -> Answer:
        """A first sending shows what would come of it; the second, with `sure`, does it."""
        found = self._desk.incident(name)
        if found is None:
            return self._pages.gone()
        act = act_of(IncidentId(name), given, session.name)
        try:
            if given.get("sure") != "yes":
                return self._pages.preview(session, found[0], act, self._desk.foresee(act))
            self._desk.act(act)
        except BadInput as error:
            return self._pages.incident(
                session, *found, f"{error.place}: {error.found}. {error.would_do}.", act
            )
        except Unchanged as error:
            return self._pages.incident(session, *found, str(error), act)
        return redirect(f"{PREFIX}/i/{quote(name, safe='')}")


def act_of(incident: IncidentId, given: Mapping[str, str], who: str) -> OperatorAct:
    """The act that a form asks for. Raises Refused where it names none."""
    name, category, component = given.get("act", ""), given.get("category", ""), given.get("component", "")
    if name not in get_args(OperatorAct.__annotations__["act"]):
        raise Refused(422, "The form names no act.")
    kind: Any = category if category in get_args(Category) else None
    act: Any = name
    return OperatorAct(
        who, act, incident, ComponentId(component) if component else None, given.get("text", ""), kind
    )


async def _quietly(work: Callable[Given, Found], *args: Given.args, **named: Given.kwargs) -> Found:
    """On a thread: the disk and the hashing of passwords keep nobody's page waiting."""
    return await asyncio.to_thread(work, *args, **named)
