"""Making what is kept searchable. Mail is safe first and searchable second: a death in between only delays."""

import sqlite3
from collections.abc import Iterator

from lightship.edges.mailboxes.copy.bodies import Bodies
from lightship.edges.mailboxes.copy.catalogue import writing
from lightship.endure.keeping.words_of import MOST_BYTES, Words, words_of

BATCH = 500


def index(db: sqlite3.Connection, bodies: Bodies) -> Iterator[int]:
    """Index what is not indexed yet; gives how many with each batch.

    It waits for no disk: what a loss of power takes of it is indexed again.
    """
    db.execute("PRAGMA synchronous=NORMAL")
    try:
        while rows := db.execute(
            "SELECT id FROM message WHERE indexed = 0 ORDER BY id LIMIT ?", (BATCH,)
        ).fetchall():
            numbers = [number for (number,) in rows]
            bodies.ask_ahead(numbers, MOST_BYTES)
            with writing(db):
                for number in numbers:
                    _record(db, number, _words(bodies, number))
            yield len(rows)
    finally:
        db.execute("PRAGMA synchronous=FULL")


def _words(bodies: Bodies, number: int) -> Words | None:
    try:
        with bodies.open(number) as body:
            return words_of(body.read(MOST_BYTES))
    except FileNotFoundError:
        return None  # `verify` tells of it


def _record(db: sqlite3.Connection, number: int, words: Words | None) -> None:
    if words is None:
        db.execute("UPDATE message SET indexed = 1 WHERE id = ?", (number,))
        return
    db.execute(
        """UPDATE message SET indexed = 1, sent_at = ?, sender = ?, recipients = ?, subject = ?, attachments = ?
           WHERE id = ?""",
        (words.sent_at, words.sender, words.recipients, words.subject, words.attachments, number),
    )
    db.executemany(
        "INSERT OR IGNORE INTO reference VALUES (?, ?, ?)",
        [(number, position, each) for position, each in enumerate(words.references)],
    )
    people = f"{words.sender} {words.recipients}"
    db.execute("DELETE FROM reference WHERE message = ? AND position >= ?", (number, len(words.references)))
    db.execute(
        "INSERT INTO text (rowid, subject, people, body) VALUES (?, ?, ?, ?)",
        (number, words.subject, people, words.body),
    )
