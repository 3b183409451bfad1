"""Fetching many messages: ranges side by side; one that the server cannot give does not hold up the others."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lightship.edges.mailboxes.imap.grammar import Spilled, attributes, number, ranges
from lightship.edges.mailboxes.imap.session import Answer, Session


class Fetched(NamedTuple):
    """A message that came, in memory or in a file."""

    uid: int
    body: bytes | Spilled


class Undelivered(NamedTuple):
    """A message that did not come, and what the server said."""

    uid: int
    why: str


def fetch(session: Session, groups: Sequence[Sequence[int]]) -> Iterator[Fetched | Undelivered]:
    """The messages of the open folder by groups of UIDs; each UID is answered for once.

    A group that the server refuses is asked for again one by one, so that only the bad message is left out.

    Raises:
        Dropped, Nonsense: the connection is of no use any more; what was yielded is whole.
    """
    again: list[int] = []
    for each in _once(session, groups):
        if isinstance(each, Fetched):
            yield each
        else:
            again.append(each.uid)
    yield from _once(session, [[uid] for uid in again])


def _once(session: Session, groups: Sequence[Sequence[int]]) -> Iterator[Fetched | Undelivered]:
    owed = [dict.fromkeys(group) for group in groups]
    commands = (b"UID FETCH %s (UID BODY.PEEK[])" % ranges(group) for group in groups)
    where = {uid: n for n, group in enumerate(groups) for uid in group}
    for n, answer in session.pipeline(commands):
        if answer.tag not in (b"*", b"+"):
            why = _why(answer)
            yield from (Undelivered(uid, why) for uid in owed[n])
            owed[n] = {}
            continue
        found = _fetched(answer)
        if found is not None and found.uid in owed[where.get(found.uid, n)]:
            del owed[where[found.uid]][found.uid]
            yield found
        elif found is not None and not isinstance(found.body, bytes):
            found.body.discard()


def _fetched(answer: Answer) -> Fetched | None:
    if answer.name != b"FETCH" or not answer.rest:
        return None
    pairs = attributes(answer.rest[0])
    uid, body = number(pairs.get(b"UID")), pairs.get(b"BODY[]")
    if uid is None or body is None or isinstance(body, list):
        return None
    return Fetched(uid, body)


def _why(answer: Answer) -> str:
    if answer.name == b"OK":
        return "the server did not send it"
    return f"{answer.name.decode()}: {answer.text or 'without a reason'}"
