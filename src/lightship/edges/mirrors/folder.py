"""A mirror in a folder of this machine: a mounted disk, or what another program carries away."""

from pathlib import Path
from typing import ClassVar

import msgspec

from lightship.edges.mirrors.mirror import MirrorTrouble
from lightship.edges.mirrors.packing import MANIFEST, Manifest, Release
from lightship.edges.mirrors.staged import Staged


class FolderOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`mirrors: - {kind: directory, ...}`. `to`: the folder; it is made where it is missing."""

    to: str


class FolderMirror:
    """See `Mirror`."""

    options: ClassVar[type[msgspec.Struct]] = FolderOptions

    def __init__(self, options: FolderOptions, staging: Path, place: str) -> None:
        self._folder, self._staged = Path(options.to), Staged(Path(options.to))

    def held(self) -> bytes | None:
        """See `Mirror`."""
        try:
            return (self._folder / MANIFEST).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise MirrorTrouble(f"{self._folder} cannot be read ({error.strerror})") from None

    def push(self, release: Release, held: Manifest | None) -> None:
        """After a doubt everything that is there is looked at, so that what was damaged is mended."""
        self._staged.bring(release, doubt=held is None or held.sequence != self._staged.sequence)

    def read(self, path: str) -> bytes:
        """See `Mirror`."""
        try:
            return (self._folder / path).read_bytes()
        except OSError as error:
            raise MirrorTrouble(f"{path} cannot be read ({error.strerror})") from None
