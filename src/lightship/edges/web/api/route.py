"""What a line in the table of routes says, and how a request finds its line."""

import importlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Final, Literal, NamedTuple

import msgspec

from lightship.edges.web.api.exchange import Answer, Request

Scope = Literal["report", "push", "agent", "read", "act"]
SCOPES: Mapping[Scope, str] = {
    "report": "hand in customers' reports",
    "push": "hand in counts, heartbeats and words of feeds",
    "agent": "hand in what an agent has measured",
    "read": "read what operators may read",
    "act": "do what operators may do: confirm, say, close",
}
"""What a token may do, and what that means."""

ANYBODY_KNOWN: Final = "any"
"""Whoever holds a token that is good, whatever it may do."""
EVERYBODY: Final = "everybody"
"""No token is asked for: such a handler checks for itself, and says nothing that is not public."""

KIB = 1024

Handler = Callable[[Request], Awaitable[Answer]]


class Route(msgspec.Struct, frozen=True):
    """One line.

    Args:
        handler: "module:function", loaded at its first call.
        may: what a token has to allow.
        most: octets of a body, decompressed.
        takes: name of a body's type in the handler's module, for the description; empty: docs/reference/api.md says it.
    """

    handler: str
    may: Scope | Literal["any", "everybody"]
    most: int = 64 * KIB
    takes: str = ""


class Found(NamedTuple):
    """The line for a request, and what its path named."""

    route: Route
    named: Mapping[str, str]


class Table:
    """Finds lines by method and path."""

    def __init__(self, routes: Mapping[str, Route]) -> None:
        self._lines: list[tuple[str, list[str], Route]] = []
        for line, route in routes.items():
            method, _, path = line.partition(" ")
            self._lines.append((method, path.strip("/").split("/"), route))
        self._starts = {_start(parts) for _, parts, _ in self._lines}

    def serves(self, path: str) -> bool:
        """Whether the path belongs to programs at all; what does not is the page's."""
        return _start(path.strip("/").split("/")) in self._starts

    def find(self, method: str, path: str) -> Found | tuple[str, ...]:
        """The line, or the methods that this path has; none: there is no such path."""
        parts, others = path.strip("/").split("/"), dict[str, None]()
        for known, pattern, route in self._lines:
            named = _matched(pattern, parts)
            if named is None:
                continue
            if known == method:
                return Found(route, named)
            others[known] = None
        return tuple(others)


def _start(parts: list[str]) -> tuple[str, ...]:
    """`/api/v1/whoami` belongs to `/api/v1`, beside which `/api/v2` is the page's; `/metrics` stands alone."""
    return tuple(parts[:2]) if parts[0] == "api" else (parts[0],)


def _matched(pattern: Iterable[str], parts: list[str]) -> dict[str, str] | None:
    wanted, named = list(pattern), dict[str, str]()
    if len(wanted) != len(parts):
        return None
    for want, part in zip(wanted, parts, strict=True):
        if want.startswith("{"):
            named[want.strip("{}")] = part
        elif want != part:
            return None
    return named


_loaded: dict[str, Handler] = {}


def handler(route: Route) -> Handler:
    """The function of a line."""
    found = _loaded.get(route.handler)
    if found is None:
        module, _, name = route.handler.partition(":")
        found = _loaded[route.handler] = getattr(importlib.import_module(module), name)
    return found
