"""Hostile and malformed messages, each with the word `canary` where a person would read it.

Everything that would ask somebody else for something asks 127.0.0.1:1, where a test may listen in its place.
"""

from collections.abc import Mapping
from pathlib import Path

_FOLDER = Path(__file__).parent / "hostile_mail_files"
_TRAP = b"127.0.0.1:1/"
_LARGE = {
    "huge-table": "<table><tr>" + "<td rowspan=65534 colspan=1000>canary</td>" * 1500 + "</table>",
    "deep": "<div>" * 20_000 + "canary",
    "long-word": "canary" + "x" * 100_000,
}


def page(html: str) -> bytes:
    """A message with one HTML body."""
    return (
        b"Subject: hostile\nFrom: Stranger <s@example.org>\nTo: you@example.org\nMIME-Version: 1.0\n"
        b"Date: Thu, 1 Jan 2026 10:00:00 +0000\n"
        b"Content-Type: text/html; charset=utf-8\n\n" + html.encode()
    )


CORPUS: Mapping[str, bytes] = {
    **{path.stem: page(path.read_text("utf-8")) for path in sorted(_FOLDER.glob("*.html"))},
    **{path.stem: path.read_bytes() for path in sorted(_FOLDER.glob("*.eml"))},
    **{name: page(html) for name, html in _LARGE.items()},
}
"""Name -> message."""


def aimed_at(port: int) -> dict[str, bytes]:
    """The corpus with its trap at this port."""
    return {name: raw.replace(_TRAP, f"127.0.0.1:{port}/".encode()) for name, raw in CORPUS.items()}
