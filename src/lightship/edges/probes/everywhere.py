"""Every address behind a name, each measured on its own: one of four that is dead is seen, and does not hide."""

import asyncio
import socket
from collections.abc import Sequence

from msgspec.structs import replace

from lightship.edges.probes.expecting.judging import measured as held
from lightship.edges.probes.probe import Check, Probe, Result
from lightship.edges.probes.stages import Course, Failed, resolve

MOST = 16
"""Addresses of one name that are measured at once."""

Found = tuple[str, Result]
"""A literal address, and what was measured there; the address is empty where the name led to none."""


async def measured(probe: Probe, check: Check) -> Result:
    """One result for a check: of the first address that works, or of all of them where that was asked for."""
    if not check.every_address or not goes_by_ip(probe):
        return await held(probe, check)
    return together(await each_address(probe, check))


async def each_address(probe: Probe, check: Check) -> list[Found]:
    """Measure at every address that the name has in the check's family, beside each other."""
    if check.peer or not goes_by_ip(probe):
        return [(check.peer, await held(probe, check))]
    course = Course(check)
    try:
        found = await resolve(course, socket.SOCK_STREAM)
    except Failed as failed:
        return [("", course.down(failed))]
    peers = list(dict.fromkeys(str(address[0]) for _, address in found))[:MOST]
    looked_up = course.phases[0][1]
    results = await asyncio.gather(*(held(probe, replace(check, peer=peer)) for peer in peers))
    return [(peer, _with_name(each, looked_up)) for peer, each in zip(peers, results, strict=True)]


def together(found: Sequence[Found]) -> Result:
    """Up while one address works, as it is for customers, whose programs try the next; what fails is told."""
    bad = [each for each in found if not each[1].up]
    worst = max((bad if len(bad) == len(found) else found), key=lambda each: (each[1].up, each[1].seconds))[1]
    told = {**worst.figures, "addresses": float(len(found)), "addresses_down": float(len(bad))}
    if not bad or len(found) == 1:
        return replace(worst, figures=told)
    said = "; ".join(f"{peer}: {each.failure} at {each.stage}" for peer, each in bad)
    return replace(worst, figures=told, detail=f"{len(bad)} of {len(found)} addresses fail: {said}")


def goes_by_ip(probe: Probe) -> bool:
    """Whether the probe goes to an address that can be chosen."""
    return getattr(probe, "goes_by_ip", True)


def _with_name(result: Result, seconds: float) -> Result:
    """The name was looked up once, for all of them."""
    first, *others = result.phases or (("name", 0.0),)
    return replace(result, phases=(("name", seconds), *others)) if first[0] == "name" else result
