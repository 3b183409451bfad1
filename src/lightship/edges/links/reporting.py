"""Hands a report of a switch on: to an address (HTTP POST) or at the end of a file, one JSON object a line."""

import os
import urllib.request
from pathlib import Path

from lightship.vocabulary.errors import BadInput, Unreachable

_TAIL = 64 * 1024
"""Bytes at the end of a file in which a report is looked for that may have been written before a death."""


def check(where: str) -> None:
    """Raises BadInput where this can be no place for reports."""
    if "://" in where and not where.startswith(("http://", "https://")):
        raise BadInput("--report", where, "https://hub.example.org/signals, or a file")
    if "://" not in where and not Path(where).absolute().parent.is_dir():
        raise BadInput("--report", where, "a file in a folder that is there")


def deliver(where: str, id: str, body: bytes) -> None:
    """Deliver one report, once. Whoever takes it twice knows it by its `id`, which is its Idempotency-Key, too.

    Raises:
        Unreachable: it was not taken.
    """
    try:
        if "://" in where:
            _post(where, id, body)
        else:
            _append(Path(where), id, body)
    except OSError as error:  # urllib's own errors are such
        raise Unreachable(
            f"{where}: a report was not taken ({getattr(error, 'reason', None) or error})"
        ) from error


def _append(path: Path, id: str, body: bytes) -> None:
    with path.open("a+b") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
        end = file.read()
        if id.encode() in end:
            return
        # A line that a death cut off stays one by itself.
        file.write((b"" if not end or end.endswith(b"\n") else b"\n") + body + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _post(where: str, id: str, body: bytes) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": id}
    asked = urllib.request.Request(where, body, headers, method="POST")  # noqa: S310 - http or https, see `check`
    with urllib.request.urlopen(asked, timeout=10.0) as answer:  # noqa: S310
        answer.read(1)
