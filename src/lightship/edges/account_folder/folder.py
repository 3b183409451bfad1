"""One folder of plain files and a list of them. What is in the list is whole and on disk.

A file is written and synced first and then listed, so a death between the two leaves a file that the next `add` of the
same content takes over, and never a line without its file.
"""

import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, get_args

import msgspec

from lightship.edges.stores.lock import Lock
from lightship.endure.reading.neutral import one_line
from lightship.vocabulary.errors import BadInput, StoreRefused
from lightship.vocabulary.time import Instant

Kind = Literal["bill", "contract", "numbers", "screenshot", "letter", "other"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LIST, VERSION = "list.json", 1
LARGEST = 100_000_000
"""Bytes of one file."""
_UNSAFE = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))


class Item(msgspec.Struct, frozen=True):
    """One file that is held.

    Args:
        file: below the folder; name: as it was called where it came from.
        sha256: hexadecimal, of its bytes; size: bytes.
        note: what its owner says of it.
    """

    file: str
    kind: Kind
    name: str
    sha256: str
    size: int
    added_at: Instant
    note: str = ""


class Listing(msgspec.Struct, frozen=True):
    """The list. `verified_at`: when all were last read again; damaged: files that were not as listed then."""

    version: int = VERSION
    items: tuple[Item, ...] = ()
    verified_at: Instant | None = None
    damaged: tuple[str, ...] = ()


class AccountFolder:
    """The folder. Reading needs no lock; what changes takes one.

    Args:
        root: made at the first `add`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def listing(self) -> Listing:
        """What is held; empty where there is no folder yet. Raises StoreRefused where the list cannot be read."""
        path = self.root / LIST
        try:
            found = msgspec.json.decode(path.read_bytes(), type=Listing)
        except FileNotFoundError:
            return Listing()
        except (OSError, msgspec.MsgspecError) as error:
            raise StoreRefused(f"{path}: {error}; restore it from an export") from error
        if found.version != VERSION:
            raise StoreRefused(f"{path}: written by a newer version ({found.version}); use that one")
        return found

    def add(self, source: Path, kind: Kind, note: str, at: Instant) -> tuple[Item, bool]:
        """Take a copy of a file; whether it is new. The same content under the same kind is held once.

        Raises:
            BadInput: it cannot be read, or is too large. StoreRefused: the folder cannot be written.
        """
        data = _read(source)
        digest = hashlib.sha256(data).hexdigest()
        with self._writing():
            listing = self.listing()
            known = next((each for each in listing.items if (each.sha256, each.kind) == (digest, kind)), None)
            if known is not None and self._is_whole(known):
                return known, False
            name = one_line(source.name, 200)
            safe = name.translate(_UNSAFE).lstrip(".")[-100:] or "file"
            item = Item(
                f"{kind}/{digest[:12]}-{safe}", kind, name, digest, len(data), at, one_line(note, 500)
            )
            others = tuple(each for each in listing.items if each is not known)
            self._put(item.file, data)
            self._put(LIST, _encoded(msgspec.structs.replace(listing, items=(*others, item))))
            return item, known is None

    def verify(self, at: Instant) -> tuple[str, ...]:
        """Read everything again; what is not as listed, each with why. The result is remembered."""
        with self._writing():
            listing = self.listing()
            wrong = tuple(f"{each.file}: {why}" for each in listing.items if (why := self._wrong(each)))
            checked = msgspec.structs.replace(listing, verified_at=at, damaged=wrong)
            self._put(LIST, _encoded(checked))
        return wrong

    def unlisted(self) -> tuple[str, ...]:
        """Files that lie in the folder and are not in the list."""
        known = {each.file for each in self.listing().items}
        found = (
            path.relative_to(self.root).as_posix() for path in sorted(self.root.glob("*/*")) if path.is_file()
        )
        return tuple(each for each in found if each not in known)

    def export(self, target: Path) -> int:
        """Everything, with its list, into a new ZIP file; how many files. Raises BadInput where that fails."""
        items = self.listing().items
        try:
            with target.open("xb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                for each in items:
                    archive.write(self.root / each.file, each.file)
                archive.write(self.root / LIST, LIST)
        except FileExistsError:
            raise BadInput(str(target), "is there already", "name a new file") from None
        except OSError as error:
            raise BadInput(
                str(error.filename or target), error.strerror or "cannot be used", "see `verify`"
            ) from error
        return len(items)

    def _is_whole(self, item: Item) -> bool:
        return not self._wrong(item)

    def _wrong(self, item: Item) -> str:
        try:
            with (self.root / item.file).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            return "is gone"
        except OSError as error:
            return error.strerror or "cannot be read"
        return "" if digest == item.sha256 else "its content has changed"

    def _put(self, name: str, data: bytes) -> None:
        """A whole file, on disk when this returns, in place of what was there."""
        target = self.root / name
        unfinished = target.with_name(f".{target.name}.new")
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with unfinished.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(target)
            handle = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            unfinished.unlink(missing_ok=True)
            raise StoreRefused(f"{target}: {error.strerror}; nothing that was held is changed") from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreRefused(f"{self.root}: {error.strerror}; name another with --folder") from error
        lock = Lock(self.root / "list", "another `lightship keep account`", "wait for it")
        try:
            yield
        finally:
            lock.release()


def _read(source: Path) -> bytes:
    try:
        if source.stat().st_size > LARGEST:
            raise BadInput(str(source), f"{source.stat().st_size:,} bytes", f"at most {LARGEST:,}")
        return source.read_bytes()
    except OSError as error:
        raise BadInput(str(source), error.strerror or "cannot be read", "the path of a file") from None


def _encoded(listing: Listing) -> bytes:
    return msgspec.json.format(msgspec.json.encode(listing), indent=1)
