"""Trying what the work depends on, over each line: real measurements, bound to the line's device."""

import asyncio
from collections.abc import Mapping, Sequence

from lightship.edges.probes.address import check, probe_for
from lightship.endure.plan.facts import Firm
from lightship.endure.plan.plan import Reached, needs_of
from lightship.endure.plan.playbook import Kind

SECONDS = 5.0
AT_ONCE = 16
ANY = "any line"


def reach(firm: Firm, kinds: Mapping[str, Kind], lines: Sequence[str]) -> dict[str, tuple[Reached, ...]]:
    """Try every address of every application over every line; without lines, over whichever the machine takes.

    A name is looked up as the machine does it, by whatever line; the connection itself goes over the line stated.
    """
    return asyncio.run(_reach(firm, kinds, lines or (ANY,)))


async def _reach(
    firm: Firm, kinds: Mapping[str, Kind], lines: Sequence[str]
) -> dict[str, tuple[Reached, ...]]:  # fmt: skip
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(address: str, line: str) -> Reached:
        async with turn:
            return await _one(address, line)

    found = {}
    for each in firm.applications:
        tried = [one(address, line) for address in needs_of(each, kinds) for line in lines]
        found[each.name] = tuple(await asyncio.gather(*tried))
    return found


async def _one(address: str, line: str) -> Reached:
    made = check(address, timeout=SECONDS, device="" if line == ANY else line)
    result = await probe_for(made.scheme).measure(made)
    detail = (
        f"{result.seconds * 1000:.0f} ms" if result.up else f"{result.failure or 'failed'}: {result.detail}"
    )
    return Reached(address, line, result.up, detail)
