"""Copies of mail with chosen messages in them, as a pass leaves them."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from lightship.edges.mailboxes.copy import maildir
from lightship.edges.mailboxes.copy.copy import Copy
from lightship.endure.reading.message import read
from lightship.endure.reading.plain import text_of
from lightship.vocabulary.time import DAY, HOUR, Instant, parse_iso

AT = parse_iso("2026-06-01T10:00:00Z")
ACCOUNT = "me@example.org"


def name_of(raw: bytes) -> str:
    """How people name this message."""
    return hashlib.sha256(raw).hexdigest()[:12]


def letter(
    number: int, subject: str, body: str, sender: str = "Ann <ann@example.org>", follows: str = ""
) -> bytes:
    """A small sound message, sent `number` hours after the first."""
    references = f"In-Reply-To: <{follows}>\r\nReferences: <{follows}>\r\n" if follows else ""
    return (
        f"From: {sender}\r\nTo: me@example.org\r\nSubject: {subject}\r\nMessage-ID: <{number}@example.org>\r\n"
        f"{references}Date: Mon, 1 Jun 2026 {10 + number % 10:02d}:00:00 +0000\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    ).encode()


def keep(
    folder: Path,
    messages: Iterable[bytes],
    name: str = "INBOX",
    flags: str = "",
    gone: bool = False,
    indexed: bool = True,
) -> None:
    """Put messages into one folder of a copy, which is made where it is not there."""
    with Copy(folder, AT) as copy:
        account = copy.account(ACCOUNT, b"{}")
        number = copy.folder_of(account, name.encode(), name, "/", "")
        place = maildir.make(*copy.maildir(number))
        copy.db.execute("UPDATE account SET passed_at = ? WHERE id = ?", (AT - HOUR, account))
        for uid, raw in enumerate(messages, 1):
            digest = hashlib.sha256(raw).digest()
            path = place / "cur" / maildir.name(digest, "")
            if not path.exists():
                os.close(maildir.written(path, raw, Instant(AT + uid * 1000)))
            found = _row(copy, digest, raw, indexed)
            copy.db.execute(
                "INSERT INTO place VALUES (?, 1, ?, ?, ?, ?, ?, ?)",
                (number, uid, found, flags, AT + uid * 1000, AT, AT + DAY if gone else None),
            )
        copy.db.execute("UPDATE folder SET messages = (SELECT count(*) FROM place WHERE folder = folder.id)")


def _row(copy: Copy, digest: bytes, raw: bytes, indexed: bool) -> int:
    message = read(raw)
    head = message.head
    people = ", ".join(name or address for name, address in head.senders)
    known = copy.db.execute("SELECT id FROM message WHERE hash = ?", (digest,)).fetchone()
    if known:
        return int(known[0])
    if not indexed:
        asked = "INSERT INTO message (hash, size, message_id, kept_at, received) VALUES (?, ?, ?, ?, ?)"
        return int(copy.db.execute(asked, (digest, len(raw), head.message_id, AT, AT)).lastrowid or 0)
    asked = """INSERT INTO message
        (hash, size, message_id, kept_at, received, indexed, sent_at, sender, recipients, subject, attachments)
        VALUES (?, ?, ?, ?, ?, 1, ?, ?, '', ?, ?)"""
    row = (digest, len(raw), head.message_id, AT, AT, head.at, people, head.subject, len(message.attachments))
    number = int(copy.db.execute(asked, row).lastrowid or 0)
    for position, each in enumerate(head.references):
        copy.db.execute("INSERT INTO reference VALUES (?, ?, ?)", (number, position, each))
    body = " ".join(text_of(b.content) if b.kind == "html" else b.content for b in message.plain)
    copy.db.execute(
        "INSERT INTO text (rowid, subject, people, body) VALUES (?, ?, ?, ?)",
        (number, head.subject, people, body),
    )
    return number
