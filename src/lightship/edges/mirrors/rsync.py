"""A mirror by rsync: over ssh, to an rsync server, or to a path. Files first, then the manifest, then what is gone."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from shlex import join
from typing import ClassVar

import msgspec

from lightship.edges.mirrors.directory import forms
from lightship.edges.mirrors.mirror import MirrorTrouble, differences, run, ssh_words
from lightship.edges.mirrors.packing import MANIFEST, Manifest, Packed, Release
from lightship.edges.mirrors.staged import Staged
from lightship.vocabulary.errors import BadInput


class RsyncOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`mirrors: - {kind: rsync, ...}`.

    Args:
        to: `user@host:folder`, `rsync://host/module/folder` or a path.
        key, port, known_hosts: of ssh; the host must be known, nobody is asked.
    """

    to: str
    key: str = ""
    port: int = 22
    known_hosts: str = ""


class RsyncMirror:
    """See `Mirror`. Raises BadInput on a destination that would be an option."""

    options: ClassVar[type[msgspec.Struct]] = RsyncOptions

    def __init__(self, options: RsyncOptions, staging: Path, place: str) -> None:
        if not options.to or options.to.startswith("-"):
            raise BadInput(
                f"{place}.to", ascii(options.to), "user@host:folder, rsync://host/module, or a path"
            )
        self._to, self._staged = options.to.rstrip("/"), Staged(staging)
        ssh = join(["ssh", *ssh_words(options.key, options.port, options.known_hosts, staging)])
        # Sizes and seconds do not tell two releases apart: contents are compared.
        self._rsync = [
            "rsync",
            "--recursive",
            "--checksum",
            "--delay-updates",
            "--timeout=30",
            f"--rsh={ssh}",
        ]

    def held(self) -> bytes | None:
        """See `Mirror`. A folder that is not there yet holds nothing."""
        try:
            return self.read(MANIFEST)
        except MirrorTrouble as trouble:
            if "No such file" in str(trouble) or "does not exist" in str(trouble):
                return None
            raise

    def push(self, release: Release, held: Manifest | None) -> None:
        """Three passes; after each of them the copy is whole by some manifest."""
        self._staged.bring(release, doubt=held is None)
        changed, _ = differences(release, held)
        self._send(changed, {path: release.files[path] for path in changed})
        seals = dict(release.seals())
        self._send(list(seals), seals)
        # Nothing more is sent: what is not here any more is removed there.
        only = ["--recursive", "--existing", "--ignore-existing", "--delete"]
        run([*self._rsync, *only, f"{self._staged.folder}/", f"{self._to}/"])

    def _send(self, paths: Sequence[str], files: Mapping[str, Packed]) -> None:
        """These files in all their codings, in place together at the end."""
        names = [f"{path}{coding}" for path in paths for coding in forms(files[path])]
        if names:
            words = [
                "--ignore-times",
                "--mkpath",
                "--files-from=-",
                f"{self._staged.folder}/",
                f"{self._to}/",
            ]
            run([*self._rsync, *words], said="".join(f"{name}\n" for name in names).encode())

    def read(self, path: str) -> bytes:
        """See `Mirror`."""
        with tempfile.TemporaryDirectory() as folder:
            run([*self._rsync, f"{self._to}/{path}", f"{folder}/"])
            return (Path(folder) / Path(path).name).read_bytes()
