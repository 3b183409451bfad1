"""Who may call: a token in `Authorization`, as bearer (RFC 6750) or as the password of any user (RFC 7617).

The second is for programs that can only be given an address, `https://any:TOKEN@hub/...`.
"""

import base64
import binascii
from typing import Protocol

from lightship.edges.clock import Clock
from lightship.edges.intake.desk.draft import prefix_of
from lightship.edges.intake.desk.limits import Limits
from lightship.edges.stores.tokens import Caller
from lightship.edges.web.api.exchange import Problem
from lightship.edges.web.api.route import ANYBODY_KNOWN, SCOPES, Route

BURST, A_MINUTE = 10.0, 6.0
"""Bad tokens of one network: at once, and per minute from then on. A good one passes all the same."""
LONGEST = 512
ASKS = {"www-authenticate": 'Bearer realm="lightship"'}


class Tokens(Protocol):
    """Whoever knows tokens."""

    def find(self, token: str) -> Caller | None:
        """Whose it is; None: it is none, or not any more. Takes as long either way. Raises StoreRefused."""


class Gate:
    """Lets callers in."""

    def __init__(self, tokens: Tokens, clock: Clock) -> None:
        self._tokens, self._clock = tokens, clock
        self._limits = Limits(BURST, A_MINUTE)

    def caller(self, route: Route, authorization: str, sender: str) -> Caller:
        """Who calls. Raises Problem: 401 without a good token, 403 where it does not allow this, 429 after many bad."""
        if not authorization:
            raise Problem(401, "This asks for a token: Authorization: Bearer TOKEN.", headers=ASKS)
        found = self._tokens.find(token_in(authorization))
        if found is None:
            if not self._limits.allow(prefix_of(sender), self._clock()):
                raise Problem(429, "Too many bad tokens from this network.", headers={"retry-after": "60"})
            raise Problem(401, "This token is not known, or not good any more.", headers=ASKS)
        if route.may != ANYBODY_KNOWN and route.may not in found.may:
            raise Problem(403, f"This token may not {_means(route)}.")
        return found


def _means(route: Route) -> str:
    return next(means for scope, means in SCOPES.items() if scope == route.may)


def token_in(authorization: str) -> str:
    """The token of a header; empty where there is none.

    >>> token_in("Bearer abc"), token_in("Basic YW55OmFiYw=="), token_in("Digest x")
    ('abc', 'abc', '')
    """
    kind, _, said = authorization[:LONGEST].partition(" ")
    if kind.lower() == "bearer":
        return said.strip()
    if kind.lower() != "basic":
        return ""
    try:
        return base64.b64decode(said.strip(), validate=True).decode("latin-1").partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
