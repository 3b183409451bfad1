"""What hub and agent say to each other, as JSON over HTTPS. The agent always begins."""

from typing import Any, Literal

import msgspec

from lightship.vocabulary.signals import Failure, Outcome
from lightship.vocabulary.time import Instant

MOST_LINES = 500
"""Results of one batch."""
MOST_BYTES = 1024 * 1024
"""Octets of one batch, unpacked."""
LONGEST_WAIT = 25.0
"""Seconds that the hub keeps a question open; many proxies give up after thirty."""
LONGEST_DETAIL = 200


class Order(msgspec.Struct, frozen=True):
    """One check, as an entry of the hub's `checks` without anything secret.

    Args:
        family: 4, 6, or 0 where either will do. control: it only tells whether the agent's own line is up.
        needs_secret: it logs in; with what, only the agent's own file can say.
    """

    entry: dict[str, Any]
    family: Literal[0, 4, 6] = 0
    control: bool = False
    needs_secret: bool = False


class Orders(msgspec.Struct, frozen=True):
    """All that an agent is to do. Signed by the hub.

    Args:
        agent: for whom, and for nobody else. serial: a later one is larger; an earlier one is refused.
        contact: sent with probes; whom to ask about them.
    """

    agent: str
    serial: int
    contact: str = ""
    orders: tuple[Order, ...] = ()


class Signed(msgspec.Struct, frozen=True):
    """`Orders` as JSON, and an Ed25519 signature (RFC 8032) over those bytes."""

    body: bytes
    signature: bytes


class Enrol(msgspec.Struct, frozen=True):
    """What an agent asks with, once."""

    invitation: str
    version: str = ""


class Enrolled(msgspec.Struct, frozen=True):
    """What it gets: its name, its token, and the key by which it knows its hub from then on.

    Its first orders come a second later.
    """

    agent: str
    token: str
    key: bytes


class News(msgspec.Struct, frozen=True):
    """The answer to "is there anything new?".

    Args:
        at: the hub's clock.
        orders: absent: those with the serial that was named are the latest.
        asked: (address, family) to be measured now, out of turn.
    """

    at: Instant
    orders: Signed | None = None
    asked: tuple[tuple[str, int], ...] = ()


class Line(msgspec.Struct, frozen=True, array_like=True):
    """One result. `at`: by the hub's clock, as far as the agent knows it. `changed`: unlike the one before it."""

    seq: int
    at: Instant
    address: str
    family: Literal[0, 4, 6]
    outcome: Outcome
    changed: bool = False
    stage: str = ""
    failure: Failure | None = None
    seconds: float | None = None
    detail: str = ""


class Batch(msgspec.Struct, frozen=True):
    """Results of one epoch (a run of the agent's process), each known by (agent, epoch, seq) for good.

    Args:
        lowest: nothing below this seq will ever be sent again: it arrived, or was dropped.
        waiting: results that still wait on the agent's disk. dropped: how many it had to let go of in its life.
        clock: milliseconds by which its wall clock is ahead of the hub's; absent: not measured yet.
        trouble: its own, in words, for the hub's operators.
        run: the epoch of the process that sends, which may hand in an earlier one's results.
    """

    epoch: str
    lines: tuple[Line, ...] = ()
    lowest: int = 0
    waiting: int = 0
    dropped: int = 0
    clock: int | None = None
    trouble: str = ""
    run: str = ""


class Taken(msgspec.Struct, frozen=True):
    """All lines of the batch are on the hub's disk.

    Args:
        new: how many of them it did not have yet. serial: of the latest orders. at, asked: as in `News`.
    """

    at: Instant
    new: int
    serial: int
    asked: tuple[tuple[str, int], ...] = ()
