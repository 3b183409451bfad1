"""The seal on a manifest: whoever reads a copy can tell whether it is ours (Ed25519, RFC 8032)."""

import base64
import os
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lightship.edges.mirrors.packing import Packed, pack_file
from lightship.vocabulary.errors import StoreRefused

KIND = "ed25519"


class Signature(msgspec.Struct, frozen=True):
    """`manifest.sig.json`: over the octets of `manifest.json` as they are. `key`: whose, in base64."""

    kind: str
    sequence: int
    key: str
    signature: str


class Signer:
    """Signs with the key in a file, which is made where there is none.

    Raises:
        StoreRefused: the file cannot be made or read, or is no key.
    """

    def __init__(self, path: Path) -> None:
        try:
            if not path.exists():
                _make(path)
            self._key = Ed25519PrivateKey.from_private_bytes(path.read_bytes())
        except (OSError, ValueError) as error:
            raise StoreRefused(f"{path}: the key of the site cannot be made or read ({error})") from None

    @property
    def public(self) -> str:
        """What readers check with, in base64."""
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def seal(self, manifest: bytes, sequence: int) -> Packed:
        """The signature's file."""
        signed = base64.b64encode(self._key.sign(manifest)).decode()
        return pack_file(msgspec.json.encode(Signature(KIND, sequence, self.public, signed)) + b"\n")


def _make(path: Path) -> None:
    """In place whole or not at all, and for its owner's eyes."""
    beside = path.with_name(f".{path.name}.new")
    out = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(out, Ed25519PrivateKey.generate().private_bytes_raw())
        os.fsync(out)
    finally:
        os.close(out)
    beside.replace(path)


def check(manifest: bytes, signature: bytes, key: str = "") -> str:
    """Why a seal does not hold; empty: it holds.

    Args:
        key: whose it has to be; empty: any, so that only damage is noticed and no forger.
    """
    try:
        read = msgspec.json.decode(signature, type=Signature)
        if read.kind != KIND:
            return f"an unknown kind of signature, {read.kind[:20]!r}"
        if key and read.key != key:
            return "signed with another key"
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(read.key, validate=True))
        public.verify(base64.b64decode(read.signature, validate=True), manifest)
    except (msgspec.MsgspecError, ValueError):
        return "no signature of ours"
    except InvalidSignature:
        return "the signature does not fit the manifest"
    return ""
