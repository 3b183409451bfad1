"""What a kind of mirror offers, and how its trouble is said."""

import subprocess
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Protocol

import msgspec

from lightship.edges.mirrors import BUILT_IN
from lightship.edges.mirrors.packing import Manifest, Release
from lightship.tell.outbox.words import one_line
from lightship.vocabulary.errors import BadInput

SECONDS = 60.0
"""For one command of another program."""


SOCKET_PATH = 85
"""Octets of the path of a socket that connections are shared by."""


class MirrorTrouble(Exception):
    """The mirror could not be brought up to date; what stood there stands. Data, as all trouble out there."""


class Ahead(MirrorTrouble):
    """It holds a later release than ours: a mirror never goes back."""


class Mirror(Protocol):
    """A copy elsewhere. Methods raise MirrorTrouble."""

    options: ClassVar[type[msgspec.Struct]]

    def held(self) -> bytes | None:
        """The manifest that it holds; None: nothing yet."""

    def push(self, release: Release, held: Manifest | None) -> None:
        """Bring it to a release: whole files, the manifest after them, its signature last."""

    def read(self, path: str) -> bytes:
        """One file as it lies there."""


def open_mirror(kind: str, options: Mapping[str, Any], staging: Path, place: str) -> Mirror:
    """The mirror of a kind.

    Args:
        staging: a folder of its own, for kinds that send files from disk.

    Raises:
        BadInput: there is none of that kind, or its options are wrong.
    """
    path = BUILT_IN.get(kind)
    if path is None:
        raise BadInput(place, f"no mirror {kind!a}", f"known: {', '.join(BUILT_IN)}")
    module, _, name = path.partition(":")
    found = getattr(import_module(module), name)
    try:
        made = msgspec.convert(dict(options), found.options)
    except msgspec.ValidationError as error:
        raise BadInput(place, str(error), f"see docs/reference/mirrors/{kind}.md") from None
    mirror: Mirror = found(made, staging, place)
    return mirror


def manifest_of(raw: bytes | None) -> Manifest | None:
    """A manifest; None: there is none. Raises MirrorTrouble where it is not one of ours."""
    if raw is None:
        return None
    try:
        return msgspec.json.decode(raw, type=Manifest)
    except msgspec.MsgspecError as error:
        raise MirrorTrouble(f"its manifest is not one of ours ({error})") from None


def differences(release: Release, held: Manifest | None) -> tuple[list[str], list[str]]:
    """Paths to send, in the order of the release, and paths to remove."""
    there = {path: each.sha256 for path, each in held.files.items()} if held is not None else {}
    changed = [path for path, file in release.files.items() if there.get(path) != file.digest]
    return changed, [path for path in there if path not in release.files]


def run(words: Sequence[str], folder: Path | None = None, said: bytes | None = None) -> bytes:
    """What another program prints. Raises MirrorTrouble with its own last words."""
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own configuration, without a shell
            list(words), cwd=folder, input=said if said is not None else b"", capture_output=True, timeout=SECONDS,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise MirrorTrouble(f"{words[0]} did not end within {SECONDS:.0f} seconds") from None
    except OSError as error:
        raise MirrorTrouble(f"{words[0]} cannot be run ({error.strerror})") from None
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-3:]
        raise MirrorTrouble(
            one_line(f"{words[0]}: {' / '.join(last) or f'ended with {done.returncode}'}", 300)
        )
    return done.stdout


def ssh_words(key: str, port: int, known_hosts: str, staging: Path) -> list[str]:
    """Options of ssh and sftp: nobody is asked anything, an unknown host is not trusted, a connection serves many."""
    found = ["-oBatchMode=yes", "-oStrictHostKeyChecking=yes", "-oConnectTimeout=15", f"-oPort={port}"]
    found += [f"-oUserKnownHostsFile={known_hosts}"] if known_hosts else []
    found += [f"-oIdentityFile={key}", "-oIdentitiesOnly=yes"] if key else []
    way = staging.absolute().with_name(f".{staging.name}.ssh")
    # A socket's path may have 108 octets (unix(7)), of which ssh takes 17 for a beginning of its own.
    shared = [f"-oControlPath={way}", "-oControlMaster=auto", "-oControlPersist=60"]
    return found + (shared if len(str(way)) <= SOCKET_PATH else [])
