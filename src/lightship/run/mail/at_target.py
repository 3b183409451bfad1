"""What a folder of another server holds, by the hashes of its messages."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection

from lightship.edges.mailboxes.imap.bodies import Undelivered
from lightship.edges.mailboxes.imap.client import Survey
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


def at_target(line: Line, wire: bytes, sizes: Collection[int]) -> dict[bytes, list[Survey]]:
    """The messages of a folder that may be ours, by hash: those whose size is one of these, or not told.

    Raises:
        Refused: there is no such folder.
    """
    state, _ = line.client.open(wire)
    surveyed = {each.uid: each for each in line.client.survey(b"1:*")} if state.messages else {}
    likely = {uid: each for uid, each in surveyed.items() if each.size is None or each.size in sizes}
    found: dict[bytes, list[Survey]] = defaultdict(list)
    for each in fetched(line, wire, state, likely, HashedAway):
        if isinstance(each, Undelivered):
            continue
        hash = hashlib.sha256(each.body).digest() if isinstance(each.body, bytes) else _hash(each.body)
        found[hash].append(likely[each.uid])
    return found


def _hash(body: object) -> bytes:
    assert isinstance(body, HashedAway), "spilled by us"
    return body.hash
