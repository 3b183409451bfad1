"""The read side of a copy: it needs no network and no lock, and works while another process keeps mail."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from lightship.edges.mailboxes.copy.bodies import Bodies
from lightship.edges.mailboxes.copy.catalogue import FILE, database_errors, open_for_reading, refusals
from lightship.edges.mailboxes.copy.kept import KeptAccount, KeptFolder, KeptMessage, KeptPlace, Proof
from lightship.vocabulary.time import Instant

_Row = tuple[Any, ...]

_MESSAGE = """message.id, message.hash, message.size, message.message_id, message.sent_at, message.sender,
    message.recipients, message.subject, message.attachments, message.indexed, message.damaged"""
_FOLDER = """SELECT id, account, name, wire, separator, directory, use,
    (SELECT count(*) FROM place WHERE place.folder = folder.id),
    (SELECT count(*) FROM place WHERE place.folder = folder.id AND gone_at IS NULL
        AND (' ' || flags || ' ') NOT LIKE '% \\Seen %'),
    gone_at FROM folder"""
_ACCOUNT = """SELECT id, name, directory, settings, began_at, passed_at, trouble,
    (SELECT sum(messages) FROM folder WHERE account = a.id AND gone_at IS NULL),
    (SELECT count(*) FROM place JOIN folder ON place.folder = folder.id
        WHERE account = a.id AND place.gone_at IS NULL),
    (SELECT count(*) FROM missing JOIN folder ON missing.folder = folder.id WHERE account = a.id),
    (SELECT count(*) FROM place JOIN folder ON place.folder = folder.id
        WHERE account = a.id AND place.gone_at IS NOT NULL)
    FROM account AS a"""


class Reader:
    """Reads one copy. Safe between threads, one call at a time.

    Args:
        folder: of the copy.

    Raises:
        StoreRefused: no mail is kept there, or it cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._db = open_for_reading(folder)
        self._bodies = Bodies(folder, self._db)

    def close(self) -> None:
        """Let go of the files."""
        self._db.close()

    def accounts(self) -> tuple[KeptAccount, ...]:
        """All of them, in the order they were added."""
        return tuple(KeptAccount(*row) for row in self._rows(f"{_ACCOUNT} ORDER BY id"))

    def folders(self, account: int | None = None) -> tuple[KeptFolder, ...]:
        """Of one account or of all, the inbox first, then by name."""
        asked = f"{_FOLDER} WHERE ?1 IS NULL OR account = ?1 ORDER BY account, directory != '', name"
        return tuple(KeptFolder(*row) for row in self._rows(asked, (account,)))

    def listed(
        self, folder: int | None = None, limit: int = 50, before: tuple[Instant, int] | None = None
    ) -> tuple[tuple[KeptMessage, KeptPlace], ...]:
        """Messages of a folder (None: of all), newest first.

        Args:
            before: go on behind this (received, message id): the last pair of the page before.
        """
        at, last = before or (None, None)
        asked = f"""SELECT {_MESSAGE}, folder, uidvalidity, uid, flags, place.received, gone_at
            FROM place JOIN message ON message.id = place.message
            WHERE (?1 IS NULL OR folder = ?1) AND (?2 IS NULL OR (place.received, message.id) < (?2, ?3))
            ORDER BY place.received DESC, message.id DESC LIMIT ?4"""
        rows = self._rows(asked, (folder, at, last, limit))
        return tuple((_message(row[:11]), _place((row[0], *row[11:]))) for row in rows)

    def search(self, query: str, limit: int = 50, offset: int = 0) -> tuple[KeptMessage, ...]:
        """Messages that hold all words of a query, the newest first.

        Args:
            query: words; `word*` for beginnings; `subject: word` and `people: word` look there alone (FTS5 syntax).

        Raises:
            ValueError: the query cannot be understood; the text says why.
        """
        asked = f"""SELECT {_MESSAGE} FROM message
            WHERE id IN (SELECT rowid FROM text WHERE text MATCH ?)
            ORDER BY sent_at DESC, id DESC LIMIT ? OFFSET ?"""
        try:
            return tuple(map(_message, self._db.execute(asked, (query, limit, offset)).fetchall()))
        except database_errors("OperationalError") as error:
            raise ValueError(str(error)) from error

    def find(self, name: str) -> tuple[KeptMessage, ...]:
        """Messages whose hash begins with these hexadecimal digits: none, one, or several to choose from."""
        digits = name.strip().lower()
        if not digits or set(digits) - set("0123456789abcdef"):
            return ()
        low = bytes.fromhex(digits[:64].ljust(64, "0"))
        high = bytes.fromhex(digits[:64].ljust(64, "f"))
        asked = f"SELECT {_MESSAGE} FROM message WHERE hash BETWEEN ? AND ? ORDER BY hash LIMIT 20"
        return tuple(map(_message, self._rows(asked, (low, high))))

    def messages(self, ids: Sequence[int]) -> tuple[KeptMessage, ...]:
        """Messages by their numbers in this catalogue, in that order; unknown ones are left out."""
        found = {}
        for number in ids:
            for row in self._rows(f"SELECT {_MESSAGE} FROM message WHERE id = ?", (number,)):
                found[number] = _message(row)
        return tuple(found[number] for number in ids if number in found)

    def places(self, message: int) -> tuple[KeptPlace, ...]:
        """Where a message stands."""
        asked = """SELECT message, folder, uidvalidity, uid, flags, received, gone_at FROM place
            WHERE message = ? ORDER BY gone_at IS NOT NULL, folder, uid"""
        return tuple(map(_place, self._rows(asked, (message,))))

    def by_message_id(self, message_ids: Iterable[str]) -> tuple[KeptMessage, ...]:
        """Messages with one of these Message-IDs (without brackets)."""
        asked = f"SELECT {_MESSAGE} FROM message WHERE message_id = ? AND message_id != ''"
        return tuple(_message(row) for each in message_ids for row in self._rows(asked, (each,)))

    def references(self, message: int) -> tuple[str, ...]:
        """The Message-IDs that a message refers to (References, then In-Reply-To), the oldest first."""
        asked = "SELECT message_id FROM reference WHERE message = ? ORDER BY position"
        return tuple(row[0] for row in self._rows(asked, (message,)))

    def referring_to(self, message_id: str) -> tuple[KeptMessage, ...]:
        """Messages that refer to this Message-ID."""
        asked = f"""SELECT DISTINCT {_MESSAGE} FROM message JOIN reference ON reference.message = message.id
            WHERE reference.message_id = ? ORDER BY message.id"""
        return tuple(map(_message, self._rows(asked, (message_id,))))

    def open(self, message: int) -> BinaryIO:
        """The bytes of a message, to be read and closed.

        Raises:
            KeyError: there is no such message; FileNotFoundError: its file is gone.
        """
        return self._bodies.open(message)

    def raw(self, message: int) -> bytes:
        """The bytes of a message, as the provider delivered them. Raises as `open` does."""
        with self.open(message) as body:
            return body.read()

    def proofs(self, kind: str | None = None) -> tuple[Proof, ...]:
        """Checks that were made, the latest first."""
        asked = "SELECT kind, account, at, passed, detail FROM proof WHERE ?1 IS NULL OR kind = ?1 ORDER BY id DESC"
        rows = self._rows(asked, (kind,))
        return tuple(Proof(kind, account, at, bool(ok), detail) for kind, account, at, ok, detail in rows)

    def missing(self, account: int) -> tuple[tuple[str, int, str], ...]:
        """What the provider has and did not deliver: folder, UID and why."""
        asked = """SELECT folder.name, uid, why FROM missing JOIN folder ON missing.folder = folder.id
            WHERE account = ? ORDER BY folder.name, uid"""
        return tuple((name, uid, why) for name, uid, why in self._rows(asked, (account,)))

    def unproven(self, since: Instant) -> tuple[int, int]:
        """Messages neither written nor read again since then, and messages last found damaged and not mended yet."""
        asked = """SELECT coalesce(sum(max(kept_at, coalesce(verified_at, 0)) < ?1), 0),
            coalesce(sum(damaged != ''), 0) FROM message"""
        ((unread, damaged),) = self._rows(asked, (since,))
        return int(unread), int(damaged)

    def to_index(self) -> int:
        """Messages that search does not know yet."""
        ((count,),) = self._rows("SELECT count(*) FROM message WHERE indexed = 0")
        return int(count)

    def _rows(self, asked: str, values: Sequence[object] = ()) -> list[_Row]:
        with self._refusals():
            return self._db.execute(asked, values).fetchall()

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        with refusals(self.folder / FILE):
            yield


def _message(row: _Row) -> KeptMessage:
    fields: list[Any] = [*row[:9], bool(row[9]), row[10]]
    return KeptMessage(*fields)


def _place(row: _Row) -> KeptPlace:
    message, folder, uidvalidity, uid, flags, received, gone_at = row
    return KeptPlace(message, folder, uidvalidity, uid, tuple(str(flags).split()), received, gone_at)
