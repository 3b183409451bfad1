"""One writer at a time: a lock that the kernel lets go of when its holder dies."""

import fcntl
import os
from pathlib import Path

from lightship.vocabulary.errors import StoreRefused


class Lock:
    """Held from construction until `release` or the end of the process.

    Args:
        store: what is locked; the lock is a file beside it.
        holder: who else may hold it, for the message; instead: what its reader may do.

    Raises:
        StoreRefused: another process holds it, or the folder cannot be written.
    """

    def __init__(
        self,
        store: Path,
        holder: str = "another hub",
        instead: str = "stop that one first, or name another store",
    ) -> None:
        path = store.with_name(store.name + ".lock")
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreRefused(f"{path}: {error.strerror}; the store's folder must be writable") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            number = os.read(self._file, 32).decode(errors="replace").strip()
            os.close(self._file)
            who = f" (process {number})" if number else ""
            raise StoreRefused(f"{store}: {holder}{who} has it open; {instead}") from None
        os.ftruncate(self._file, 0)
        os.write(self._file, str(os.getpid()).encode())

    def release(self) -> None:
        """Let another one in."""
        os.close(self._file)
