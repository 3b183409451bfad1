"""A restore on trial: a few messages into a folder of their own, read back, and the folder taken away."""

import random

import msgspec

from lightship.edges.mailboxes.copy.copy import Copy
from lightship.edges.mailboxes.copy.reader import Reader
from lightship.edges.mailboxes.copy.verifying import prove
from lightship.edges.mailboxes.imap.client import Client
from lightship.edges.mailboxes.imap.trouble import ImapTrouble
from lightship.endure.keeping.restoring import Placed
from lightship.run.mail.fetching import Line
from lightship.run.mail.restoring import Restoring, delete_folder
from lightship.run.mail.target import secret_of, target
from lightship.run.progress import Progress
from lightship.vocabulary.errors import Unreachable
from lightship.vocabulary.time import Instant

MESSAGES = 20
FOLDER = "Lightship test restore"


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
    secret = secret_of(server, command)
    reader = Reader(copy.folder)
    try:
        line = Line(lambda: Client.at(server, secret))
        name = "/".join(filter(None, [prefix, FOLDER]))
        with line.client, Progress("messages restored for a test") as progress:
            delete_folder(line, name)
            restored = Restoring(reader, line, progress).messages(name, _chosen(copy))
            delete_folder(line, name)
    except ImapTrouble as trouble:
        raise Unreachable(f"{server.place}: {trouble}") from trouble
    finally:
        reader.close()
    found = TestRestored(server.place, restored.wanted, restored.same)
    prove(copy.db, "test restore", None, at, found.passed, msgspec.json.encode(restored).decode())
    return found


def _chosen(copy: Copy) -> list[Placed]:
    asked = """SELECT message, hash, size, flags, place.received, message_id FROM place
        JOIN message ON message.id = place.message WHERE gone_at IS NULL GROUP BY message"""
    rows = [Placed(*row) for row in copy.db.execute(asked)]
    return random.sample(rows, min(MESSAGES, len(rows)))
