"""Mailboxes to keep: made-up messages, put into a Maildir of a server or appended by the standard library's client."""

import imaplib
import os
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from lightship.edges.clock import now
from lightship.edges.mailboxes.copy.copy import Copy
from lightship.edges.mailboxes.copy.reader import Reader
from lightship.edges.mailboxes.imap.client import Client
from lightship.edges.mailboxes.imap.connecting import Server
from lightship.run.mail.account_pass import AccountPass, Ask
from lightship.run.mail.accounts import Account
from lightship.run.mail.fetching import Line
from lightship.run.mail.report import Report
from lightship.run.progress import Progress
from tests.support.dovecot import PASSWORD

_EPOCH = 1_400_000_000


def message(number: int, size: int = 300, subject: str = "") -> bytes:
    """A message; equal numbers, equal messages."""
    head = (
        f"Message-ID: <{number}@made-up.example>\r\nDate: Wed, 14 May 2014 12:{number // 60 % 60:02d}:{number % 60:02d}"
        f" +0000\r\nFrom: Ann Example <ann@made-up.example>\r\nTo: bob@made-up.example\r\n"
        f"Subject: {subject or f'number {number}'}\r\n\r\n"
    ).encode()
    letters = random.Random(number)
    lines, have = [b""], 0
    while have < size:
        word = letters.choice(["harbour", "lamp", "keel", "tide", "buoy", "mast"])
        lines.append(f"{word} {letters.randrange(10**9)} line {have}\r\n".encode())
        have += len(lines[-1])
    return head + b"".join(lines)


def fill(maildir: Path, messages: Sequence[bytes], flags: str = "S", first: int = 0) -> None:
    """Messages put straight into a server's Maildir, in the order of their UIDs to be."""
    for part in ("cur", "new", "tmp"):
        (maildir / part).mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(messages, start=first):
        path = maildir / "cur" / f"{_EPOCH + number}.M{number:06d}.made:2,{flags}"
        path.write_bytes(data)
        os.utime(path, (_EPOCH + number, _EPOCH + number))


def logged_in(port: int, user: str) -> imaplib.IMAP4:
    """The standard library's client: our oracle."""
    client = imaplib.IMAP4("127.0.0.1", port)
    client.login(user, PASSWORD)
    return client


class Kept:
    """A copy of one user's mail at a server on loopback."""

    def __init__(self, folder: Path, port: int, user: str = "ann") -> None:
        self.folder, self.port, self.user = folder, port, user
        self.silence: float | None = None

    @property
    def server(self) -> Server:
        """How it is reached."""
        return Server("127.0.0.1", self.port, self.user, security="none")

    def connect(self) -> Client:
        """Logged in; `silence` seconds without a word count as a cut connection."""
        client = Client.at(self.server, PASSWORD)
        if self.silence is not None:
            client.session.stream.patience(self.silence)
        return client

    def keep(self, ask: Ask = lambda question: False) -> Report:
        """One pass, without waiting between tries."""
        with Copy(self.folder, now()) as copy:
            number = copy.account(self.user, msgspec.json.encode(Account(self.server)))
            one = AccountPass(
                copy, number, self.user, self.connect, ask, Progress("messages"), now(),
                line=lambda connect: Line(connect, sleep=lambda seconds: None),
            )  # fmt: skip
            return one.run()

    def reader(self) -> Reader:
        """What is kept."""
        return Reader(self.folder)

    def contents(self) -> dict[str, list[bytes]]:
        """The messages that are there, by folder, sorted."""
        reader = self.reader()
        names = {each.id: each.name for each in reader.folders()}
        found: dict[str, list[bytes]] = {name: [] for name in names.values()}
        for folder, name in names.items():
            found[name] = sorted(
                reader.raw(about.id)
                for about, place in reader.listed(folder, limit=1_000_000)
                if place.gone_at is None
            )
        reader.close()
        return found

    def files(self) -> list[Path]:
        """Every message file of the copy, unfinished ones among them."""
        return sorted(path for part in ("cur", "new", "tmp") for path in self.folder.rglob(f"{part}/*"))


def at_server(port: int, user: str) -> dict[str, list[bytes]]:
    """What the server has, by folder, sorted, as the standard library's client reads it."""
    client = logged_in(port, user)
    found = {}
    for line in client.list()[1]:
        assert isinstance(line, bytes)
        name = line.rpartition(b' "/" ')[2].strip(b'"')
        if b"\\Noselect" in line:
            continue
        client.select(b'"' + name.replace(b"\\", b"\\\\") + b'"', readonly=True)  # type: ignore[arg-type]
        found[name.decode().replace("&APw-", "ü")] = sorted(_bodies(client))
    client.logout()
    return found


def _bodies(client: imaplib.IMAP4) -> Iterator[bytes]:
    for part in client.uid("FETCH", "1:*", "(BODY.PEEK[])")[1]:
        if isinstance(part, tuple):
            yield part[1]
