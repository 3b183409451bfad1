"""The interface as an ASGI application: finds the route, lets the caller in, reads the body, and answers in JSON."""

from collections.abc import Mapping
from urllib.parse import parse_qs

from lightship.edges.clock import Clock, now
from lightship.edges.stores.tokens import Caller
from lightship.edges.web.api import ROUTES
from lightship.edges.web.api.body import body
from lightship.edges.web.api.exchange import Answer, Parts, Problem, Request
from lightship.edges.web.api.gate import Gate, Tokens
from lightship.edges.web.api.route import EVERYBODY, Found, Route, Table, handler
from lightship.edges.web.forms import Receive, Scope, headers
from lightship.edges.web.published import Send
from lightship.edges.web.senders import Senders
from lightship.vocabulary.errors import StoreRefused

UNDER_WAY = 1024
"""Requests at once, those that wait for news among them; the next is turned away."""
LONGEST_QUERY = 2048


class Api:
    """The application.

    Args:
        tokens: knows who may call.
        parts: what handlers work with.
        senders: looks through our own proxies.
        routes: the table; the shipped one unless a test brings its own.
    """

    def __init__(
        self, tokens: Tokens, parts: Parts, senders: Senders, clock: Clock = now, routes: Mapping[str, Route] = ROUTES
    ) -> None:  # fmt: skip
        self._table, self._gate = Table(routes), Gate(tokens, clock)
        self._parts, self._senders, self._under_way = parts, senders, 0

    def serves(self, path: str) -> bool:
        """Whether this path is ours."""
        return self._table.serves(path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        self._under_way += 1
        try:
            said = await self._answer(scope, receive)
        except Problem as problem:
            said = problem.answer()
        except (
            StoreRefused
        ):  # what it says names files of this machine, which are nobody's business out there
            said = Problem(503, "This cannot be kept just now.", headers={"retry-after": "10"}).answer()
        finally:
            self._under_way -= 1
        await _send(send, said, scope["method"] == "HEAD")

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        if self._under_way > UNDER_WAY:
            raise Problem(503, "Too many requests at once.", headers={"retry-after": "5"})
        found = self._found(scope)
        told = {name: values[-1] for name, values in headers(scope).items()}
        sender = self._senders.sender(_peer(scope), headers(scope).get("x-forwarded-for", ()))
        caller = self._caller(found.route, told, sender)
        sent = b""
        if scope["method"] in ("POST", "PUT", "PATCH"):
            coding, stated = told.get("content-encoding", ""), told.get("content-length", "")
            sent = await body(receive, coding, stated, found.route.most)
        request = Request(
            scope["method"],
            scope["path"],
            found.named,
            _query(scope),
            told,
            sent,
            caller,
            sender,
            self._parts,
        )
        return await handler(found.route)(request)

    def _found(self, scope: Scope) -> Found:
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        found = self._table.find(method, scope["path"])
        if isinstance(found, Found):
            return found
        if found:
            raise Problem(405, f"Here only {', '.join(found)}.", headers={"allow": ", ".join(found)})
        raise Problem(404, "There is nothing at this address; docs/reference/api.md lists what there is.")

    def _caller(self, route: Route, told: Mapping[str, str], sender: str) -> Caller | None:
        if route.may == EVERYBODY:
            return None
        return self._gate.caller(route, told.get("authorization", ""), sender)


def _peer(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _query(scope: Scope) -> dict[str, str]:
    text = scope.get("query_string", b"")[:LONGEST_QUERY].decode("latin-1")
    return {
        name: values[0] for name, values in parse_qs(text, keep_blank_values=True, max_num_fields=50).items()
    }


async def _send(send: Send, said: Answer, bare: bool) -> None:
    fixed = {
        "content-type": said.kind, "content-length": str(len(said.body)), "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }  # fmt: skip
    told = [
        (name.encode(), value.encode("latin-1", "replace"))
        for name, value in {**fixed, **said.headers}.items()
    ]
    await send({"type": "http.response.start", "status": said.status, "headers": told})
    await send({"type": "http.response.body", "body": b"" if bare else said.body})
