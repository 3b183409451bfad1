"""A mirror by SFTP, where nothing but files may be written: each beside its place, then renamed over it."""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import ClassVar

import msgspec

from lightship.edges.mirrors.directory import CODINGS, forms
from lightship.edges.mirrors.mirror import MirrorTrouble, differences, run, ssh_words
from lightship.edges.mirrors.packing import MANIFEST, Manifest, Packed, Release
from lightship.edges.mirrors.staged import Staged
from lightship.vocabulary.errors import BadInput


class SftpOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`mirrors: - {kind: sftp, ...}`.

    Args:
        host: `user@host`. folder: below the log-in's own folder, or absolute.
        key, port, known_hosts: of ssh; the host must be known, nobody is asked.
    """

    host: str
    folder: str = "site"
    key: str = ""
    port: int = 22
    known_hosts: str = ""


class SftpMirror:
    """See `Mirror`. Raises BadInput on a host or folder that cannot be."""

    options: ClassVar[type[msgspec.Struct]] = SftpOptions

    def __init__(self, options: SftpOptions, staging: Path, place: str) -> None:
        if not options.host or options.host.startswith("-") or any(c in options.folder for c in '"\\\n'):
            raise BadInput(
                f"{place}.host", ascii(options.host), "write user@host, and a folder without quotes"
            )
        self._root, self._staged = PurePosixPath(options.folder), Staged(staging)
        ways = ssh_words(options.key, options.port, options.known_hosts, staging)
        self._sftp = ["sftp", *ways, "-b", "-", options.host]

    def held(self) -> bytes | None:
        """See `Mirror`. A folder that is not there yet holds nothing."""
        try:
            return self.read(MANIFEST)
        except MirrorTrouble as trouble:
            if "not found" in str(trouble) or "No such file" in str(trouble):
                return None
            raise

    def push(self, release: Release, held: Manifest | None) -> None:
        """Changed files, the manifest, what is gone: in one connection."""
        self._staged.bring(release, doubt=held is None)
        changed, gone = differences(release, held)
        lines = [
            *self._folders(changed), *self._put((path, release.files[path]) for path in changed),
            *self._put(release.seals()),
            *(f'-rm "{self._root / path}{coding}"' for path in gone for coding in CODINGS),
        ]  # fmt: skip
        run(self._sftp, said="\n".join([*lines, "bye", ""]).encode())

    def _folders(self, paths: Iterable[str]) -> Iterator[str]:
        """Parents before children; one that is there already is no trouble."""
        found: dict[PurePosixPath, None] = {}
        for path in [*(self._root / each for each in paths), self._root / MANIFEST]:
            found |= dict.fromkeys(reversed([each for each in path.parents if each.name]))
        return (f'-mkdir "{each}"' for each in found)

    def _put(self, files: Iterable[tuple[str, Packed]]) -> Iterator[str]:
        """OpenSSH's `rename` replaces what is there in one step (posix-rename@openssh.com)."""
        for path, file in files:
            for coding in reversed(forms(file)):
                place = self._root / f"{path}{coding}"
                beside = place.with_name(f".{place.name}.new")
                yield f'put "{self._staged.folder / path}{coding}" "{beside}"'
                yield f'rename "{beside}" "{place}"'

    def read(self, path: str) -> bytes:
        """See `Mirror`."""
        with tempfile.TemporaryDirectory() as folder:
            there = Path(folder) / "read"
            run(self._sftp, said=f'get "{self._root / path}" "{there}"\nbye\n'.encode())
            return there.read_bytes()
