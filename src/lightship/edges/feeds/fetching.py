"""Asking an address for a document: conditionally, to a bound, in a bounded time, and less often while it fails."""

import http.client
import time
import urllib.error
import urllib.request
from typing import Any

import msgspec

from lightship.edges.feeds.feed import short

MOST = 4 * 1024 * 1024
"""Octets of a document; longer ones are refused."""
SECONDS = 15.0
"""For a whole document."""
PIECE = 64 * 1024
SLOWEST = 15 * 60.0
"""Seconds between two questions at most, while it fails."""


class Unheard(Exception):
    """No document came; says why. `wait`: seconds after which the server wants to be asked again."""

    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.wait = wait


class Tags(msgspec.Struct, frozen=True):
    """What the server called the last document (RFC 9110, section 8.8)."""

    etag: str = ""
    modified: str = ""


class _Strict(urllib.request.HTTPRedirectHandler):
    """Follows to https only, and never from there to http: a redirect must not take the lock off."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        """The next request."""
        if not newurl.startswith("https://") and (
            req.full_url.startswith("https:") or not newurl.startswith("http:")
        ):
            raise Unheard(f"redirected to {newurl[:100]}, which is not https")
        found = super().redirect_request(req, fp, code, msg, headers, newurl)
        if found is not None and found.host != req.host:
            found.remove_header("Authorization")
        return found


def fetch(url: str, tags: Tags, contact: str, secret: str = "") -> tuple[bytes | None, Tags]:
    """The document, and what it is called; None: it is still the one of these tags. Raises Unheard."""
    told = {"User-Agent": _who(contact), "Accept-Encoding": "identity", "Accept": "*/*"}
    if tags.etag:
        told["If-None-Match"] = tags.etag
    if tags.modified:
        told["If-Modified-Since"] = tags.modified
    if secret:
        told["Authorization"] = f"Bearer {secret}"
    request = urllib.request.Request(url, headers=told)  # noqa: S310 - http and https alone; see `planned`
    ends = time.monotonic() + SECONDS
    try:
        with urllib.request.build_opener(_Strict()).open(request, timeout=SECONDS) as answer:
            return _read(answer, ends), Tags(
                answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", "")
            )
    except urllib.error.HTTPError as error:
        if error.code == 304:
            return None, tags
        raise Unheard(
            f"status {error.code}{_reason(error)}", _wait(error.headers.get("Retry-After", ""))
        ) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise Unheard(str(reason)[:200] or type(error).__name__) from None


def _read(answer: Any, ends: float) -> bytes:
    found = bytearray()
    while piece := answer.read1(PIECE):
        found += piece
        if len(found) > MOST:
            raise Unheard(f"longer than {MOST // 1024 // 1024} MiB")
        if time.monotonic() > ends:
            raise Unheard(f"not whole after {SECONDS:g} s")
    length = answer.headers.get("Content-Length", "")
    if length.isdigit() and len(found) < int(length):
        raise Unheard(f"cut off after {len(found)} of {length} octets")
    return bytes(found)


class _Said(msgspec.Struct):
    """How programs say in JSON what is wrong."""

    error: str = ""
    detail: str = ""
    message: str = ""


def _reason(error: urllib.error.HTTPError) -> str:
    """What the server says is wrong, where it says so in JSON."""
    try:
        said = msgspec.json.decode(error.read(PIECE), type=_Said)
    except (OSError, http.client.HTTPException, msgspec.MsgspecError, UnicodeDecodeError):
        return ""
    found = said.error or said.detail or said.message
    return f": {short(found, 160)}" if found else ""


def _who(contact: str) -> str:
    return f"Lightship (+{contact})" if contact else "Lightship"


def _wait(text: str) -> float:
    return min(float(text), SLOWEST) if text.isdigit() else 0.0


def pause(every: float, failures: int, wait: float = 0.0) -> float:
    """Seconds until the next question: twice as long after each failure in a row.

    >>> [pause(60.0, n) for n in (0, 1, 2, 9)]
    [60.0, 120.0, 240.0, 900.0]
    """
    return max(every, wait, min(every * 2.0 ** min(failures, 10), max(SLOWEST, every)) if failures else every)
