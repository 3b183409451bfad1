"""How each kind of target is asked over one line: echo requests, resolvers, connections and pages."""

import asyncio
import contextlib
import random
import re
import socket
from collections.abc import Callable, Iterable
from typing import Protocol
from urllib.parse import urlsplit

from lightship.edges.links import echo, names
from lightship.edges.links.sockets import IPV4, IPV6, bound, echo_socket, family_of
from lightship.endure.wan.uplinks import Uplink
from lightship.vocabulary.errors import Unreachable

Answered = Callable[[int, bool], None]
"""Called with the serial number of a probe, and whether the answer is a right one."""


class Asking(Protocol):
    """One way of asking."""

    ready: bool

    def open(self) -> None:
        """Open what can be opened beforehand; again changes nothing."""

    def send(self, target: int, serial: int) -> None:
        """Ask once. Trouble is silence."""

    def forget(self, serial: int) -> None:
        """No answer is waited for any more."""

    def close(self) -> Iterable["asyncio.Task[None]"]:
        """End it; gives what is still running."""


class Echoes:
    """Echo requests. `ready`: this user may send them."""

    def __init__(self, uplink: Uplink, answered: Answered, number: int) -> None:
        self.uplink, self.answered, self.number, self.ready = uplink, answered, number, True
        self._targets = {n: each.name for n, each in enumerate(uplink.targets) if each.kind == "ping"}
        self._open: dict[int, tuple[socket.socket, bool]] = {}
        self._serials: dict[int, int] = {}
        self._sequence = random.randrange(0x10000)  # noqa: S311 - not to meet another process's

    def open(self) -> None:
        """A socket for each family that is asked for."""
        for family in {family_of(each) for each in self._targets.values()} - set(self._open):
            made = echo_socket(self.uplink.name, family)
            self.ready = self.ready and made is not None
            if made is not None:
                self._open[family] = made
                asyncio.get_running_loop().add_reader(made[0], self._read, family)

    def renew(self) -> None:
        """The device is another of the same name: a socket stays bound to the one that has gone."""
        self.close()
        with contextlib.suppress(Unreachable):  # gone once more; the next change brings us back here
            self.open()

    def send(self, target: int, serial: int) -> None:
        """One request."""
        address = self._targets[target]
        family = family_of(address)
        if family not in self._open:
            return
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._serials[self._sequence] = serial
        with contextlib.suppress(
            OSError
        ):  # no route, no carrier, a firewall of ours: an answer that does not come
            self._open[family][0].sendto(
                echo.request(self.number, self._sequence, family == IPV6), (address, 0)
            )

    def _read(self, family: int) -> None:
        made, raw = self._open[family]
        with contextlib.suppress(OSError):
            while True:
                packet = made.recv(256)
                number = self.number if raw else None
                sequence = echo.reply(packet, number, family == IPV6, raw and family != IPV6)
                serial = self._serials.pop(sequence, None) if sequence is not None else None
                if serial is not None:
                    self.answered(serial, True)

    def forget(self, serial: int) -> None:
        """Old numbers are used again after 65,536 requests; until then a very late reply would be taken for one."""
        for sequence in [n for n, each in self._serials.items() if each == serial]:
            del self._serials[sequence]

    def close(self) -> Iterable["asyncio.Task[None]"]:
        """Nothing is left running."""
        for made, _ in self._open.values():
            asyncio.get_running_loop().remove_reader(made)
            made.close()
        self._open.clear()
        return ()


class Names:
    """Queries to resolvers, each from a socket of its own, so that no late answer is taken for another's."""

    ready = True

    def __init__(self, uplink: Uplink, answered: Answered, name: str) -> None:
        self.uplink, self.answered, self.name = uplink, answered, name
        self._open: dict[int, socket.socket] = {}

    def open(self) -> None:
        """Nothing beforehand."""

    def send(self, target: int, serial: int) -> None:
        """One query."""
        address = self.uplink.targets[target].name
        number = random.randrange(0x10000)  # noqa: S311 - pairs question and answer, guards nothing
        try:
            made = bound(self.uplink.name, family_of(address), socket.SOCK_DGRAM)
        except OSError:
            return
        self._open[serial] = made
        try:
            made.connect((address, 53))
            made.send(names.query(number, self.name))
        except OSError:
            return
        asyncio.get_running_loop().add_reader(made, self._read, serial, number)

    def _read(self, serial: int, number: int) -> None:
        try:
            right = names.answered(self._open[serial].recv(2048), number)
        except OSError:
            right = False  # "port unreachable": nobody there, which is as good as a refusal
        if right is not None:
            self.forget(serial)
            self.answered(serial, right)

    def forget(self, serial: int) -> None:
        """Close the socket of a query."""
        made = self._open.pop(serial, None)
        if made is not None:
            asyncio.get_running_loop().remove_reader(made)
            made.close()

    def close(self) -> Iterable["asyncio.Task[None]"]:
        """Nothing is left running."""
        for serial in list(self._open):
            self.forget(serial)
        return ()


class Pages:
    """Connections (`tcp`: host:port) and pages that must be empty with status 204 (`http`: an address)."""

    ready = True

    def __init__(self, uplink: Uplink, answered: Answered) -> None:
        self.uplink, self.answered = uplink, answered
        self._running: dict[int, asyncio.Task[None]] = {}
        self._addresses: dict[str, tuple[int, str]] = {}

    def open(self) -> None:
        """Nothing beforehand."""

    def send(self, target: int, serial: int) -> None:
        """One connection."""
        task = asyncio.get_running_loop().create_task(self._course(target, serial))
        self._running[serial] = task
        task.add_done_callback(lambda _: self._running.pop(serial, None))

    async def _course(self, target: int, serial: int) -> None:
        each = self.uplink.targets[target]
        with contextlib.suppress(OSError, Unreachable):
            right = await (self._page(each.name) if each.kind == "http" else self._connection(each.name))
            self.answered(serial, right)

    async def _connection(self, name: str) -> bool:
        host, _, port = name.rpartition(":")
        with contextlib.suppress(ConnectionRefusedError):  # a refusal has come all the way, too
            (await self._connect(host.strip("[]"), int(port))).close()
        return True

    async def _page(self, name: str) -> bool:
        parts, loop = urlsplit(name), asyncio.get_running_loop()
        made = await self._connect(parts.hostname or "", parts.port or 80)
        try:
            path = parts.path or "/"
            head = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUser-Agent: lightship\r\nConnection: close\r\n\r\n"
            await loop.sock_sendall(made, head.encode("ascii"))
            words = (await loop.sock_recv(made, 512)).split(b" ", 2)
            return len(words) > 1 and words[1] == b"204"
        finally:
            made.close()

    async def _connect(self, host: str, port: int) -> socket.socket:
        family, address = await self._address(host)
        made = bound(self.uplink.name, family, socket.SOCK_STREAM)
        try:
            await asyncio.get_running_loop().sock_connect(made, (address, port))
        except BaseException:
            made.close()
            raise
        return made

    async def _address(self, host: str) -> tuple[int, str]:
        """Where a host is; once known it stays, so that dead resolvers do not look like a dead page."""
        if not re.search(r"[^0-9a-fA-F:.]", host):
            return family_of(host), host
        if host not in self._addresses:
            self._addresses[host] = await self._looked_up(host)
        return self._addresses[host]

    async def _looked_up(self, host: str) -> tuple[int, str]:
        """Ask the line's own resolvers, over the line."""
        loop, number = asyncio.get_running_loop(), random.randrange(0x10000)  # noqa: S311 - guards nothing
        for resolver in [each.name for each in self.uplink.targets if each.kind == "dns"]:
            made = bound(self.uplink.name, family_of(resolver), socket.SOCK_DGRAM)
            try:
                made.connect((resolver, 53))
                await loop.sock_sendall(made, names.query(number, host))
                async with asyncio.timeout(1.0):
                    found = names.address(await loop.sock_recv(made, 2048), number)
            except OSError:  # a timeout is one, too
                continue
            finally:
                made.close()
            if found is not None:
                return IPV4, found
        raise Unreachable(f"{host}: no resolver of {self.uplink.name} knows its address")

    def forget(self, serial: int) -> None:
        """End one connection."""
        task = self._running.get(serial)
        if task is not None:
            task.cancel()

    def close(self) -> Iterable["asyncio.Task[None]"]:
        """End all."""
        running = list(self._running.values())
        for each in running:
            each.cancel()
        return running
