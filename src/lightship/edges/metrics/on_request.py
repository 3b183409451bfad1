"""Measurements for Prometheus, made when it asks: allow-listed modules and hosts, a few at a time."""

import asyncio
import fnmatch
import ipaddress
from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from lightship.edges.probes.address import check, probe_for
from lightship.edges.probes.everywhere import measured
from lightship.edges.probes.expecting.condition import Condition
from lightship.edges.probes.probe import Check, Result
from lightship.vocabulary.errors import BadInput

AT_ONCE = 256
SCHEMES = ("http", "https", "tcp", "tls", "icmp", "dns")
"""What a target that brings its own scheme may ask for: nothing that logs in, runs a program or places a call."""

SPARE = 0.5
"""Seconds before Prometheus gives up by which we have answered, as blackbox_exporter does."""


class Module(msgspec.Struct, frozen=True):
    """What is asked of a target. `url`: an address, in which `{target}` stands for it."""

    url: str
    timeout: float
    conditions: tuple[Condition, ...] = ()


class Refused(Exception):
    """The module or the target is not on the list, or there are too many at once. `status`: for HTTP."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


class OnRequest:
    """Measures on the prober's loop, once it is known; never what is not on the list.

    Args:
        hosts: host names with `*`, addresses and networks that may be measured.
    """

    def __init__(self, modules: Mapping[str, Module], hosts: Sequence[str], contact: str = "") -> None:
        self._modules, self._contact, self._under_way = modules, contact, 0
        self._names = [each.lower() for each in hosts if not _network(each)]
        self._networks = [found for each in hosts if (found := _network(each))]
        self.loop: asyncio.AbstractEventLoop | None = None

    async def measure(self, module: str, target: str, patience: float | None) -> tuple[Check, Result]:
        """Once, now. Raises Refused."""
        made = self.check(module, target)
        if patience is not None:
            made = replace(made, timeout=max(0.1, min(made.timeout, patience - SPARE)))
        if self._under_way >= AT_ONCE:
            raise Refused(503, f"{AT_ONCE} measurements are under way")
        self._under_way += 1
        try:
            work = measured(probe_for(made.scheme), made)
            if self.loop is None or self.loop is asyncio.get_running_loop():
                return made, await work
            return made, await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.loop))
        finally:
            self._under_way -= 1

    def check(self, module: str, target: str) -> Check:
        """What would be measured. Raises Refused."""
        known = self._modules.get(module)
        if known is None:
            raise Refused(
                400, f"there is no module {module[:64]!r} here; known: {', '.join(sorted(self._modules))}"
            )
        try:
            made = check(
                known.url.replace("{target}", target), "target", timeout=known.timeout, conditions=known.conditions,
                contact=self._contact,
            )  # fmt: skip
        except BadInput as error:
            raise Refused(400, str(error)) from None
        if made.scheme not in (
            SCHEMES if known.url.startswith("{target}") else (known.url.partition(":")[0],)
        ):
            raise Refused(400, f"{made.scheme}:// cannot be asked for so")
        if not self._allowed(made.host):
            raise Refused(403, f"{made.host} is not among the hosts that may be measured here")
        return made

    def _allowed(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return any(fnmatch.fnmatchcase(host.lower(), each) for each in self._names)
        return any(address in each for each in self._networks)


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
