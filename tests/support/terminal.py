"""A command at a pseudo-terminal: it asks, and is answered as a person would."""

import contextlib
import os
import select
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Terminal:
    """`lightship ...`, its three streams on one terminal."""

    def __init__(self, *words: str, environment: Mapping[str, str] | None = None) -> None:
        self._ours, theirs = os.openpty()
        self.said = ""
        self._answered = 0
        self._theirs = theirs
        self.process = subprocess.Popen(
            [sys.executable, "-m", "lightship", *words], stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT,
            env={**os.environ, **(environment or {}), "TERM": "xterm", "COLUMNS": "100"}, start_new_session=True,
        )  # fmt: skip

    def answer(self, question: str, answer: str, hidden: bool = False) -> None:
        """Wait until it was asked, then type."""
        self.until(question)
        if hidden:
            self._wait_until_nothing_is_shown()
        os.write(self._ours, f"{answer}\n".encode())

    def until(self, text: str, seconds: float = 30) -> None:
        """Wait until something new is said that holds this."""
        end = time.monotonic() + seconds
        while text not in self.said[self._answered :]:
            assert time.monotonic() < end, f"{text!r} was never said: {self.said!r}"
            self._look()
        self._answered = self.said.index(text, self._answered) + len(text)

    def ended(self, seconds: float = 30) -> int:
        """Its exit code; `said` is then complete."""
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < end, self.said
            self._look()
        while self._look():
            pass
        for each in (self._ours, self._theirs):
            os.close(each)
        return self.process.returncode

    def _look(self) -> bool:
        ready, _, _ = select.select([self._ours], [], [], 0.05)
        if ready:
            with contextlib.suppress(OSError):
                self.said += os.read(self._ours, 65536).decode(errors="replace")
        return bool(ready)

    def _wait_until_nothing_is_shown(self) -> None:
        end = time.monotonic() + 10
        while termios.tcgetattr(self._theirs)[3] & termios.ECHO:
            assert time.monotonic() < end, "what is typed is shown"
            time.sleep(0.01)
