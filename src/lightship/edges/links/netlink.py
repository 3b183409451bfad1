"""The devices of this machine as the kernel knows them: carrier, addresses, and the default routes others have set."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from pyroute2 import AsyncIPRoute

from lightship.edges.links.marks import PROTOCOL

MAIN = 254
FAMILIES = (socket.AF_INET, socket.AF_INET6)
LINK_LOCAL = ("fe80:", "169.254.")


class Way(msgspec.Struct, frozen=True):
    """A default route. `gateway` is None on lines that need none (PPP, some modems). A lower metric is preferred."""

    family: int
    gateway: str | None
    metric: int


class Device(msgspec.Struct, frozen=True):
    """One device.

    Args:
        up: it is switched on and has a carrier. addresses: global ones. ways: out of it, the preferred first.
    """

    name: str
    index: int
    up: bool
    addresses: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()

    def way(self, family: int) -> Way | None:
        """The preferred way out in this family."""
        return next((each for each in self.ways if each.family == family), None)

    @property
    def usable(self) -> bool:
        """Whether packets could leave by it at all."""
        return self.up and bool(self.ways) and bool(self.addresses)


async def devices() -> dict[str, Device]:
    """All devices by name."""
    async with AsyncIPRoute() as kernel:
        ways, addresses = await _ways(kernel), await _addresses(kernel)
        found = {}
        async for each in await kernel.get_links():
            name, index = str(each.get_attr("IFLA_IFNAME")), int(each["index"])
            state = each.get_attr("IFLA_OPERSTATE")
            up = bool(each["flags"] & 1) and state in ("UP", "UNKNOWN")
            mine = sorted(ways.get(index, []), key=lambda way: (way.family, way.metric))
            found[name] = Device(name, index, up, tuple(addresses.get(index, [])), tuple(mine))
        return found


async def _ways(kernel: AsyncIPRoute) -> dict[int, list[Way]]:
    found: dict[int, list[Way]] = {}
    for family in FAMILIES:
        async for each in await kernel.get_routes(family=family):
            if each["dst_len"] == 0 and each["type"] == 1 and _is_others(each):
                _note(found, family, each)
    return found


def _is_others(route: Any) -> bool:
    return bool(route["proto"] != PROTOCOL and (route.get_attr("RTA_TABLE") or route["table"]) == MAIN)


def _note(found: dict[int, list[Way]], family: int, route: Any) -> None:
    metric = route.get_attr("RTA_PRIORITY") or 0
    hops = route.get_attr("RTA_MULTIPATH") or []
    for index, gateway in [(route.get_attr("RTA_OIF"), route.get_attr("RTA_GATEWAY"))] + [
        (hop["oif"], hop.get_attr("RTA_GATEWAY")) for hop in hops
    ]:
        if index:
            found.setdefault(index, []).append(Way(family, gateway, metric))


async def _addresses(kernel: AsyncIPRoute) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    async for each in await kernel.get_addr():
        address = str(each.get_attr("IFA_LOCAL") or each.get_attr("IFA_ADDRESS"))
        if not address.startswith(LINK_LOCAL):
            found.setdefault(int(each["index"]), []).append(address)
    return found


def preferred(known: dict[str, Device], family: int = socket.AF_INET) -> str | None:
    """The device that the machine itself would use; None without any default route."""
    ways = [(way.metric, each.name) for each in known.values() if (way := each.way(family)) and each.up]
    return min(ways)[1] if ways else None


async def changes(settle: float = 0.02) -> AsyncIterator[dict[str, Device]]:
    """The devices now, and again whenever links, addresses or routes have changed."""
    async with AsyncIPRoute() as kernel:
        await kernel.bind()
        yield await devices()
        while True:
            async for _ in kernel.get():  # ends with each batch of messages
                pass
            await asyncio.sleep(settle)  # a renewed lease is half a dozen of them
            yield await devices()
