"""What a line does from one instant to the next, and how a course of it is put together."""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

Cause = Literal["cut", "loss", "burst", "target", "dns", "portal", "slow"]


class Trouble(msgspec.Struct, frozen=True):
    """Something is wrong with one line for a while.

    Args:
        begins, ends: seconds from the beginning of the course.
        uplink: number of the line; target: number of the one target that it touches, None: all of them.
        loss: share of probes lost meanwhile, 0 to 1; slow: seconds that each round trip takes longer.
        cause: what it is. "dns" touches the targets that are resolvers; with "portal", a stranger answers the HTTP
            check.
    """

    begins: float
    ends: float
    uplink: int
    cause: Cause
    loss: float = 1.0
    target: int | None = None
    slow: float = 0.0


class Stretch(msgspec.Struct, frozen=True):
    """One line between two changes.

    Args:
        begins: seconds. loss: share by target. rtt: seconds.
        strangers: for each target, whether somebody else answers in its place; empty where nobody does.
    """

    begins: float
    loss: tuple[float, ...]
    rtt: float
    strangers: tuple[bool, ...] = ()


class Course(msgspec.Struct, frozen=True):
    """What one line does over time: stretches in order, the first from 0 on."""

    stretches: tuple[Stretch, ...]


def course(
    uplink: int, kinds: Sequence[str], rtt: float, usual_loss: float, troubles: Iterable[Trouble]
) -> Course:
    """Lay the troubles of one line over its usual loss. `kinds`: of its targets, as the decider names them."""
    mine = [each for each in troubles if each.uplink == uplink and each.ends > each.begins]
    changes = sorted({0.0, *(each.begins for each in mine), *(each.ends for each in mine)})
    coming = sorted(mine, key=lambda each: each.begins)
    now: list[Trouble] = []
    found = []
    for at in changes:
        now = [each for each in now if each.ends > at]
        while coming and coming[0].begins <= at:
            now.append(coming.pop(0))
        found.append(_stretch(at, kinds, rtt, usual_loss, now))
    return Course(tuple(found))


def _stretch(at: float, kinds: Sequence[str], rtt: float, usual: float, now: list[Trouble]) -> Stretch:
    loss = tuple(_loss(number, kind, usual, now) for number, kind in enumerate(kinds))
    portal = any(each.cause == "portal" for each in now)
    strangers = tuple(kind == "http" for kind in kinds) if portal else ()
    return Stretch(at, loss, rtt + sum(each.slow for each in now), strangers)


def _loss(number: int, kind: str, usual: float, now: list[Trouble]) -> float:
    through = 1.0 - usual
    for each in now:
        if _touches(each, number, kind):
            through *= 1.0 - each.loss
    return 1.0 - through


def _touches(trouble: Trouble, number: int, kind: str) -> bool:
    if trouble.cause == "dns":
        return kind == "dns" and trouble.target in (None, number)
    if trouble.cause == "portal":  # lets names and its own page through, and nothing else
        return kind in ("ping", "tcp")
    return trouble.target in (None, number)
