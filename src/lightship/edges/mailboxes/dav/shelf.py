"""One collection on disk: a file for each event or person, and the list of what the server had.

`deleted/` holds what the server no longer has, `earlier/` what it has changed since: neither is ever thrown away here.
A file is on disk before the list names it, so a death leaves at most files that the next pass writes once more.
"""

import hashlib
import os
from pathlib import Path

import msgspec

from lightship.edges.mailboxes.dav.finding import Collection, Kind
from lightship.endure.reading.neutral import one_line
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.time import Instant

LIST = "list.json"
_SUFFIX = {"calendar": ".ics", "contacts": ".vcf"}
_UNSAFE = str.maketrans(dict.fromkeys('/\\:*?"<>| ', "_"))


class Kept(msgspec.Struct, frozen=True):
    """One event or person. `tag`: the server's entity tag; sha256: of the file."""

    file: str
    tag: str
    sha256: str


class Listed(msgspec.Struct, frozen=True):
    """The list. `passed_at`: end of the latest complete pass; None: there was none."""

    url: str
    kind: Kind
    name: str
    token: str = ""
    passed_at: Instant | None = None
    items: dict[str, Kept] = {}
    deleted: int = 0


class Shelf:
    """The folder of a collection, made if it is not there. Raises StoreRefused where it cannot be used."""

    def __init__(self, above: Path, collection: Collection) -> None:
        digest = hashlib.sha256(collection.url.encode()).hexdigest()[:8]
        self.folder = above / f"{_safe(collection.name)}~{digest}"
        self.listed = read_list(self.folder) or Listed(collection.url, collection.kind, collection.name)
        self._items = dict(self.listed.items)
        self._deleted = self.listed.deleted

    def known(self) -> dict[str, str]:
        """Entity tags by address; a file that is gone or was changed here counts as not known."""
        return {url: each.tag for url, each in self._items.items() if self._is_sound(each)}

    def put(self, url: str, tag: str, content: bytes) -> None:
        """A new or changed one. What was there before is moved to `earlier/`."""
        digest = hashlib.sha256(content).hexdigest()
        before = self._items.get(url)
        if before is not None and before.sha256 == digest and self._is_sound(before):
            self._items[url] = Kept(before.file, tag, digest)
            return
        file = before.file if before is not None else self._free_name(url)
        if before is not None and (self.folder / file).exists():
            self._aside(file, "earlier", before.sha256)
        self._write(file, content)
        self._items[url] = Kept(file, tag, digest)

    def gone(self, url: str) -> None:
        """The server no longer has it: it is moved to `deleted/`."""
        item = self._items.pop(url, None)
        if item is not None:
            self._deleted += 1
            if (self.folder / item.file).exists():
                self._aside(item.file, "deleted", item.sha256)

    def save(self, token: str, at: Instant | None) -> None:
        """Write the list; on disk when this returns. `at` None: the pass is not complete, and the old token stays."""
        complete = at is not None
        self.listed = msgspec.structs.replace(
            self.listed, items=dict(self._items), deleted=self._deleted,
            token=token if complete else self.listed.token, passed_at=at if complete else self.listed.passed_at,
        )  # fmt: skip
        self._settle()  # the names of what was written, before the list that names them
        self._write(LIST, msgspec.json.format(msgspec.json.encode(self.listed), indent=1))
        self._settle()

    def _settle(self) -> None:
        """Wait until what was renamed in the folder is on disk."""
        if self.folder.exists():
            handle = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def _is_sound(self, item: Kept) -> bool:
        path = self.folder / item.file
        return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == item.sha256

    def _free_name(self, url: str) -> str:
        stem = _safe(url.rstrip("/").rpartition("/")[2].rpartition(".")[0]) or "item"
        digest = hashlib.sha256(url.encode()).hexdigest()[:8]
        return f"{stem}~{digest}{_SUFFIX[self.listed.kind]}"

    def _aside(self, file: str, where: str, digest: str) -> None:
        place = self.folder / where
        place.mkdir(mode=0o700, exist_ok=True)
        stem, dot, ending = file.rpartition(".")
        (self.folder / file).replace(place / f"{stem}.{digest[:8]}{dot}{ending}")

    def _write(self, name: str, data: bytes) -> None:
        target = self.folder / name
        unfinished = target.with_name(f".{name}.new")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with unfinished.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(target)
        except OSError as error:
            raise StoreRefused(f"{target}: {error.strerror}; what was kept is kept") from error


def read_list(folder: Path) -> Listed | None:
    """The list of a collection; None: there is none. Raises StoreRefused where it cannot be read."""
    path = folder / LIST
    try:
        return msgspec.json.decode(path.read_bytes(), type=Listed)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise StoreRefused(
            f"{path}: {error}; move the folder away, and the next pass makes it anew"
        ) from error


def _safe(name: str) -> str:
    return one_line(name, 60).translate(_UNSAFE).strip(".")
