"""Sends this machine's traffic over one line, and takes every trace of that away again.

Two rules and a table of our own: first everything of the main table except its default routes, then our default route,
then the main table as ever. Nobody else's route is changed, whatever its metric, and a lease renewed meanwhile does no
harm. While the table is empty the machine does what it would do without us.
"""

import contextlib
import errno
import socket
from collections.abc import Mapping

from pyroute2 import AsyncIPRoute
from pyroute2.netlink.exceptions import NetlinkError

from lightship.edges.links.marks import PROTOCOL, RULE_OTHERS, RULE_OURS, TABLE
from lightship.edges.links.netlink import FAMILIES, MAIN, Device
from lightship.vocabulary.errors import Unreachable

TROUBLE = (NetlinkError,)
"""What the kernel's refusal raises."""
UNREACHABLE_METRIC = 4096
"""Behind any default route of ours: seen only where there is none."""


async def begin() -> None:
    """Set the rules. Raises Unreachable where the kernel refuses, with nothing left behind."""
    await end()
    try:
        async with AsyncIPRoute() as kernel:
            for family in FAMILIES:
                await kernel.rule("add", family=family, priority=RULE_OTHERS, table=MAIN, protocol=PROTOCOL,
                                  suppress_prefixlen=0)  # fmt: skip
                await kernel.rule("add", family=family, priority=RULE_OURS, table=TABLE, protocol=PROTOCOL)
    except NetlinkError as error:
        if error.code == errno.EAFNOSUPPORT:  # a machine without IPv6 has one family less
            return
        await end()
        raise Unreachable(
            f"the kernel refuses a routing rule ({error}); protect needs root, and policy routing"
        ) from error


async def use(device: Device | None, others: Mapping[str, Device], ipv6: bool = True) -> None:
    """Send everything over this device; None: as the machine itself would. `ipv6`: False where that leads nowhere.

    A family that the device has no way for, while another has one, is refused at once instead of being sent into the
    dead line: programs then take the other family.
    """
    async with AsyncIPRoute() as kernel:
        for family in FAMILIES:
            given_up = family == socket.AF_INET6 and not ipv6
            way = device.way(family) if device and not given_up else None
            elsewhere = any(each.way(family) for each in others.values())
            refuse = given_up or (device is not None and way is None and elsewhere)
            if device is not None and way is not None:
                gateway = {"gateway": way.gateway} if way.gateway else {}
                await kernel.route("replace", family=family, dst=_all(family), oif=device.index, table=TABLE,
                                   proto=PROTOCOL, **_metric(family, 1), **gateway)  # fmt: skip
            elif refuse:
                await kernel.route("replace", family=family, dst=_all(family), type="unreachable", table=TABLE,
                                   proto=PROTOCOL, priority=UNREACHABLE_METRIC)  # fmt: skip
            await _sweep(kernel, family, device.index if way and device else None, keep_refusal=refuse)


async def _sweep(kernel: AsyncIPRoute, family: int, keep: int | None, keep_refusal: bool) -> None:
    """Take away what is in our table and no longer wanted, after what is wanted stands."""
    for each in [route async for route in await kernel.get_routes(family=family, table=TABLE)]:
        refusal = each["type"] != 1
        if (refusal and keep_refusal) or (not refusal and each.get_attr("RTA_OIF") == keep):
            continue
        with contextlib.suppress(NetlinkError):
            await kernel.route("del", family=family, dst=_all(family), table=TABLE, type=each["type"],
                               priority=each.get_attr("RTA_PRIORITY") or 0,
                               **({} if refusal else {"oif": each.get_attr("RTA_OIF")}))  # fmt: skip


async def end() -> None:
    """Take away every rule and route of ours, whoever set them and whenever. Again changes nothing."""
    async with AsyncIPRoute() as kernel:
        for family in FAMILIES:
            for each in [rule async for rule in await kernel.get_rules(family=family)]:
                if each.get_attr("FRA_PROTOCOL") == PROTOCOL:
                    with contextlib.suppress(NetlinkError):
                        await kernel.rule("del", family=family, priority=each.get_attr("FRA_PRIORITY"),
                                          table=each.get_attr("FRA_TABLE"), protocol=PROTOCOL)  # fmt: skip
            await _sweep(kernel, family, None, keep_refusal=False)


async def is_set() -> bool:
    """Whether rules of ours stand."""
    async with AsyncIPRoute() as kernel:
        rules = [rule async for rule in await kernel.get_rules(family=FAMILIES[0])]
        return any(each.get_attr("FRA_PROTOCOL") == PROTOCOL for each in rules)


def _all(family: int) -> str:
    return "0.0.0.0/0" if family == FAMILIES[0] else "::/0"


def _metric(family: int, metric: int) -> dict[str, int]:
    # On IPv4 "replace" finds the old route by its metric alone, on IPv6 by metric too; one for both.
    return {"priority": metric}
