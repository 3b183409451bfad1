"""Forms that people send: read to a bound, decoded, and refused when another site sent them for somebody."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

LONGEST = 4096
"""Octets of a form. Ours has five short fields."""

MOST = 40
"""Fields of a form, a box that is ticked counting as one."""

KIND = "application/x-www-form-urlencoded"


class Refused(Exception):
    """The form is not taken; `status` is the HTTP status, the text says why to whoever sent it."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def headers(scope: Scope) -> dict[str, list[str]]:
    """All values of each header, by its name in small letters."""
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


async def form(scope: Scope, receive: Receive) -> dict[str, str]:
    """The fields, the first value of each. Raises Refused."""
    return {name: values[0] for name, values in (await fields(scope, receive)).items()}


async def fields(scope: Scope, receive: Receive) -> dict[str, list[str]]:
    """The fields with all their values. Raises Refused."""
    told = headers(scope)
    if told.get("content-type", [""])[0].partition(";")[0].strip().lower() != KIND:
        raise Refused(415, "Only the form of this page is understood here.")
    own_page(told)
    body = await whole(receive)
    try:
        return parse_qs(body.decode("utf-8", "replace"), max_num_fields=MOST)
    except ValueError:
        raise Refused(413, "That is more than this form holds.") from None


def own_page(told: dict[str, list[str]]) -> None:
    """A form that another site makes a visitor send would let that site report in his name. Raises Refused."""
    site = told.get("sec-fetch-site", [""])[0]
    origin, host = told.get("origin", [""])[0], told.get("host", [""])[0]
    other = site in ("cross-site", "same-site") or (
        origin not in ("", "null") and urlsplit(origin).netloc != host
    )
    if other:
        raise Refused(403, "This was sent from another site. Please use the form on this page.")


async def whole(receive: Receive) -> bytes:
    """The body. Raises Refused where it is too long, or ends early."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(400, "The connection was closed.")
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LONGEST:
            raise Refused(413, "That is more than this form holds.")
    return body
