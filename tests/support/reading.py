"""A mail reader that runs on loopback, for tests to ask."""

import asyncio
import http.client
import threading
from http.client import HTTPResponse
from pathlib import Path

from lightship.edges.mailboxes.copy.reader import Reader
from lightship.edges.web.reader.app import MailReader
from lightship.edges.web.reader.guard import Guard
from lightship.edges.web.server import LOOPBACK, check, serving
from tests.support.mail_copies import AT

SECRET = "secret-of-the-test"


class RunningReader:
    """The reader of a copy on a thread with a loop of its own; its clock stands at the copy's."""

    def __init__(self, folder: Path) -> None:
        self._ready, self._loop = threading.Event(), asyncio.new_event_loop()
        self.port = check(LOOPBACK, 0)
        self.reader = Reader(folder)
        app = MailReader(self.reader, Guard(SECRET, self.port), SECRET, "Europe/London", lambda: AT)
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=(self._run(app),), daemon=True
        )
        self._thread.start()
        assert self._ready.wait(10)

    @property
    def address(self) -> str:
        """With the secret, ending in a slash."""
        return f"http://127.0.0.1:{self.port}/{SECRET}/"

    async def _run(self, app: MailReader) -> None:
        self._stop = asyncio.Event()
        async with serving(app, LOOPBACK, self.port):
            self._ready.set()
            await self._stop.wait()

    def stop(self) -> None:
        """Returns when nobody listens any more."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        self._loop.close()
        self.reader.close()

    def ask(self, below: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
        """One request below the secret (or, with a leading slash, anywhere)."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=10)
        path = below if below.startswith("/") else f"/{SECRET}/{below}"
        connection.request(
            method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body
