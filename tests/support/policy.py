"""Who decides for Postfix whether it takes a message (its policy delegation protocol): greylisting, full mailboxes."""

import socketserver
import threading
from types import TracebackType
from typing import Self


class Policy:
    """On loopback: says `action` to everything; greylisting, it first puts each sender and recipient off. A context."""

    def __init__(self) -> None:
        self.action = "DUNNO"
        self.greylisting = False
        self._seen: set[tuple[str, str]] = set()
        policy = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                told: dict[str, str] = {}
                for line in self.rfile:
                    name, _, value = line.decode().rstrip("\n").partition("=")
                    if name:
                        told[name] = value
                        continue
                    self.wfile.write(f"action={policy.decide(told)}\n\n".encode())
                    told = {}

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def decide(self, told: dict[str, str]) -> str:
        """What Postfix is to do."""
        pair = told.get("sender", ""), told.get("recipient", "")
        if self.greylisting and pair not in self._seen:
            self._seen.add(pair)
            return "450 4.2.0 Greylisted, try again later"
        return self.action

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join(5)
        self._server.server_close()
