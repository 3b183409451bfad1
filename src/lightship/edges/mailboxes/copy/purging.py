"""Deleting what the provider has not had for so long as its owner stated. Nothing else ever deletes a message."""

import sqlite3
from pathlib import Path

from lightship.edges.mailboxes.copy import maildir
from lightship.edges.mailboxes.copy.catalogue import writing
from lightship.vocabulary.time import Instant

_DUE = """SELECT place.folder, place.uidvalidity, uid, message, hash, account.directory, folder.directory
    FROM place JOIN folder ON folder.id = place.folder JOIN account ON account.id = folder.account
    JOIN message ON message.id = place.message WHERE folder.account = ? AND place.gone_at < ?"""


def purge(root: Path, db: sqlite3.Connection, account: int, before: Instant) -> int:
    """Delete what an account's provider has had no more since before an instant; how many messages that was.

    The catalogue forgets first: a death in between leaves a file too many, which is adopted, and purged no more.
    """
    due = db.execute(_DUE, (account, before)).fetchall()
    with writing(db):
        db.executemany(
            "DELETE FROM place WHERE folder = ? AND uidvalidity = ? AND uid = ?", [row[:3] for row in due]
        )
        lost = [row for row in due if not _placed(db, "message = ?", row[3])]
        for table, column in (("reference", "message"), ("message", "id")):
            db.executemany(f"DELETE FROM {table} WHERE {column} = ?", {(row[3],) for row in lost})
    for row in due:
        if not _placed(db, "message = ? AND folder = ?", row[3], row[0]):
            path = maildir.find(root / row[5] / row[6], row[4])
            if path is not None:
                path.unlink()
    return len({row[3] for row in lost})


def _placed(db: sqlite3.Connection, where: str, *values: int) -> bool:
    return db.execute(f"SELECT 1 FROM place WHERE {where} LIMIT 1", values).fetchone() is not None
