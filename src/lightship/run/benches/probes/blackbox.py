"""Debian's blackbox_exporter, driven over connections that are kept, its CPU read from the kernel's count of it."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httptools

from lightship.run.benches.mail.programs import program
from lightship.run.benches.mail.server import free_port
from lightship.run.benches.probes.targets import running, until_open

NAME = "prometheus-blackbox-exporter"

_WEB = "prober: http, http: {preferred_ip_protocol: ip4, no_follow_redirects: true"
_NAMES = "query_name: www.example.test, query_type: A, preferred_ip_protocol: ip4, transport_protocol: udp"

_MODULES = f"""\
modules:
  http: {{{_WEB}}}}}
  https: {{{_WEB}, tls_config: {{insecure_skip_verify: true}}}}}}
  tcp: {{prober: tcp, tcp: {{preferred_ip_protocol: ip4}}}}
  icmp: {{prober: icmp, icmp: {{preferred_ip_protocol: ip4}}}}
  dns: {{prober: dns, dns: {{{_NAMES}}}}}
"""


class Blackbox:
    """One that runs. `seconds` is what it has cost so far."""

    def __init__(self, process: int, port: int) -> None:
        self._process, self._port = process, port

    @property
    def seconds(self) -> float:
        """CPU seconds of all its threads."""
        words = Path(f"/proc/{self._process}/stat").read_text().rpartition(") ")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def cost(self, module: str, target: str, many: int, at_once: int) -> float:
        """CPU seconds for one probe, in the mean over so many. Raises ValueError where some failed."""
        before = self.seconds
        path = f"/probe?module={module}&target={target}".encode()
        good = asyncio.run(_driven(self._port, path, many, at_once))
        if good < many * 0.99:
            raise ValueError(f"{many - good} of {many} probes by blackbox_exporter failed: {module} {target}")
        return (self.seconds - before) / many


@contextmanager
def blackbox(folder: Path) -> Iterator[Blackbox]:
    """One on the first core, with one thread that works at a time."""
    port, file = free_port(), folder / "blackbox.yml"
    file.write_text(_MODULES)
    words = [
        program(NAME) or "", f"--config.file={file}", f"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
    ]  # fmt: skip
    with running(words, 0, GOMAXPROCS="1") as process:
        until_open(port)
        yield Blackbox(process, port)


class _Kept(asyncio.Protocol):
    """One connection that is kept: asks again as soon as it was answered."""

    def __init__(self, path: bytes, left: list[int], ended: "asyncio.Future[None]") -> None:
        self._asks = b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
        self._left, self._ended, self.good, self._body = left, ended, 0, bytearray()
        self._parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport), "a stream"
        self._transport = transport
        self._next()

    def _next(self) -> None:
        if self._left[0] <= 0:
            self._transport.close()
            if not self._ended.done():
                self._ended.set_result(None)
            return
        self._left[0] -= 1
        self._body.clear()
        self._parser = httptools.HttpResponseParser(self)
        self._transport.write(self._asks)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_body(self, data: bytes) -> None:
        self._body += data

    def on_message_complete(self) -> None:
        self.good += b"\nprobe_success 1" in self._body
        asyncio.get_running_loop().call_soon(self._next)


async def _driven(port: int, path: bytes, many: int, at_once: int) -> int:
    """How many were good."""
    loop, left = asyncio.get_running_loop(), [many]
    kept = [_Kept(path, left, loop.create_future()) for _ in range(at_once)]
    for each in kept:
        await loop.create_connection(lambda each=each: each, "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*(each._ended for each in kept))
    return sum(each.good for each in kept)
