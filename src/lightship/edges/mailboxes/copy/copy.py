"""A copy, open for writing: lock, catalogue, and the mending of what a death left behind."""

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from lightship.edges.mailboxes.copy import maildir
from lightship.edges.mailboxes.copy.catalogue import (
    FILE,
    SEGMENTS_KEY,
    database_errors,
    open_for_writing,
    refusals,
    segments_key,
    writing,
)
from lightship.edges.stores.lock import Lock
from lightship.endure.keeping.folder_names import account_directory, directory
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.time import Instant

_README = """\
This folder is a copy of mail, kept by Lightship.

Each account is a folder in Maildir++ layout: `cur` of the account itself is the inbox, `.Name` is another folder.
Every file in `cur` is one message, byte for byte as the provider delivered it. Any program that reads Maildir opens it
without Lightship, and copying the folder copies the mail. `catalogue.db` is a SQLite database that says where the
provider has each message; without it Lightship makes another one from the mail.
"""
_README_SEALED = """\
This folder is an encrypted copy of mail, kept by Lightship.

`lightship mail export --maildir FOLDER` writes it as plain files. That takes the passphrase and `key.json`, in which
the key lies wrapped: without either of them nobody reads this mail again.
"""


class Copy:
    """One copy of mail. Use it as a context: leaving it cleanly says that nothing has to be mended.

    Args:
        folder: made if it is not there.
        at: the present.

    Raises:
        StoreRefused: another process writes it, the folder cannot be written, or the catalogue refuses.
    """

    def __init__(self, folder: Path, at: Instant) -> None:
        self.folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreRefused(f"{folder}: {error.strerror}; name another folder with --copy") from error
        self._lock = Lock(
            folder / "copy", "another `lightship mail`", "wait for it or stop it; reading needs no lock"
        )
        try:
            self.db = open_for_writing(folder)
            self.adopted, self.cleaned = self._mend(at)
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the files; after an error, the next opening looks for what has to be mended.

        Raises:
            StoreRefused: in the place of an error of the database's own.
        """
        self.close(clean=kind is None)
        if isinstance(error, database_errors()):
            with refusals(self.folder / FILE):
                raise error

    def close(self, clean: bool = True) -> None:
        """Let go of the files."""
        if clean:
            with refusals(self.folder / FILE):
                if self._unclean():
                    self.db.execute("DELETE FROM meta WHERE name = 'unclean'")
        else:
            # Where the disk is full, half-written messages are the first that should make room.
            self._clean()
        self.db.close()
        self._lock.release()

    def about_to_write(self) -> None:
        """Say, on disk, that a death from here on leaves something to be mended."""
        with refusals(self.folder / FILE):
            if not self._unclean():
                self.db.execute("INSERT INTO meta VALUES ('unclean', '1')")

    @property
    def compact(self) -> bool:
        """Whether new messages are compressed into segments; those that came before stay as they are."""
        asked = "SELECT 1 FROM meta WHERE name IN ('compact', ?)"
        return self.db.execute(asked, (SEGMENTS_KEY,)).fetchone() is not None

    def be_compact(self) -> None:
        """From now on."""
        self.db.execute("INSERT OR IGNORE INTO meta VALUES ('compact', '1')")

    def account(self, name: str, settings: bytes | None = None) -> int:
        """The number of an account, which is made, or given these settings, where they are stated.

        Raises:
            KeyError: there is none of that name, and no settings to make it with.
        """
        with refusals(self.folder / FILE), writing(self.db) as db:
            if settings is not None:
                wanted = "INSERT INTO account (name, directory, settings) VALUES (?, ?, ?) "
                wanted += "ON CONFLICT (name) DO UPDATE SET settings = excluded.settings"
                db.execute(wanted, (name, self._free_directory(name), settings))
            row = db.execute("SELECT id FROM account WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise KeyError(name)
        _say_what_this_is(self.folder, _README_SEALED if segments_key(self.db) else _README)
        return int(row[0])

    def folder_of(self, account: int, wire: bytes, name: str, separator: str, use: str) -> int:
        """The number of an account's folder, which is made if it is new. Its Maildir is made at the first message."""
        parts = tuple(name.split(separator)) if separator else (name,)
        with refusals(self.folder / FILE), writing(self.db) as db:
            known = db.execute(
                "SELECT id FROM folder WHERE account = ? AND wire = ?", (account, wire)
            ).fetchone()
            if known is None:
                place = self._free_folder(account, directory(parts), wire)
                row = (account, wire, name, separator, place, use)
                asked = "INSERT INTO folder (account, wire, name, separator, directory, use) VALUES (?, ?, ?, ?, ?, ?)"
                return int(db.execute(asked, row).lastrowid or 0)
            asked = (
                "UPDATE folder SET use = ?, gone_at = NULL WHERE id = ? AND (use != ? OR gone_at IS NOT NULL)"
            )
            db.execute(asked, (use, known[0], use))
            return int(known[0])

    def maildir(self, folder: int) -> tuple[Path, str]:
        """The account's directory, and the folder's below it."""
        asked = """SELECT account.directory, folder.directory FROM folder
            JOIN account ON account.id = folder.account WHERE folder.id = ?"""
        account, below = self.db.execute(asked, (folder,)).fetchone()
        return self.folder / account, below

    def _free_directory(self, name: str) -> str:
        return _free(
            account_directory(name), self.db.execute("SELECT directory FROM account WHERE name != ?", (name,))
        )

    def _free_folder(self, account: int, wanted: str, wire: bytes) -> str:
        return _free(wanted, self.db.execute("SELECT directory FROM folder WHERE account = ?", (account,)))

    def _unclean(self) -> bool:
        return self.db.execute("SELECT 1 FROM meta WHERE name = 'unclean'").fetchone() is not None

    def _mend(self, at: Instant) -> tuple[int, int]:
        fresh = self.db.execute("SELECT 1 FROM message LIMIT 1").fetchone() is None
        if not (self._unclean() or fresh):
            return 0, 0
        # Loaded only where there is something to mend.
        from lightship.edges.mailboxes.copy.adopting import adopt

        cleaned = self._clean()
        with refusals(self.folder / FILE):
            adopted = adopt(self.db, self._maildirs(), at)
            if (self.folder / "segments").is_dir():
                # Loaded only where a copy is compressed.
                from lightship.edges.mailboxes.copy.segments import adopt_segments

                adopted += adopt_segments(self.folder, self.db, at, segments_key(self.db))
        return adopted, cleaned

    def _clean(self) -> int:
        return sum(maildir.clean(folder) for folder in self._maildirs())

    def _maildirs(self) -> list[Path]:
        return [path.parent for path in self.folder.glob("*/**/cur") if path.is_dir()]


def _free(wanted: str, rows: Iterable[tuple[str]]) -> str:
    """The name, or the first like it that differs from the others on every file system, capitals aside."""
    taken = {row[0].casefold() for row in rows}
    if wanted.casefold() not in taken:
        return wanted
    return next(each for n in range(2, 1_000_000) if (each := f"{wanted}~{n}").casefold() not in taken)


def _say_what_this_is(folder: Path, text: str) -> None:
    path = folder / "README.txt"
    if not path.exists():
        path.write_text(text, encoding="utf-8")
