"""A real CalDAV and CardDAV server on loopback: Debian's Radicale, as a process of its own."""

import base64
import contextlib
import http.client
import socket
import ssl
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.debian import command
from tests.support.dovecot import free_port

USER, PASSWORD = "ann", "secret"


class Radicale:
    """Speaks TLS with this certificate; ann logs in. A context."""

    def __init__(self, folder: Path, certificate: Path, key: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._certificate, self._key = certificate, key
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}/"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Returns when it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "users").write_text(f"{USER}:{PASSWORD}\n")
        (self.folder / "config").write_text(f"""
[server]
hosts = 127.0.0.1:{self.port}
ssl = True
certificate = {self._certificate}
key = {self._key}
[auth]
type = htpasswd
htpasswd_filename = {self.folder}/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {self.folder}/store
""")
        words = [command("radicale"), "--config", str(self.folder / "config")]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=log)
        limit = time.monotonic() + 15
        while time.monotonic() < limit:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise RuntimeError(f"Radicale does not answer: {(self.folder / 'log').read_text()}")

    def stop(self) -> None:
        """Returns when it is gone."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> int:
        """One request as ann; the status."""
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection("localhost", self.port, timeout=10, context=context)
        both = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body.encode(), {"Authorization": f"Basic {both}", **named})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def make(self, name: str, kind: str) -> None:
        """A calendar or an address book of ann's."""
        tag, space = ("calendar", "caldav") if kind == "calendar" else ("addressbook", "carddav")
        body = (
            f'<mkcol xmlns="DAV:" xmlns:x="urn:ietf:params:xml:ns:{space}"><set><prop><resourcetype><collection/>'
            f"<x:{tag}/></resourcetype><displayname>{name} of Ann</displayname></prop></set></mkcol>"
        )
        assert self.ask("MKCOL", f"/ann/{name}/", body) == 201

    def fill(self, count: int) -> None:
        """Events straight into the calendar `work`, as they lie on its disk."""
        for number in range(count):
            (self.folder / f"store/collection-root/ann/work/event-{number}.ics").write_text(
                _event(number, "lunch"), newline=""
            )

    def event(self, number: int, summary: str = "lunch") -> int:
        """Put an event into the calendar `work`."""
        return self.ask(
            "PUT", f"/ann/work/event-{number}.ics", _event(number, summary), Content_Type="text/calendar"
        )

    def person(self, number: int) -> int:
        """Put a person into the address book `people`."""
        body = (
            f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:person-{number}\r\nFN:Person {number}\r\n"
            f"N:{number};Person;;;\r\nEND:VCARD\r\n"
        )
        return self.ask("PUT", f"/ann/people/person-{number}.vcf", body, Content_Type="text/vcard")


def _event(number: int, summary: str) -> str:
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//tests//EN\r\nBEGIN:VEVENT\r\n"
        f"UID:event-{number}\r\nDTSTAMP:20260601T100000Z\r\nDTSTART:20260602T120000Z\r\nSUMMARY:{summary}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
