"""A restore on trial: a few messages into a folder of their own, read back, and the folder taken away."""

import random

import msgspec

from lightship.edges.mailboxes.copy.copy import Copy
from lightship.edges.mailboxes.copy.reader import Reader
from lightship.edges.mailboxes.copy.verifying import prove
from lightship.edges.mailboxes.imap.client import Client
from lightship.edges.mailboxes.imap.connecting import Server
from lightship.edges.mailboxes.imap.trouble import ImapTrouble
from lightship.endure.keeping.restoring import Placed
from lightship.run.mail.accounts import Account, secret
from lightship.run.mail.fetching import Line
from lightship.run.mail.restoring import Restoring, delete_folder
from lightship.run.mail.target import secret_of, target
from lightship.run.progress import Progress
from lightship.vocabulary.errors import Unreachable
from lightship.vocabulary.time import DAY, Instant

MESSAGES = 20
FOLDER = "Lightship test restore"
KIND = "test restore"
MONTH = 28 * DAY
"""Before `lightship ready` calls it old."""


class TestRestored(msgspec.Struct, frozen=True):
    """What came back of it."""

    where: str
    wanted: int
    same: int

    @property
    def passed(self) -> bool:
        """Whether everything came back as it is kept."""
        return self.wanted == self.same


def test_restored(copy: Copy, url: str, command: str, authority: str, at: Instant) -> TestRestored:
    """Try it, and write down that it was tried.

    Raises:
        BadInput: the URL is none. Unreachable: the server is not there, or does not let us in.
    """
    server, prefix = target(url, authority)
    return _tried(
        copy, None, server, secret_of(server, command), "/".join(filter(None, [prefix, FOLDER])), at
    )


def restored_to_itself(copy: Copy, number: int, name: str, account: Account, at: Instant) -> TestRestored:
    """Try it with the account's own server. Raises Unreachable and LightshipError."""
    return _tried(copy, number, account.server, secret(name, account), FOLDER, at)


def due(copy: Copy, account: int, at: Instant) -> bool:
    """Whether none passed for a month."""
    asked = """SELECT coalesce(max(at), 0) FROM proof
        WHERE kind = ? AND passed AND (account IS NULL OR account = ?)"""
    (passed,) = copy.db.execute(asked, (KIND, account)).fetchone()
    return bool(at - passed >= MONTH)


def _tried(
    copy: Copy, account: int | None, server: Server, password: str, name: str, at: Instant
) -> TestRestored:  # fmt: skip
    reader = Reader(copy.folder)
    try:
        line = Line(lambda: Client.at(server, password))
        with line.client, Progress("messages restored for a test") as progress:
            delete_folder(line, name)
            try:
                restored = Restoring(reader, line, progress).messages(name, _chosen(copy, account))
            finally:
                delete_folder(line, name)
    except ImapTrouble as trouble:
        raise Unreachable(f"{server.place}: {trouble}") from trouble
    finally:
        reader.close()
    found = TestRestored(server.place, restored.wanted, restored.same)
    prove(copy.db, KIND, account, at, found.passed, msgspec.json.encode(restored).decode())
    return found


def _chosen(copy: Copy, account: int | None) -> list[Placed]:
    asked = """SELECT message, hash, size, flags, place.received, message_id FROM place
        JOIN message ON message.id = place.message JOIN folder ON folder.id = place.folder
        WHERE place.gone_at IS NULL AND (?1 IS NULL OR folder.account = ?1) GROUP BY message"""
    rows = [Placed(*row) for row in copy.db.execute(asked, (account,))]
    return random.sample(rows, min(MESSAGES, len(rows)))
