"""Readers who ask as fast as they are answered, over connections that stay open, and what that costs a server."""

import os
import selectors
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

CONNECTIONS = 32


class Load(NamedTuple):
    """What came of it.

    Args:
        answers: how many were read whole.
        cpu: seconds that the server's processes worked.
        waits: seconds from asking to the last octet, one an answer, sorted.
        status: of the first answer, such as 200.
    """

    answers: int
    cpu: float
    waits: Sequence[float]
    status: int

    @property
    def per_cpu_second(self) -> float:
        """Answers for each second of the processor."""
        return self.answers / max(self.cpu, 1e-9)

    def quantile(self, share: float) -> float:
        """Seconds within which that share of answers was there."""
        return self.waits[min(len(self.waits) - 1, round(share * len(self.waits)))]


def load(
    port: int, request: bytes, processes: Sequence[int], seconds: float, connections: int = CONNECTIONS
) -> Load:
    """Ask 127.0.0.1 for so long; `processes`: the server's, whose work is counted."""
    chosen = selectors.DefaultSelector()
    readers = [_Reader(port, request) for _ in range(connections)]
    for each in readers:
        chosen.register(each.socket, selectors.EVENT_READ, each)
        each.ask()
    began, spent, waits = time.perf_counter(), _worked(processes), []
    ends = began + seconds
    while time.perf_counter() < ends:
        for key, _ in chosen.select(0.5):
            reader: _Reader = key.data
            if reader.read():
                waits.append(time.perf_counter() - reader.asked)
                reader.ask()
    cpu = _worked(processes) - spent
    for each in readers:
        each.socket.close()
    return Load(len(waits), cpu, sorted(waits), readers[0].status)


def _worked(processes: Sequence[int]) -> float:
    """Seconds of the processor, user and system, of these processes with all their threads."""
    ticks = 0
    for each in processes:
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class _Reader:
    """One connection: asks, and knows when an answer is whole."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request, self._got, self._whole = request, b"", -1
        self.asked, self.status = 0.0, 0

    def ask(self) -> None:
        self._got, self._whole, self.asked = b"", -1, time.perf_counter()
        self.socket.sendall(self._request)

    def read(self) -> bool:
        """Whether the answer is there, whole."""
        part = self.socket.recv(65536)
        if not part:
            raise ConnectionError("the server closed a connection")
        self._got += part
        if self._whole < 0 and (ends := self._got.find(b"\r\n\r\n")) >= 0:
            head = self._got[:ends].lower()
            self.status = int(head[9:12])
            _, found, rest = head.partition(b"content-length:")
            length = int(rest.split(b"\r\n")[0]) if found and self.status != 304 else 0
            self._whole = ends + 4 + length
        return 0 <= self._whole <= len(self._got)
