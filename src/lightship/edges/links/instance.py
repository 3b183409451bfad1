"""One `wan protect` on a machine, found by the others through a lock that ends with its process."""

import contextlib
import fcntl
import os
import signal
from pathlib import Path

from lightship.vocabulary.errors import StoreRefused, Unreachable

NAME = "protect.lock"


class Instance:
    """The lock, held as long as this object is open."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / NAME
        self._file = self.path.open("a+")

    def take(self) -> None:
        """Be the one. Raises StoreRefused where another is."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreRefused(
                f"{self.path}: another `lightship wan protect` runs (process {self.holder()})"
            ) from error
        with contextlib.suppress(
            OSError
        ):  # a full disk: the lock holds all the same, only nobody can be told
            self._file.seek(0)
            self._file.truncate()
            self._file.write(str(os.getpid()))
            self._file.flush()

    def holder(self) -> str:
        """The process that wrote itself down last."""
        self._file.seek(0)
        return self._file.read().strip()

    def close(self) -> None:
        """Another may be the one."""
        self._file.close()


def is_running(folder: Path) -> bool:
    """Whether some `wan protect` holds the lock."""
    if not (folder / NAME).exists():
        return False
    with (folder / NAME).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def tell(folder: Path, which: signal.Signals) -> None:
    """Send a signal to the `wan protect` that runs. Raises Unreachable where none does."""
    if not is_running(folder):
        raise Unreachable(f"no `lightship wan protect` runs with {folder}; start it first")
    holder = (folder / NAME).read_text().strip()
    if not holder.isdigit():
        raise Unreachable(f"{folder / NAME} does not say which process it is; `systemctl status` or `ps` may")
    os.kill(int(holder), which)
