"""Lets a pass of `lightship mail keep` run, or die at a chosen step: `python -m tests.support.dying_mail`.

A life a line on standard input, {"arguments": [...], "folder": F, "kind": K, "die_at": N or null}; what came of it a
line on standard output. With {"trace": FILE}, a life that ends by itself leaves its steps there, in their order. The
steps are those of the operating system and the database, counted in a child that the kernel kills (SIGKILL: nothing is
cleaned up, nothing is flushed):

- `file`: a file of the copy is opened, renamed, linked or removed, or a folder made;
- `sync`: the instant before, and the one after, something is forced to disk;
- `statement`: a statement of the catalogue, a COMMIT among them.
"""

import json
import os
import signal
import sqlite3
import sys
import threading
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from lightship.run.cli import run
from lightship.run.mail import keeping  # noqa: F401 - imported before the first life

KINDS = ("file", "sync", "statement")
_TOUCHING = ("open", "os.rename", "os.link", "os.remove", "os.mkdir")


class Steps:
    """Counts this process's steps, and kills it at one of them."""

    def __init__(self, folder: str, kind: str, die_at: int | None, where: int) -> None:
        self._folder, self._kind, self._die_at, self._where = folder, kind, die_at, where
        self.counts = dict.fromkeys(KINDS, 0)
        self._alone = threading.Lock()
        self.trace: list[str] = []

    def watch(self) -> None:
        """From now on."""
        sys.addaudithook(self._audited)
        sync, connect = os.fsync, sqlite3.connect

        def synced(handle: int) -> None:
            name = os.path.relpath(Path(f"/proc/self/fd/{handle}").readlink(), self._folder)
            self._step("sync", f"before sync {name}")
            sync(handle)
            self._step("sync", f"after sync {name}")

        def connected(*arguments: Any, **options: Any) -> sqlite3.Connection:
            db: sqlite3.Connection = connect(*arguments, **options)
            db.set_trace_callback(lambda statement: self._step("statement", statement.split("\n")[0][:60]))
            return db

        def connected_sealed(*arguments: Any, **options: Any) -> sqlite3.Connection:
            db: sqlite3.Connection = connect_sealed(*arguments, **options)
            db.set_trace_callback(lambda statement: self._step("statement", statement.split("\n")[0][:60]))
            return db

        os.fsync, sqlite3.connect = synced, connected  # type: ignore[assignment]
        connect_sealed, dbapi2.connect = dbapi2.connect, connected_sealed

    def _audited(self, name: str, arguments: tuple[object, ...]) -> None:
        if name in _TOUCHING and str(arguments[0]).startswith(self._folder):
            self._step("file", f"{name} {os.path.relpath(str(arguments[0]), self._folder)}")

    def _step(self, kind: str, what: str) -> None:
        with self._alone:
            self.counts[kind] += 1
            self.trace.append(what)
            if kind == self._kind and self._die_at is not None and self.counts[kind] >= self._die_at:
                os.write(self._where, json.dumps({**self.counts, "at": what}).encode())
                os.kill(os.getpid(), signal.SIGKILL)


def live(life: dict[str, Any]) -> dict[str, Any]:
    """One child process; how it ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _live(life, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        told = json.loads(said.read() or b"{}")
    _, status = os.waitpid(child, 0)
    return {"ended": os.waitstatus_to_exitcode(status), **told}


def _live(life: dict[str, Any], writing: int) -> None:
    """In the child. Never returns."""
    code = 70
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        steps = Steps(life["folder"], life["kind"], life["die_at"], writing)
        steps.watch()
        code = run(life["arguments"])
        if "trace" in life:
            Path(life["trace"]).write_text("\n".join(steps.trace))
        os.write(writing, json.dumps({**steps.counts, "at": "the end"}).encode())
    finally:
        os._exit(code)


def main() -> None:
    """Lives in, lines out, until the input ends."""
    for line in sys.stdin:
        print(json.dumps(live(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
