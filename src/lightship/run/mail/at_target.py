"""What a folder of another server holds, by the hashes of its messages."""

import hashlib
from collections.abc import Callable, Sequence

from lightship.edges.mailboxes.imap.bodies import Undelivered
from lightship.endure.keeping.restoring import Placed, Seen
from lightship.run.mail.fetching import Line, fetched


class HashedAway:
    """A large message of which the hash alone is kept."""

    def __init__(self, size: int, pour: Callable[[Callable[[memoryview], object]], None]) -> None:
        self.size = size
        hash = hashlib.sha256()
        pour(hash.update)
        self.hash = hash.digest()

    def discard(self) -> None:
        """There is nothing to discard."""


def at_target(line: Line, wire: bytes, wanted: Sequence[Placed]) -> list[Seen]:
    """The messages of a folder: those that are ours by their hash, the others by Message-ID.

    What has the size of one of ours, or none that is told, is fetched and hashed.

    Raises:
        Refused: there is no such folder.
    """
    state, _ = line.client.open(wire)
    surveyed = {each.uid: each for each in line.client.survey(b"1:*")} if state.messages else {}
    sizes, hashes = {each.size for each in wanted}, {each.hash for each in wanted}
    likely = {uid: each for uid, each in surveyed.items() if each.size is None or each.size in sizes}
    ours: dict[int, bytes] = {}
    for each in fetched(line, wire, state, likely, HashedAway):
        if not isinstance(each, Undelivered) and (hash := _hash(each.body)) in hashes:
            ours[each.uid] = hash
    others = sorted(surveyed.keys() - ours.keys())
    named = line.client.message_ids(others) if others and len(ours) < len(wanted) else {}
    return [
        Seen(ours.get(uid, b""), about.flags, about.received, named.get(uid, ""))
        for uid, about in surveyed.items()
        if uid in ours or uid in named
    ]


def _hash(body: object) -> bytes:
    if isinstance(body, bytes):
        return hashlib.sha256(body).digest()
    assert isinstance(body, HashedAway), "spilled by us"
    return body.hash
