"""A mirror in a bucket that speaks S3. Plain files: a bucket cannot choose between codings for its reader.

Requests are signed by AWS Signature Version 4 (docs.aws.amazon.com, "Signature Version 4 signing process").
"""

import hashlib
import hmac
import http.client
import ssl
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote, urlsplit

import msgspec

from lightship.edges.mirrors.mirror import MirrorTrouble, differences
from lightship.edges.mirrors.packing import MANIFEST, Manifest, Release
from lightship.edges.probes.secrets import secret
from lightship.vocabulary.errors import BadInput

SECONDS = 30.0
CACHE = "public, max-age=15, stale-while-revalidate=60, stale-if-error=86400"
KINDS = {
    "html": "text/html; charset=utf-8", "json": "application/json", "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8", "atom": "application/atom+xml; charset=utf-8",
}  # fmt: skip


class S3Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`mirrors: - {kind: s3, ...}`.

    Args:
        endpoint: such as `https://s3.eu-west-2.amazonaws.com`; http only on this machine.
        bucket, region, prefix: where in it; the prefix without slashes at its ends.
        access_key, secret: the key's name, and the key itself by reference.
    """

    endpoint: str
    bucket: str
    access_key: str
    secret: str
    region: str = "us-east-1"
    prefix: str = ""


class S3Mirror:
    """See `Mirror`. Raises BadInput on an endpoint that cannot be."""

    options: ClassVar[type[msgspec.Struct]] = S3Options

    def __init__(self, options: S3Options, staging: Path, place: str) -> None:
        where = urlsplit(options.endpoint)
        inside = where.hostname in ("127.0.0.1", "::1", "localhost")
        if not where.hostname or where.scheme not in (("https", "http") if inside else ("https",)):
            raise BadInput(f"{place}.endpoint", ascii(options.endpoint), "such as https://s3.example.org")
        self._options, self._where = options, where
        self._key = secret(options.secret, f"{place}.secret")
        self._trust = ssl.create_default_context()

    def held(self) -> bytes | None:
        """See `Mirror`."""
        status, body = self._ask("GET", MANIFEST)
        if status == 404:
            return None
        return self._good(status, body, MANIFEST)

    def push(self, release: Release, held: Manifest | None) -> None:
        """One request a file; each object is replaced whole."""
        changed, gone = differences(release, held)
        with closing(self._connection()) as connection:
            for path, file in [*((each, release.files[each]) for each in changed), *release.seals()]:
                status, body = self._ask("PUT", path, file.raw, connection)
                self._good(status, body, path)
            for path in gone:
                status, body = self._ask("DELETE", path, b"", connection)
                if status != 404:
                    self._good(status, body, path)

    def read(self, path: str) -> bytes:
        """See `Mirror`."""
        return self._good(*self._ask("GET", path), path)

    def _good(self, status: int, body: bytes, path: str) -> bytes:
        if not 200 <= status < 300:
            code = body.partition(b"<Code>")[2].partition(b"</Code>")[0].decode("utf-8", "replace")[:60]
            raise MirrorTrouble(f"{path}: status {status} {code}".strip())
        return body

    def _connection(self) -> http.client.HTTPConnection:
        host, port = str(self._where.hostname), self._where.port
        if self._where.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=SECONDS)
        return http.client.HTTPSConnection(host, port, timeout=SECONDS, context=self._trust)

    def _ask(
        self, method: str, path: str, body: bytes = b"", connection: http.client.HTTPConnection | None = None
    ) -> tuple[int, bytes]:  # fmt: skip
        key = "/".join(part for part in (self._options.prefix, path) if part)
        address = f"/{quote(self._options.bucket)}/{quote(key)}"
        kind = KINDS.get(path.rpartition(".")[2], "application/octet-stream")
        more = {"content-type": kind, "cache-control": CACHE} if method == "PUT" else {}
        used = connection or self._connection()
        try:
            used.request(method, address, body or None, self._signed(method, address, body, more))
            answer = used.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise MirrorTrouble(f"{self._where.hostname}: {error.__class__.__name__}: {error}") from None
        finally:
            if connection is None:
                used.close()

    def _signed(self, method: str, address: str, body: bytes, more: Mapping[str, str]) -> dict[str, str]:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        digest = hashlib.sha256(body).hexdigest()
        told = {"host": self._where.netloc, "x-amz-content-sha256": digest, "x-amz-date": stamp}
        options = self._options
        word = authorisation(
            method, address, told, digest, stamp, options.access_key, self._key.value, options.region
        )
        return {**told, **more, "authorization": word}


def authorisation(
    method: str, address: str, headers: Mapping[str, str], digest: str, stamp: str, access_key: str, secret_key: str,
    region: str, service: str = "s3",
) -> str:  # fmt: skip
    """The header `authorization` of Signature Version 4, over these headers (small letters) and no query."""
    names = ";".join(sorted(headers))
    listed = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    asked = "\n".join((method, address, "", listed, names, digest))
    scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
    told = "\n".join(("AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(asked.encode()).hexdigest()))
    key = f"AWS4{secret_key}".encode()
    for part in (stamp[:8], region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signed = hmac.new(key, told.encode(), hashlib.sha256).hexdigest()
    return f"AWS4-HMAC-SHA256 Credential={access_key}/{scope}, SignedHeaders={names}, Signature={signed}"
