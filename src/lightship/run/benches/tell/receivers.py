"""Receivers on this machine that count what they get and behave as badly as told: a mail relay, an HTTP server."""

import json
import re
import socketserver
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Verdict = Callable[[str, str], str]
"""Given the step ("RCPT", "DATA", "END") and the receiver, the answer, such as "250 ok"; "drop": hang up instead."""

_TO = re.compile(rb"<([^>]*)>")


def friendly(step: str, to: str) -> str:
    """Takes everything."""
    return "354 go on" if step == "DATA" else "250 ok"


class Relay:
    """An SMTP server on loopback (RFC 5321, as much as a relay's client uses). A context.

    Args:
        verdict: what it answers; at "END" the message is kept unless the answer is a refusal.
    """

    def __init__(self, verdict: Verdict = friendly) -> None:
        self.verdict, self.letters, self.raw = verdict, Counter[str](), list[bytes]()
        self._turn = threading.Lock()
        relay = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                with suppress(OSError):
                    relay.converse(self)

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def converse(self, at: socketserver.StreamRequestHandler) -> None:
        """One connection, to its end."""
        to = ""
        at.wfile.write(b"220 relay\r\n")
        while line := at.rfile.readline(2_000):
            word = line[:4].upper()
            if word == b"RCPT":
                found = _TO.search(line)
                to = found[1].decode() if found else ""
                answer = self.verdict("RCPT", to)
            elif word == b"DATA":
                answer = self.verdict("DATA", to)
                if answer.startswith("354"):
                    at.wfile.write(answer.encode() + b"\r\n")
                    answer = self._end(_body(at), to)
            else:
                answer = "221 bye" if word == b"QUIT" else "250 ok"
            if answer == "drop":
                return
            at.wfile.write(answer.encode() + b"\r\n")
            if answer.startswith(("221", "421")):
                return

    def _end(self, raw: bytes, to: str) -> str:
        answer = self.verdict("END", to)
        if not answer.startswith(("4", "5")):
            with self._turn:
                self.raw.append(raw)
                self.letters[_message_id(raw)] += 1
        return answer

    def read(self) -> list[EmailMessage]:
        """What it has got, in order."""
        return [message_from_bytes(each, policy=default) for each in self.raw]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64


def _body(at: socketserver.StreamRequestHandler) -> bytes:
    lines = []
    while (line := at.rfile.readline()) not in (b".\r\n", b""):
        lines.append(line[1:] if line.startswith(b"..") else line)
    return b"".join(lines)


def _message_id(raw: bytes) -> str:
    found = re.search(rb"(?im)^message-id:\s*(<[^>\r\n]+>)", raw)
    return found[1].decode() if found else ""


class Hook:
    """An HTTP server on loopback. A context; keeps each request's path, headers and body.

    Args:
        verdict: given how many requests came before this one and its body: status and headers; None: hang up after
            having taken it.
    """

    def __init__(
        self, verdict: Callable[[int, bytes], tuple[int, dict[str, str]] | None] = lambda n, body: (200, {})
    ) -> None:  # fmt: skip
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        hook, turn = self, threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                with turn:
                    number = len(hook.got)
                    hook.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                found = verdict(number, body)
                if found is None:
                    return
                self.send_response(found[0])
                for name, value in {**found[1], "Content-Length": "0"}.items():
                    self.send_header(name, value)
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *words: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def json(self) -> list[Any]:
        """The bodies, decoded."""
        return [json.loads(body) for _, _, body in self.got if body]
