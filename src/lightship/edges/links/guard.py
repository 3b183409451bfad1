"""Takes away what `wan protect` has set: at its end, at its next start, and when it was killed.

A guard is a process of its own that does nothing but wait: the pipe to it breaks when the protecting process ends,
however that happens.
"""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from lightship.edges.links import byte_classes
from lightship.edges.links.resolver_file import SYSTEM, ResolverFile

KEPT = "resolv.conf.kept"
ALL_WELL = b"."


def resolver_file(folder: Path, path: Path = SYSTEM) -> ResolverFile:
    """The system's resolver file, with its copy beside the history."""
    return ResolverFile(path, folder / KEPT)


async def restore(folder: Path) -> None:
    """Leave routes, rules, filters and resolvers as if we had never been. Again changes nothing.

    Raises:
        Unreachable: this user may not.
    """
    from lightship.edges.links import (
        steering,  # pyroute2 is slow to load, and a waiting guard has no use for it
    )

    await steering.end()
    byte_classes.clear()
    resolver_file(folder).restore()


def start(folder: Path) -> int:
    """Start a guard; gives the pipe to `dismiss` it by. It outlives signals that are meant for us."""
    read, write = os.pipe()
    words = [sys.executable, "-m", "lightship.edges.links.guard", str(read), str(folder)]
    with open(os.devnull, "rb+") as nothing:  # noqa: PTH123 - a device
        subprocess.Popen(words, pass_fds=(read,), start_new_session=True, stdin=nothing, stdout=nothing)  # noqa: S603 - our own words
    os.close(read)
    return write


def dismiss(pipe: int) -> None:
    """All is restored: the guard may go."""
    os.write(pipe, ALL_WELL)
    os.close(pipe)


def wait(pipe: int, folder: Path) -> None:
    """Until the pipe ends; then restore, unless told that all is well."""
    if os.read(pipe, 1) != ALL_WELL:
        asyncio.run(restore(folder))


if __name__ == "__main__":
    wait(int(sys.argv[1]), Path(sys.argv[2]))
