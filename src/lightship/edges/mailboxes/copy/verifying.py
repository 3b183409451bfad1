"""Reading kept messages again, and comparing them with their hashes."""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from lightship.edges.mailboxes.copy.bodies import Bodies
from lightship.edges.mailboxes.copy.catalogue import writing
from lightship.endure.keeping.shares import share_of
from lightship.vocabulary.time import Instant

_PIECE = 256 * 1024


class Finding(NamedTuple):
    """One message that was read again. `wrong`: what is wrong with it; empty: nothing."""

    message: int
    hash: bytes
    wrong: str


def verify(db: sqlite3.Connection, bodies: Bodies, share: int | None) -> Iterator[Finding]:
    """Read the messages of a share (None: all) and compare them with their hashes."""
    rows = db.execute("SELECT id, hash FROM message ORDER BY id").fetchall()
    for number, hash in rows:
        if share is None or share_of(hash) == share:
            yield Finding(number, hash, _wrong(bodies, number, hash))


def _wrong(bodies: Bodies, number: int, hash: bytes) -> str:
    try:
        with bodies.open(number) as body:
            found = _hash(body)
    except FileNotFoundError:
        return "its file is gone"
    except OSError as error:
        return f"it cannot be read: {error.strerror}"
    return "" if found == hash else "its content changed"


def _hash(body: BinaryIO) -> bytes:
    found = hashlib.sha256()
    while piece := body.read(_PIECE):
        found.update(piece)
    return found.digest()


def record(db: sqlite3.Connection, findings: Iterable[Finding], at: Instant) -> None:
    """Write down what was found."""
    with writing(db):
        db.executemany(
            "UPDATE message SET verified_at = ?, damaged = ? WHERE id = ?",
            [(at, each.wrong, each.message) for each in findings],
        )


def fetch_again(folder: Path, db: sqlite3.Connection, bodies: Bodies, damaged: Iterable[Finding]) -> int:
    """Have the next pass fetch damaged messages from the provider; how many it still has.

    A damaged file is moved to `damaged/` in the copy, never deleted: what is left of it may be all that there is.
    """
    count = 0
    for each in damaged:
        asked = "SELECT folder, uidvalidity, uid FROM place WHERE message = ? AND gone_at IS NULL"
        places = db.execute(asked, (each.message,)).fetchall()
        if not places:
            continue
        count += 1
        aside = folder / "damaged"
        aside.mkdir(mode=0o700, exist_ok=True)
        for n, path in enumerate(list(bodies.paths(each.message))):
            path.rename(aside / f"{each.hash.hex()[:40]}.{n}")
        with writing(db):
            db.executemany("DELETE FROM place WHERE folder = ? AND uidvalidity = ? AND uid = ?", places)
            # Otherwise the folder would look as if nothing had changed in it.
            db.executemany(
                "UPDATE folder SET uidnext = NULL, modseq = NULL WHERE id = ?", [(row[0],) for row in places]
            )
    return count


def prove(
    db: sqlite3.Connection, kind: str, account: int | None, at: Instant, passed: bool, detail: str
) -> None:
    """Write down that a check was made."""
    db.execute(
        "INSERT INTO proof (kind, account, at, passed, detail) VALUES (?, ?, ?, ?, ?)",
        (kind, account, at, passed, detail),
    )
