"""A folder that any web server can serve: each file beside its `.gz` and `.br`, replaced whole, the manifest last."""

import gzip
import hashlib
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

import brotli
import msgspec

from lightship.edges.mirrors.packing import MANIFEST, SIGNATURE, Manifest, Packed, Release, pack_file
from lightship.edges.mirrors.writing import write, write_all
from lightship.vocabulary.errors import StoreRefused

NEW = ".new"
"""A file on its way is `.NAME.new` beside its place; what a crash leaves of them is removed at the next start."""
CODINGS = ("", ".gz", ".br")


class Directory:
    """Keeps a folder equal to the newest release.

    A reader never sees half a file, nor a manifest that lists what is not there yet. Where the disk is full, nothing
    has changed: all that is new is written beside its place first, and only then put in place.

    Raises:
        StoreRefused: the folder holds files that are not ours, cannot be written, or is ahead.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._digests: dict[str, str] = {}
        try:
            self._begin()
        except OSError as error:
            raise StoreRefused(
                f"{folder}: cannot be made or read ({error.strerror}); name another folder"
            ) from error

    @property
    def folder(self) -> Path:
        """The folder itself."""
        return self._folder

    @property
    def sequence(self) -> int:
        """Of the release that it holds; 0 before the first."""
        return self._manifest.sequence

    def publish(self, release: Release) -> int:
        """Bring the folder to a release; gives how many files changed. The same release again changes none.

        Raises:
            StoreRefused: the folder is ahead of it, or cannot be written; what stood there stands complete.
        """
        if release.sequence < self.sequence:
            raise StoreRefused(
                f"{self._folder}: holds release {self.sequence}, and this one is {release.sequence}; "
                "a mirror never goes back: name another folder, or empty this one if it is of an earlier run"
            )
        changed = {
            path: file for path, file in release.files.items() if self._digests.get(path) != file.digest
        }
        gone = [path for path in self._digests if path not in release.files]
        if self._manifest_raw == release.manifest.raw and not changed and not gone:
            return 0
        try:
            self._replace(changed, release, gone)
        except OSError as error:
            raise StoreRefused(
                f"{self._folder}: cannot be written ({error.strerror}); the pages that stood there stand"
            ) from error
        self._digests = {path: file.digest for path, file in release.files.items()}
        self._remember(release.manifest.raw)
        return len(changed)

    def _replace(self, changed: dict[str, Packed], release: Release, gone: list[str]) -> None:
        seals = release.seals()
        try:
            self._write_beside(changed)
            for name, file in seals:
                self._write_seal(name, file)
        except OSError:
            self._drop_beside([*changed, *(name for name, _ in seals)])
            raise
        for path, file in changed.items():
            self._put_in_place(path, file)
        for path in gone:
            self._remove(path)
        for name, file in seals:
            self._put_in_place(name, file)
        if release.signature is None:
            (self._folder / SIGNATURE).unlink(missing_ok=True)

    def _write_beside(self, files: dict[str, Packed]) -> None:
        places = [(self._place(path), file) for path, file in files.items()]
        for folder in dict.fromkeys(place.parent for place, _ in places):
            folder.mkdir(parents=True, exist_ok=True)
        write_all(
            [(_beside(place, coding), data) for place, file in places for coding, data in forms(file).items()]
        )

    def _write_seal(self, name: str, file: Packed) -> None:
        for coding, data in forms(file).items():
            write(_beside(self._folder / name, coding), data, sync=True)

    def _put_in_place(self, path: str, file: Packed) -> None:
        """The compressed ones first: a server that prefers them never has an older one than the plain file."""
        place, there = self._place(path), forms(file)
        for coding in reversed(CODINGS):
            if coding in there:
                os.replace(_beside(place, coding), f"{place}{coding}")  # noqa: PTH105 - 1,800 times, without a Path
            else:
                Path(f"{place}{coding}").unlink(missing_ok=True)

    def _drop_beside(self, paths: list[str]) -> None:
        for path in paths:
            for coding in CODINGS:
                Path(_beside(self._place(path), coding)).unlink(missing_ok=True)

    def _remove(self, path: str) -> None:
        place = self._place(path)
        for coding in CODINGS:
            Path(f"{place}{coding}").unlink(missing_ok=True)
        folder = place.parent
        while folder != self._folder and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent

    def _place(self, path: str) -> Path:
        """Where a path of the release lies. Paths are our own, and still none may lead out of the folder."""
        parts = PurePosixPath(path).parts
        inside = bool(parts) and not path.startswith("/") and ".." not in parts
        assert inside, f"{path!r} leads out of the folder"
        return self._folder.joinpath(*parts)

    def _begin(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        kept = self._folder / MANIFEST
        if not kept.exists():
            self._refuse_strangers()
            kept.write_bytes(msgspec.json.encode(Manifest(1, 0, "", False, {})) + b"\n")
        self._remember(kept.read_bytes())
        for left in [*self._folder.rglob(f".*{NEW}")]:
            left.unlink()
        self._digests = dict(self._whole())

    def _refuse_strangers(self) -> None:
        found = next(
            (each.name for each in sorted(self._folder.iterdir()) if not each.name.endswith(NEW)), None
        )
        if found is not None:
            raise StoreRefused(
                f"{self._folder}: holds {found!r} and no {MANIFEST}, so it is no published site; name an empty folder"
            )

    def _remember(self, raw: bytes) -> None:
        try:
            self._manifest = msgspec.json.decode(raw, type=Manifest)
        except msgspec.MsgspecError as error:
            raise StoreRefused(
                f"{self._folder / MANIFEST}: is not a manifest of ours ({error}); name an empty folder"
            ) from error
        self._manifest_raw = raw

    def _whole(self) -> Iterator[tuple[str, str]]:
        """Path and digest of each listed file; an empty digest where one of its codings is not whole, for a new one."""
        for path, listed in self._manifest.files.items():
            yield path, listed.sha256 if _is_whole(self._place(path), listed.sha256) else ""


def forms(file: Packed) -> dict[str, bytes]:
    """The files that one file is on disk: by the ending that is put behind its name."""
    made = {"": file.raw, ".gz": file.gzip, ".br": file.brotli}
    return {ending: data for ending, data in made.items() if data is not None}


def _is_whole(place: Path, digest: str) -> bool:
    """Whether all that is there of it says the same: after a power cut a file can be empty, or half."""
    unpack: dict[str, Callable[[bytes], bytes]] = {
        "": bytes,
        ".gz": gzip.decompress,
        ".br": brotli.decompress,
    }
    try:
        raw = place.read_bytes()
        wanted = forms(pack_file(raw)) if hashlib.sha256(raw).hexdigest() == digest else {}
        return bool(wanted) and all(
            unpack[ending](Path(f"{place}{ending}").read_bytes()) == raw for ending in wanted
        )
    except (OSError, EOFError, zlib.error, brotli.error):
        return False


def _beside(place: Path, coding: str) -> str:
    return f"{place.parent}/.{place.name}{coding}{NEW}"
