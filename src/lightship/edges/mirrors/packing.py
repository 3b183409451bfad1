"""From the texts of a site to a release: compressed, digested, listed in a manifest. What did not change is kept."""

import gzip
import hashlib
from collections.abc import Mapping

import brotli
import msgspec

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig.json"
FORM = 1
GZIP_LEVEL = 9
BROTLI_QUALITY = 9
"""Measured on the front page: 11 gains 8 % over 9 and takes twenty times as long."""
PLAIN_BELOW, BROTLI_FROM = 1_400, 16_384
"""Bytes. What fits into one packet gains nothing by gzip; brotli gains a packet only on the front page and its like,
and half as many files are written when every area page changes at once."""


class Packed(msgspec.Struct, frozen=True):
    """One file, whole, in its codings; None: not worth one. `digest`: SHA-256 of the raw bytes, hexadecimal."""

    raw: bytes
    gzip: bytes | None
    brotli: bytes | None
    digest: str


class Release(msgspec.Struct, frozen=True):
    """A whole site at one instant, in the order in which it is to be put in place.

    Args:
        sequence: grows from release to release; a mirror refuses a smaller one than it has.
        files: by path below the root, the manifest not among them.
        manifest: lists every file; in place after them.
        signature: over the manifest, in place last; None: nobody signs.
    """

    sequence: int
    simulated: bool
    files: dict[str, Packed]
    manifest: Packed
    signature: Packed | None = None

    def seals(self) -> "list[tuple[str, Packed]]":
        """The manifest and its signature, in the order in which they are to be put in place."""
        signed = [(SIGNATURE, self.signature)] if self.signature is not None else []
        return [(MANIFEST, self.manifest), *signed]


class ManifestFile(msgspec.Struct, frozen=True):
    """One file as the manifest lists it: digest and length of the uncompressed bytes."""

    sha256: str
    bytes: int


class Manifest(msgspec.Struct, frozen=True):
    """What a mirror holds. `published_at`: RFC 3339, by the site's own clock."""

    lightship: int
    sequence: int
    published_at: str
    simulated: bool
    files: dict[str, ManifestFile]


class Packer:
    """Seals releases. Remembers the files of the last one, so that only changed ones are compressed again."""

    def __init__(self) -> None:
        self._last: dict[str, Packed] = {}

    def pack(self, texts: Mapping[str, str], sequence: int, published_at: str, simulated: bool) -> Release:
        """A release of these texts. `published_at`: RFC 3339."""
        files = {path: self._file(path, text.encode()) for path, text in texts.items()}
        self._last = files
        listed = {path: ManifestFile(files[path].digest, len(files[path].raw)) for path in sorted(files)}
        manifest = Manifest(FORM, sequence, published_at, simulated, listed)
        return Release(sequence, simulated, files, pack_file(msgspec.json.encode(manifest) + b"\n"))

    def _file(self, path: str, raw: bytes) -> Packed:
        known = self._last.get(path)
        return known if known is not None and known.raw == raw else pack_file(raw)


def pack_file(raw: bytes) -> Packed:
    """One file in its codings. The same bytes give the same result: gzip carries no time."""
    return Packed(
        raw, gzip.compress(raw, GZIP_LEVEL, mtime=0) if len(raw) >= PLAIN_BELOW else None,
        brotli.compress(raw, quality=BROTLI_QUALITY) if len(raw) >= BROTLI_FROM else None,
        hashlib.sha256(raw).hexdigest(),
    )  # fmt: skip
