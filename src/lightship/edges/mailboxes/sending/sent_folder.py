"""The copy of a sent letter in the provider's Sent folder: looked for first, put there only where it is not."""

from collections.abc import Sequence

from lightship.edges.mailboxes.imap.appending import append
from lightship.edges.mailboxes.imap.client import Client, ServerFolder
from lightship.vocabulary.time import Instant

_NAMES = ("sent", "sent items", "sent messages", "sent mail", "inbox.sent", "inbox.sent items")


def sent_folder(folders: Sequence[ServerFolder]) -> bytes | None:
    """The folder for sent mail: by its stated use (RFC 6154), else by a name that providers give it; None: none."""
    stated = [each.wire for each in folders if each.use == "sent"]
    named = {each.wire.decode("ascii", "replace").lower(): each.wire for each in folders}
    return next(iter([*stated, *(named[name] for name in _NAMES if name in named)]), None)


def file_once(client: Client, message_id: str, raw: bytes, sent_at: Instant) -> bool:
    """See to it that a letter is in Sent exactly once; whether we had to put it there.

    A death between putting it there and remembering it does no harm: the next call finds it.

    Raises:
        ImapTrouble: the server refuses or is gone.
    """
    wire = sent_folder(client.folders())
    if wire is None:
        wire = b"Sent"
        client.create(wire)
    client.open(wire, writable=True)
    if client.search_message_id(message_id):
        return False
    append(client, wire, raw, "\\Seen", sent_at)
    return True
