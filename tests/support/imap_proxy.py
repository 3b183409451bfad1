"""A proxy before a real IMAP server that lies, refuses, delays or hangs up as it is told."""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

_LITERAL = re.compile(rb"\{(\d+)\+?\}\r\n$")
_UID = re.compile(rb"UID (\d+)")
_FETCH = re.compile(rb"(\S+) UID FETCH ([\d:,]+) \(UID BODY\.PEEK\[\]\)")

Answer = Callable[[int, bytes, bytes], tuple[bytes, bytes] | None]
"""Given UID, the line that announces a literal, and the literal: what to send instead; None: hang up half-way."""


@dataclass
class Behaviour:
    """What it does. `answers` counts messages that went through, `connections` those that were made."""

    body: Answer | None = None
    refuse: dict[int, bytes] = field(default_factory=dict)
    rewrite: Callable[[bytes], bytes] | None = None
    seconds: float = 0.0
    answers: int = 0
    connections: int = 0
    fetched: list[int] = field(default_factory=list)


class ImapProxy:
    """Use it as a context; `port` is where it listens.

    Args:
        to: the port of the server.
        behaviour: may be changed while it runs.
    """

    def __init__(self, to: int, behaviour: Behaviour) -> None:
        self._to, self.behaviour = to, behaviour
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        """Listening."""
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nobody gets in any more."""
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.behaviour.connections += 1
                try:
                    server = socket.create_connection(("127.0.0.1", self._to))
                except OSError:
                    client.close()
                    continue
                for target in (self._up, self._down):
                    threading.Thread(target=target, args=(client, server), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError), client.makefile("rb") as lines:
            for line in lines:
                if not self._refused(line, client):
                    server.sendall(line)
        _shut(client, server)

    def _refused(self, line: bytes, client: socket.socket) -> bool:
        found = _FETCH.match(line)
        asked = _numbers(found[2]) if found else set()
        bad = next((uid for uid in asked if uid in self.behaviour.refuse), None)
        if found is None or bad is None:
            return False
        client.sendall(found[1] + b" " + self.behaviour.refuse[bad] + b"\r\n")
        return True

    def _down(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError), server.makefile("rb") as lines:
            while line := lines.readline():
                if not self._pass(line, lines.read, client):
                    break
        _shut(client, server)

    def _pass(self, line: bytes, read: Callable[[int], bytes], client: socket.socket) -> bool:
        announced, uid = _LITERAL.search(line), _UID.search(line)
        time.sleep(self.behaviour.seconds)
        if announced is None:
            client.sendall(self.behaviour.rewrite(line) if self.behaviour.rewrite else line)
            return True
        literal = read(int(announced[1]))
        if b"BODY[]" in line and uid is not None:
            self.behaviour.answers += 1
            self.behaviour.fetched.append(int(uid[1]))
            if self.behaviour.body is not None:
                instead = self.behaviour.body(int(uid[1]), line, literal)
                if instead is None:
                    client.sendall(line + literal[: len(literal) // 2])
                    return False
                line, literal = instead
        client.sendall(line + literal)
        return True


def _numbers(text: bytes) -> set[int]:
    found: set[int] = set()
    for part in text.split(b","):
        first, _, last = part.partition(b":")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def _shut(*ends: socket.socket) -> None:
    for end in ends:
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
