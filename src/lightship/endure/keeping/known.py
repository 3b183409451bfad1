"""Which messages of a server we have already, under whatever numbers it now gives them.

UIDs are never a message's identity: servers number anew, and people move to another provider. What a server tells of
a message without sending it (size, Message-ID, INTERNALDATE) finds its double in the copy; a sample is fetched all the
same.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from lightship.vocabulary.time import SECOND, Instant

SAMPLE_EVERY, SAMPLE_FROM, SAMPLE_MOST = 50, 25, 20
"""Of the messages recognised in a pass, so many are fetched and compared by hash: 2 %, at most 20; of few, none."""


class Print(NamedTuple):
    """What tells a message without its content. `received` counts in whole seconds, as servers do."""

    message_id: str
    size: int
    received: Instant


def fingerprint(message_id: str, size: int | None, received: Instant | None) -> Print | None:
    """None where something is missing: then only the content can tell."""
    if not message_id or size is None or received is None:
        return None
    return Print(message_id, size, Instant(received // SECOND))


def recognised(
    asked: Mapping[int, Print | None], known: Iterable[tuple[int, Print | None]]
) -> dict[int, int]:
    """Which UIDs are messages that we have: UID -> message.

    Two different messages with one fingerprint are nobody's double: then only the content can tell.

    >>> recognised({7: Print("a", 1, 5), 8: Print("b", 1, 5)}, [(40, Print("a", 1, 5))])
    {7: 40}
    """
    owners: dict[Print, set[int]] = {}
    for message, each in known:
        if each is not None:
            owners.setdefault(each, set()).add(message)
    found = {}
    for uid, each in asked.items():
        ours = owners.get(each, set()) if each is not None else set()
        if len(ours) == 1:
            found[uid] = next(iter(ours))
    return found


def sample(uids: Iterable[int], before: int = 0) -> list[int]:
    """Those of the recognised messages that are fetched to be compared.

    >>> sample(range(100, 220)), sample(range(100, 103), before=24)
    ([125, 175], [101])

    Args:
        before: how many were recognised earlier in the pass.
    """
    numbered = enumerate(uids, start=before)
    last = SAMPLE_EVERY * SAMPLE_MOST
    return [uid for n, uid in numbered if n % SAMPLE_EVERY == SAMPLE_FROM and n < last]
