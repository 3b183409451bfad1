"""The hub's key: it signs what agents are to do, and an agent takes nothing else."""

import os
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lightship.edges.agents.wire import Orders, Signed
from lightship.vocabulary.errors import StoreRefused


class OrdersRefused(Exception):
    """Orders that an agent does not take, in words."""


def beside(store: Path) -> Path:
    """Where a hub's key lies."""
    return store.with_suffix(".hub.key")


class HubKey:
    """Made at the first call, then read. Raises StoreRefused where the file cannot be written or is no key."""

    def __init__(self, path: Path) -> None:
        try:
            if not path.exists():
                _make(path)
            self._key = Ed25519PrivateKey.from_private_bytes(path.read_bytes())
        except (OSError, ValueError) as error:
            raise StoreRefused(f"{path}: the hub's key cannot be read or made ({error})") from error

    @property
    def public(self) -> bytes:
        """32 octets."""
        return self._key.public_key().public_bytes_raw()

    def sign(self, orders: Orders) -> Signed:
        """As they are sent."""
        body = msgspec.json.encode(orders)
        return Signed(body, self._key.sign(body))


def _make(path: Path) -> None:
    """Whole or not at all, and for this user's eyes only."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(Ed25519PrivateKey.generate().private_bytes_raw())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def opened(signed: Signed, key: bytes, agent: str, known: int) -> Orders:
    """What was signed.

    Args:
        key: the hub's public key, as it was at enrolment. agent: who we are. known: serial of the orders we have.

    Raises:
        OrdersRefused: not signed by that key, altered, meant for another agent, or older than what we have.
    """
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signed.signature, signed.body)
        orders = msgspec.json.decode(signed.body, type=Orders)
    except InvalidSignature:
        raise OrdersRefused("they are not signed by the hub that this agent was enrolled with") from None
    except (ValueError, msgspec.MsgspecError) as error:
        raise OrdersRefused(f"they cannot be read: {error}") from None
    if orders.agent != agent:
        raise OrdersRefused(f"they are meant for {orders.agent!r}")
    if orders.serial < known:
        raise OrdersRefused(f"they are older ({orders.serial}) than those it has ({known})")
    return orders
