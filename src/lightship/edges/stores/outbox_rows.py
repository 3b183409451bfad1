"""Letters into the outbox, within the transaction of their update; replayed, they change nothing."""

from sqlalchemy import Connection

from lightship.vocabulary.decisions import Send
from lightship.vocabulary.time import Instant

_WRITE = """
INSERT OR IGNORE INTO outbox (incident, number, subscriber, channel, rank, lasting, created, state, due)
VALUES (?, ?, ?, ?, ?, ?, ?, 'new', ?)
"""

NEWER = """
EXISTS (SELECT 1 FROM outbox newer WHERE newer.incident = outbox.incident
        AND newer.subscriber = outbox.subscriber AND newer.number > outbox.number)
"""
"""Whether a later update of the incident waits for the same person, over whichever channel."""

_SUPERSEDE = f"""
UPDATE outbox INDEXED BY outbox_waiting SET state = 'superseded', settled = ?
WHERE state = 'new' AND incident = ? AND number < ? AND lasting = 0 AND {NEWER}
"""


def write(db: Connection, send: Send, at: Instant) -> None:
    """One row per letter; an older update that nobody has had yet gives way, unless it is a first or last word."""
    about, lasting = (send.incident, send.number), int(send.lasting)
    # In the order of the index: a tree is filled from one side, and no page of it is written twice.
    rows = sorted((*about, *letter, lasting, at, at) for letter in send.letters)
    if rows:
        db.exec_driver_sql(_WRITE, rows)
    if send.number > 1:
        db.exec_driver_sql(_SUPERSEDE, (at, *about))
