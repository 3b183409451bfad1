"""Messages as files of a Maildir."""

import hashlib
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from lightship.edges.mailboxes.copy import maildir
from lightship.edges.mailboxes.copy.adopting import message_id
from lightship.edges.mailboxes.copy.bodies import Bodies
from lightship.edges.mailboxes.copy.shelf import Prepared, Shelved, Wanted
from lightship.edges.mailboxes.copy.spilling import SpilledFile
from lightship.vocabulary.time import Instant


class MaildirShelf:
    """See `shelf.Shelf`.

    Args:
        account: its directory; directory: the folder's below it.
        bodies: finds messages that the copy has elsewhere.
    """

    half_bytes = 4_000_000
    writers = 32
    """They wait for the disk: file systems put the syncs of many into one."""

    def __init__(self, account: Path, directory: str, bodies: Bodies) -> None:
        self._account, self._directory, self._bodies = account, directory, bodies
        self._made: Path | None = None
        self._present: dict[str, Path] | None = None

    @property
    def _folder(self) -> Path:
        if self._made is None:
            self._made = maildir.make(self._account, self._directory)
        return self._made

    def spill(self, size: int, pour: Callable[[Callable[[memoryview], object]], None]) -> SpilledFile:
        """Into `tmp`."""
        return SpilledFile(maildir.temporary(self._folder), size, pour)

    def prepare(self, batch: Sequence[tuple[bytes | SpilledFile, Instant]]) -> list[Prepared]:
        """Into `tmp`, and on disk: all are written, then all are waited for, which a journal answers at once."""
        with ExitStack() as handles:
            written, ready = [], []
            for body, received in batch:
                handle, prepared = self._written(body, received)
                handles.callback(os.close, handle)
                written.append(handle)
                ready.append(prepared)
            for handle in written:
                os.fsync(handle)
        return ready

    def _written(self, body: bytes | SpilledFile, received: Instant) -> tuple[int, Prepared]:
        if isinstance(body, SpilledFile):
            prepared = Prepared(body.hash, body.size, message_id(body.start), body.path)
            return maildir.reopened(body.path, received), prepared
        path = maildir.temporary(self._folder)
        handle = maildir.written(path, body, received)
        return handle, Prepared(hashlib.sha256(body).digest(), len(body), message_id(body), path)

    def drop(self, prepared: Prepared) -> None:
        """Its file in `tmp` goes."""
        assert isinstance(prepared.content, Path), "prepared by this shelf"
        prepared.content.unlink()

    def shelve(self, group: Sequence[Wanted]) -> list[Shelved]:
        """From `tmp` to `cur`."""
        current = str(self._folder / "cur")
        for prepared, letters, known in group:
            assert isinstance(prepared.content, Path), "prepared by this shelf"
            if known is not None and self._have(known, prepared.hash, letters):
                self.drop(prepared)
                continue
            name = maildir.name(prepared.hash, letters)
            os.rename(prepared.content, f"{current}/{name}")  # noqa: PTH104 - of thousands, each path would be parsed
            if self._present is not None:
                self._present[maildir.base(prepared.hash)] = self._folder / "cur" / name
        maildir.sync_directory(self._folder / "cur")
        return [Shelved()] * len(group)

    def recognise(self, message: int, hash: bytes, letters: str) -> None:
        """A further name of the same file, where the file system has such; else a copy of it."""
        if not self._have(message, hash, letters):
            # Loaded only on file systems without links.
            import shutil

            with suppress(FileNotFoundError):
                path = maildir.temporary(self._folder)
                shutil.copy2(self._bodies.path(message), path)
                path.rename(self._folder / "cur" / maildir.name(hash, letters))

    def reflag(self, hash: bytes, before: str, letters: str) -> None:
        """Another name."""
        if before == letters:
            return
        found = maildir.find(self._folder, hash, (before,))
        if found is not None:
            found.rename(self._folder / "cur" / maildir.name(hash, letters))

    def _have(self, message: int, hash: bytes, letters: str) -> bool:
        """Whether this folder has the file, or could be given it by a link."""
        if self._present is None:
            self._present = {path.name.partition(":")[0]: path for path in maildir.files(self._folder)}
        if maildir.base(hash) in self._present:
            return True
        goal = self._folder / "cur" / maildir.name(hash, letters)
        try:
            goal.hardlink_to(self._bodies.path(message))
        except (OSError, KeyError):
            return False
        self._present[maildir.base(hash)] = goal
        return True
