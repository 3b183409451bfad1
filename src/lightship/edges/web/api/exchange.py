"""What a handler is given and what it gives: a request, an answer, a problem (RFC 9457)."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec

from lightship.edges.stores.tokens import Caller

T = TypeVar("T")


class Problem(Exception):
    """An answer that says what is wrong, as `application/problem+json` (RFC 9457).

    Args:
        status: the HTTP status; its phrase is the title.
        detail: a sentence for whoever sent the request. Never a secret.
        errors: one entry a mistake where there may be many ("row 3", "no service 'tv'").
        headers: more headers, such as Retry-After.
    """

    def __init__(
        self, status: int, detail: str, errors: Sequence[tuple[str, str]] = (), headers: Mapping[str, str] | None = None
    ) -> None:  # fmt: skip
        super().__init__(detail)
        self.status, self.detail, self.errors, self.headers = status, detail, tuple(errors), headers or {}

    def answer(self) -> "Answer":
        """As sent."""
        said: dict[str, Any] = {
            "type": "about:blank", "title": HTTPStatus(self.status).phrase, "status": self.status,
            "detail": self.detail,
        }  # fmt: skip
        if self.errors:
            said["errors"] = [{"where": where, "detail": detail} for where, detail in self.errors]
        return Answer(self.status, msgspec.json.encode(said), "application/problem+json", self.headers)


class Answer(msgspec.Struct, frozen=True):
    """What is sent."""

    status: int
    body: bytes = b""
    kind: str = "application/json"
    headers: Mapping[str, str] = {}


def answer(value: object, status: int = 200, **headers: str) -> Answer:
    """A value as JSON. Headers are written with low lines: `retry_after="5"`."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, msgspec.json.encode(value), headers=told)


class Parts:
    """What handlers work with, found by its type: the desk, the agents' registry ... whatever this hub has."""

    def __init__(self, *things: object) -> None:
        self._things = {type(each): each for each in things}

    def find(self, kind: type[T]) -> T:
        """The part of that type. Raises Problem (404) where this hub has none: it is not switched on."""
        found = self._things.get(kind)
        if found is None:
            raise Problem(404, "This is not switched on here; the operator's configuration decides.")
        assert isinstance(found, kind), "kept by its type"
        return found


class Request(msgspec.Struct, frozen=True):
    """One request, its body read and its caller known.

    Args:
        named: what the path named. query: the first value of each name. headers: the last value of each, small letters.
        caller: absent where the route is open to everybody. sender: the address, proxies of our own looked through.
    """

    method: str
    path: str
    named: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    caller: Caller | None
    sender: str
    parts: Parts

    @property
    def known(self) -> Caller:
        """The caller, on a route that asks for a token."""
        assert self.caller is not None, "the route asks for a token"
        return self.caller

    def json(self, kind: type[T]) -> T:
        """The body. Raises Problem: 400 for what is no JSON, 422 for JSON of another shape, naming the place."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except msgspec.ValidationError as error:
            raise Problem(422, str(error)) from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Problem(400, f"The body is no JSON: {error}") from None
