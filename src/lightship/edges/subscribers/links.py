"""The addresses that letters carry: opaque, unguessable, each good for one purpose, dead with the person's key."""

import hmac

import msgspec

from lightship.edges.subscribers.keys import Key

FOLDER = "subscribe"
WEBHOOK_SECRET = 24
"""Octets of the secret that a webhook's signature is made with; Standard Webhooks asks for 24 to 64."""


class Links(msgspec.Struct, frozen=True):
    """Makes them. `address`: of the page, without a slash at its end."""

    address: str

    def confirm(self, person: str, channel: str, key: Key) -> str:
        """Leads to a button that says yes."""
        return f"{self.address}/{FOLDER}/confirm/{person}/{channel}/{key.token('confirm', channel)}"

    def stop(self, person: str, channel: str, key: Key) -> str:
        """Opened it leads to a button; posted to it ends the subscription (RFC 8058)."""
        return f"{self.address}/{FOLDER}/stop/{person}/{channel}/{key.token('stop', channel)}"

    def manage(self, person: str, key: Key) -> str:
        """Leads to everything that this person gets."""
        return f"{self.address}/{FOLDER}/manage/{person}/{key.token('manage')}"


def is_good(token: str, purpose: str, key: Key | None, channel: str = "") -> bool:
    """Whether a word is the one; it takes as long where it is not."""
    wanted = key.token(purpose, channel) if key is not None else "-"
    return hmac.compare_digest(token.encode(), wanted.encode()) and key is not None
