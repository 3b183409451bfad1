"""Maildir folders: one file a message, named by its hash, so that writing the same message twice leaves one file.

What is in `cur` is whole and on disk; what is in `tmp` is neither, and is thrown away. A file's time is the instant at
which the provider received the message, its name ends with the flags. Layout: Maildir++.
"""

import itertools
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from lightship.vocabulary.time import Instant

TAIL = ".lightship"
DIGITS = 40
"""Hexadecimal digits of the hash in a name; the catalogue knows all 64."""
_COMMON = ("S", "", "RS", "FS", "F")
_numbers = itertools.count()


def base(hash: bytes) -> str:
    """The unique part of a message's file name."""
    return hash.hex()[:DIGITS] + TAIL


def name(hash: bytes, letters: str) -> str:
    """The whole file name of a message."""
    return f"{base(hash)}:2,{letters}"


def make(account: Path, directory: str) -> Path:
    """A folder with its three parts, on disk when this returns. The account's own directory is the inbox."""
    folder = account / directory if directory else account
    if all((folder / part).is_dir() for part in ("cur", "new", "tmp")):
        return folder
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
    if directory:
        (folder / "maildirfolder").touch(mode=0o600)
    for each in (folder, account, account.parent):
        sync_directory(each)
    return folder


def temporary(folder: Path) -> Path:
    """A name in `tmp` that nobody else uses."""
    return folder / "tmp" / f"{os.getpid()}.{next(_numbers)}{TAIL}"


def written(path: Path, data: bytes, received: Instant) -> int:
    """A new file with its time, open: its handle is to be synced and closed."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        waiting = memoryview(data)
        while waiting:
            waiting = waiting[os.write(handle, waiting) :]
        _date(handle, received)
    except BaseException:
        os.close(handle)
        raise
    return handle


def reopened(path: Path, received: Instant) -> int:
    """The same of a file that is there."""
    handle = os.open(path, os.O_RDWR)
    try:
        _date(handle, received)
    except BaseException:
        os.close(handle)
        raise
    return handle


def settle(handle: int, received: Instant) -> None:
    """Give an open file its time, and wait until it is on disk."""
    _date(handle, received)
    os.fsync(handle)


def _date(handle: int, received: Instant) -> None:
    nanoseconds = max(0, received) * 1_000_000
    os.utime(handle, ns=(nanoseconds, nanoseconds))


def sync_directory(path: Path) -> None:
    """Wait until what was renamed in a directory is on disk."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def find(folder: Path, hash: bytes, likely: Iterable[str] = ()) -> Path | None:
    """The file of a message in a folder, whatever its flags; None if it is not there.

    Args:
        likely: the flags' letters that its name probably ends with.
    """
    start = base(hash)
    for letters in (*likely, *_COMMON):
        path = folder / "cur" / f"{start}:2,{letters}"
        if path.exists():
            return path
    # Another mail program may have changed the flags, or not have looked at the file yet.
    for part in ("cur", "new"):
        with suppress(FileNotFoundError), os.scandir(folder / part) as entries:
            for entry in entries:
                if entry.name.startswith(start):
                    return Path(entry.path)
    return None


def files(folder: Path) -> Iterator[Path]:
    """Every message of a folder that Lightship wrote."""
    for part in ("cur", "new"):
        with suppress(FileNotFoundError), os.scandir(folder / part) as entries:
            for entry in entries:
                if entry.name.partition(":")[0].endswith(TAIL):
                    yield Path(entry.path)


def letters_of(path: Path) -> str:
    """The flags' letters that a file name ends with."""
    return path.name.rpartition(":2,")[2] if ":2," in path.name else ""


def clean(folder: Path) -> int:
    """Throw away what was not finished, and say how many files that were."""
    count = 0
    with suppress(FileNotFoundError):
        for path in (folder / "tmp").iterdir():
            if path.name.endswith(TAIL):
                path.unlink()
                count += 1
    return count
