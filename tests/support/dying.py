"""Lets `lightship` die at a chosen point of its work: `python -m tests.support.dying`, lives on standard input.

A life is {"die_at": N or null, "kind": "file" or "store", "arguments": [...]}: the command line's arguments, and at
which of its own steps the kernel kills it (SIGKILL: nothing is cleaned up, nothing is flushed). A step of kind `file`
is an opening, renaming or removing of a file below the data folder; of kind `store`, a statement or a commit of the
database. For each life a line comes back: how it ended, and how many steps of each kind it had taken.

The lives are children of one process that has imported everything once, so that a life is not mostly importing.
"""

import json
import os
import signal
import sys
from dataclasses import dataclass, field

from sqlalchemy import Engine, event

import lightship.run.replaying
from lightship.run.cli import run

KINDS = ("file", "store")
TOUCHING = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir")


@dataclass
class Steps:
    """Counts this process's steps, and kills it at one of them."""

    folder: str
    kind: str
    die_at: int | None
    where: int
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))

    def watch(self) -> None:
        """From now on."""
        sys.addaudithook(self._audited)
        event.listen(Engine, "before_cursor_execute", lambda *_: self._step("store", "statement"))
        event.listen(Engine, "commit", lambda *_: self._step("store", "before the commit"))

    def _audited(self, name: str, arguments: tuple[object, ...]) -> None:
        if name in TOUCHING and str(arguments[0]).startswith(f"{self.folder}/site"):
            self._step("file", f"{name} {os.path.relpath(str(arguments[0]), self.folder)}")

    def _step(self, kind: str, what: str) -> None:
        self.counts[kind] += 1
        if kind == self.kind and self.die_at is not None and self.counts[kind] >= self.die_at:
            os.write(self.where, json.dumps({**self.counts, "at": what}).encode())
            os.kill(os.getpid(), signal.SIGKILL)


def live(life: dict[str, object]) -> dict[str, object]:
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


def _live(life: dict[str, object], writing: int) -> None:
    """In the child. Never returns."""
    code = 70
    try:
        arguments = [str(each) for each in life["arguments"]]  # type: ignore[attr-defined]
        folder = arguments[arguments.index("--data") + 1]
        steps = Steps(folder, str(life["kind"]), life["die_at"], writing)  # type: ignore[arg-type]
        steps.watch()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        code = run(arguments)
        os.write(writing, json.dumps({**steps.counts, "at": "the end"}).encode())
    finally:
        os._exit(code)


def main() -> None:
    """Lives in, lines out, until the input ends."""
    assert lightship.run.replaying, "imported before the first life"
    for line in sys.stdin:
        print(json.dumps(live(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
