"""icmp://host - do echo requests come back, and how many of them?  RFC 792, 4443."""

import asyncio
import socket
import statistics
from collections.abc import Mapping

from lightship.edges.probes.packets import NoSocket, packets
from lightship.edges.probes.probe import Check, Result
from lightship.edges.probes.stages import Course, Failed, resolve

COUNT, MOST = 3, 20
GAP = 0.2
"""Seconds between two requests to one host: often enough to see loss, seldom enough to be no burden."""


class IcmpProbe:
    """Up when at least one of three requests is answered; with `?loss=PERCENT`, when no more than that is lost.

    A host that does not answer echo requests may be well all the same: watch one that is known to.
    """

    default_port = 0
    options: Mapping[str, frozenset[str]] | None = {"count": frozenset(), "loss": frozenset()}
    takes_login = False

    async def measure(self, check: Check) -> Result:
        """So many requests, a fifth of a second apart."""
        course = Course(check)
        try:
            family, target = (await resolve(course, socket.SOCK_DGRAM))[0]
            count = min(MOST, int(check.options.get("count", COUNT)))
            with course.at("answer"):
                times = await _asked(family, str(target[0]), count, course.left())
            detail = _judged(check, times, count)
        except Failed as failed:
            return course.down(failed)
        return course.up(detail)


async def _asked(family: int, address: str, count: int, left: float) -> list[float]:
    """The round trips of those that were answered, in seconds."""
    try:
        found = await asyncio.gather(*(_one(family, address, n * GAP, left) for n in range(count)))
    except NoSocket as error:
        raise Failed("request", "unreachable", str(error)) from error
    return [each for each in found if each is not None]


async def _one(family: int, address: str, wait: float, left: float) -> float | None:
    await asyncio.sleep(min(wait, left / 2))
    try:
        return await packets().echo(family, address, max(0.05, left - wait))
    except TimeoutError:
        return None


def _judged(check: Check, times: list[float], count: int) -> str:
    lost = 100 * (count - len(times)) / count
    if not times:
        raise Failed("answer", "timeout", f"none of {count} echo requests was answered")
    told = f"{len(times)} of {count} answered, {statistics.median(times) * 1000:.3g} ms"
    if lost > float(check.options.get("loss", 99.9)):
        raise Failed("answer", "lost", told)
    return told
