"""Lets `lightship` run, or die at a chosen point: `python -m tests.support.dying`, a life a line on standard input.

A life is {"arguments": [...], "die_at": N or null, "kind": K, "room": N or null, "modes": bool}: the command line's
arguments; at which of its own steps of that kind the kernel kills it (SIGKILL: nothing is cleaned up, nothing is
flushed); how long a file may become; whether file modes stop it even where it runs as root. A step of kind `file` is an
opening, renaming or removing of a file of the site; of kind `store`, a statement of the database; of kind `commit`, the
instant before a commit. For each life a line comes back: how it ended, what it said on standard error, and how many
steps of each kind it had taken.

The lives are children of one process that has imported everything once, so that a life is not mostly importing.
"""

import ctypes
import json
import os
import resource
import signal
import sys
import tempfile
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

import lightship.run.replaying  # noqa: F401 - imported before the first life
from lightship.run.cli import run

KINDS = ("file", "store", "commit")
# Linux capabilities (capability(7)) that let root pass over file modes: DAC_OVERRIDE, DAC_READ_SEARCH, FOWNER.
OVER_MODES = 0b1110
CAPABILITY_VERSION = 0x20080522
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
        event.listen(Engine, "commit", lambda *_: self._step("commit", "before the commit"))

    def _audited(self, name: str, arguments: tuple[object, ...]) -> None:
        if name in TOUCHING and str(arguments[0]).startswith(f"{self.folder}/site"):
            self._step("file", f"{name} {os.path.relpath(str(arguments[0]), self.folder)}")

    def _step(self, kind: str, what: str) -> None:
        self.counts[kind] += 1
        if kind == self.kind and self.die_at is not None and self.counts[kind] >= self.die_at:
            os.write(self.where, json.dumps({**self.counts, "at": what}).encode())
            os.kill(os.getpid(), signal.SIGKILL)


def live(life: dict[str, Any]) -> dict[str, Any]:
    """One child process; how it ended."""
    reading, writing = os.pipe()
    with tempfile.TemporaryFile() as errors:
        child = os.fork()
        if child == 0:
            _live(life, writing, errors.fileno())
        os.close(writing)
        with os.fdopen(reading, "rb") as said:
            told = json.loads(said.read() or b"{}")
        _, status = os.waitpid(child, 0)
        errors.seek(0)
        return {"ended": os.waitstatus_to_exitcode(status), "said": errors.read().decode().strip(), **told}


def _live(life: dict[str, Any], writing: int, errors: int) -> None:
    """In the child. Never returns."""
    code = 70
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(errors, 2)
        _confine(life["room"], life["modes"])
        arguments = life["arguments"]
        steps = Steps(arguments[arguments.index("--data") + 1], life["kind"], life["die_at"], writing)
        steps.watch()
        code = run(arguments)
        os.write(writing, json.dumps({**steps.counts, "at": "the end"}).encode())
    finally:
        os._exit(code)


def _confine(room: int | None, modes: bool) -> None:
    if room is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    if modes and os.geteuid() == 0:
        _obey_modes()


def _obey_modes() -> None:
    """Root as before, but file modes hold for it: another user might not even be allowed to read this interpreter."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; then their upper halves
    if libc.capget(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capget")
    sets[0] &= ~OVER_MODES
    sets[1] &= ~OVER_MODES
    if libc.capset(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capset")


def main() -> None:
    """Lives in, lines out, until the input ends."""
    for line in sys.stdin:
        print(json.dumps(live(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
