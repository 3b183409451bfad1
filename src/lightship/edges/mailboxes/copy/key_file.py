"""The key of an encrypted copy: drawn by lot, kept beside the copy, wrapped with a key that a passphrase gives.

The passphrase itself is in the keyring of the system, or a command prints it, or a person types it. Without it nobody
reads the copy again.
"""

import getpass
import os
import sys
from functools import lru_cache
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from lightship.edges.mailboxes.copy.catalogue import FILE as CATALOGUE
from lightship.edges.mailboxes.copy.catalogue import KEY_FILE
from lightship.edges.mailboxes.copy.maildir import sync_directory
from lightship.edges.mailboxes.secrets import from_command, from_keyring
from lightship.edges.memory import held_small
from lightship.edges.stores.lock import Lock
from lightship.vocabulary.errors import BadInput, StoreRefused

FILE = KEY_FILE
N, R, P = 2**14, 8, 5
"""scrypt (RFC 7914): 16 MB, and about a third of a second a guess; one of the settings that OWASP recommends."""
_LARGEST = 2**20


class KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `key.json` says; nothing of it is a secret.

    Args:
        id: names the passphrase in the keyring.
        command: prints the passphrase; empty: the keyring or a person has it.
        n, r, p, salt: of scrypt. nonce, wrapped: the key, sealed with AES-256-GCM.
    """

    version: int
    id: str
    command: str
    n: int
    r: int
    p: int
    salt: bytes
    nonce: bytes
    wrapped: bytes


def begin(folder: Path, passphrase: str, command: str) -> KeyFile:
    """Make a copy, of which there is nothing yet, an encrypted one.

    Raises:
        BadInput: there is mail in the clear already. StoreRefused: it cannot be written, or another process does.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreRefused(f"{folder}: {error.strerror}; name another folder with --copy") from error
    lock = Lock(folder / "copy", "another `lightship mail`", "wait for it or stop it")
    try:
        if (folder / CATALOGUE).exists() or any(folder.glob("**/cur")):
            raise BadInput(
                str(folder),
                "this copy was begun in the clear, and encrypting it later hides nothing that a disk still has",
                "begin an encrypted one beside it: `lightship mail keep ADDRESS --encrypt --copy ANOTHER_FOLDER`. "
                "Keep this one as long as it has messages that the provider has no more; then delete it",
            )  # fmt: skip
        made = _wrapped(os.urandom(32), passphrase, os.urandom(8).hex(), command)
        _write(folder / FILE, _encoded(made))
    finally:
        lock.release()
    return made


def tell_command(folder: Path, about: KeyFile, command: str) -> None:
    """From now on, this command prints the passphrase."""
    _write(folder / FILE, _encoded(msgspec.structs.replace(about, command=command)))


def read(folder: Path) -> KeyFile | None:
    """How the key is wrapped; None: the copy is not encrypted. Raises StoreRefused."""
    path = folder / FILE
    try:
        found = msgspec.json.decode(path.read_bytes(), type=KeyFile)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise StoreRefused(
            f"{path}: {error}; without this file the copy cannot be read: bring it back from where you saved it"
        ) from error
    if found.version != 1 or not (0 < found.n * found.r * found.p <= _LARGEST * 64):
        raise StoreRefused(f"{path}: a newer Lightship wrote this, or it was changed")
    return found


def key_of(folder: Path) -> bytes | None:
    """The key of a copy; None: it is not encrypted.

    Raises:
        StoreRefused: the passphrase is wrong, or nobody is there to give it; the file cannot be read.
        Unreachable: the command failed.
    """
    about = read(folder)
    return None if about is None else _known(about, folder)


@lru_cache(maxsize=8)
def _known(about: KeyFile, folder: Path) -> bytes:
    if about.command:
        return unwrapped(about, folder, from_command(about.command), "its command prints")
    kept = from_keyring(name_in_keyring(about))
    if kept is not None:
        return unwrapped(about, folder, kept, "the keyring has")
    if not sys.stdin.isatty():
        raise StoreRefused(
            f"{folder}: this copy is encrypted, the keyring has no passphrase and nobody is there to ask; "
            "run `lightship mail keep --encrypt` in a terminal once, which remembers it"
        )
    try:
        typed = getpass.getpass(f"Passphrase of {folder}: ")
    except EOFError as error:
        raise StoreRefused(f"{folder}: this copy is encrypted, and no passphrase was given") from error
    return unwrapped(about, folder, typed, "was typed")


def name_in_keyring(about: KeyFile) -> str:
    """Under what name the keyring has the passphrase."""
    return f"copy {about.id}"


def unwrapped(about: KeyFile, folder: Path, passphrase: str, origin: str) -> bytes:
    """The key. Raises StoreRefused where the passphrase is not the one."""
    try:
        return AESGCM(_wrapping(about.n, about.r, about.p, about.salt, passphrase)).decrypt(
            about.nonce, about.wrapped, None
        )
    except (InvalidTag, ValueError, MemoryError) as error:
        raise StoreRefused(
            f"{folder}: the passphrase that {origin} is not that of this copy. "
            "If it is lost, so is the copy: keep the mail anew in another folder"
        ) from error


def _wrapped(key: bytes, passphrase: str, id: str, command: str) -> KeyFile:
    salt, nonce = os.urandom(16), os.urandom(12)
    sealed = AESGCM(_wrapping(N, R, P, salt, passphrase)).encrypt(nonce, key, None)
    return KeyFile(1, id, command, N, R, P, salt, nonce, sealed)


def _wrapping(n: int, r: int, p: int, salt: bytes, passphrase: str) -> bytes:
    held_small()  # scrypt takes 16 MB, which are to be given back
    return Scrypt(salt, 32, n, r, p).derive(passphrase.encode())


def _encoded(about: KeyFile) -> bytes:
    return msgspec.json.format(msgspec.json.encode(about))


def _write(path: Path, content: bytes) -> None:
    """On disk before anything is sealed with it."""
    unfinished = path.with_name(path.name + ".part")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    unfinished.rename(path)
    sync_directory(path.parent)
