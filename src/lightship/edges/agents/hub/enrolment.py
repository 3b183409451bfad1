"""Letting an agent in: its one-time invitation becomes a token of its own."""

import threading
from contextlib import suppress

from lightship.edges.agents.hub.registry import Registry
from lightship.edges.clock import Clock, now
from lightship.edges.intake.desk.draft import prefix_of
from lightship.edges.intake.desk.limits import Limits
from lightship.edges.stores.tokens import TokenFile
from lightship.vocabulary.errors import BadInput

BURST, A_MINUTE = 5.0, 2.0
"""Bad invitations of one network: at once, and per minute from then on."""
PREFIX = "agent."


class TooMany(Exception):
    """Too many bad invitations from that network."""


class Enrolment:
    """Lets agents in, and knows them by their tokens' names.

    Args:
        key: the hub's public key.

    `came` is set when an agent was let in; whoever makes its orders clears it.
    """

    def __init__(self, registry: Registry, tokens: TokenFile, key: bytes, clock: Clock = now) -> None:
        self.registry, self._tokens, self.key, self._clock = registry, tokens, key, clock
        self._limits, self._turn = Limits(BURST, A_MINUTE), threading.Lock()
        self.came = threading.Event()

    def enrol(self, invitation: str, version: str, sender: str) -> tuple[str, str] | None:
        """Name and token; None where the invitation is not good. Raises TooMany."""
        with self._turn:
            name = self.registry.let_in(invitation, version)
            if name is None:
                if not self._limits.allow(prefix_of(sender), self._clock()):
                    raise TooMany
                return None
            with suppress(BadInput):  # its first one
                self._tokens.revoke(PREFIX + name)
            token = self._tokens.add(PREFIX + name, ["agent"])
        self.came.set()
        return name, token


def agent_of(token_name: str) -> str | None:
    """Whose token it is; None: a token that may speak as an agent and was made by hand, for none."""
    return token_name.removeprefix(PREFIX) if token_name.startswith(PREFIX) else None
