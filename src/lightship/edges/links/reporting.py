"""Hands a report of a switch on: to an address (HTTP POST) or at the end of a file, one JSON object a line."""

import asyncio
import os
import urllib.error
import urllib.request
from pathlib import Path

from lightship.vocabulary.errors import BadInput, Unreachable

TRIES, FIRST_PAUSE = 6, 2.0
"""The line has just changed: what fails now may pass in a minute (2, 4, 8, 16, 32 s)."""


def check(where: str) -> None:
    """Raises BadInput where this can be no place for reports."""
    if "://" in where and not where.startswith(("http://", "https://")):
        raise BadInput("--report", where, "https://hub.example.org/signals, or a file")
    if "://" not in where and not Path(where).absolute().parent.is_dir():
        raise BadInput("--report", where, "a file in a folder that is there")


async def report(where: str, body: bytes) -> None:
    """Deliver one report. Raises Unreachable after some tries over a minute."""
    if "://" not in where:
        await asyncio.to_thread(_append, Path(where), body)
        return
    for number in range(TRIES):
        try:
            await asyncio.to_thread(_post, where, body)
            return
        except (OSError, urllib.error.HTTPError) as error:
            if number == TRIES - 1:
                raise Unreachable(f"{where}: the report was not taken ({error})") from error
        await asyncio.sleep(FIRST_PAUSE * 2**number)


def _append(path: Path, body: bytes) -> None:
    try:
        with path.open("ab") as file:
            file.write(body + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Unreachable(f"{path}: the report was not written ({error.strerror})") from error


def _post(where: str, body: bytes) -> None:
    asked = urllib.request.Request(where, body, {"Content-Type": "application/json"}, method="POST")  # noqa: S310 - http or https, see `check`
    with urllib.request.urlopen(asked, timeout=10.0) as answer:  # noqa: S310
        answer.read(1)
