"""Progress shows on a terminal, after two seconds, and never in a pipe."""

import io

import pytest

from lightship.run import progress as module
from lightship.run.progress import Progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def work(stream: io.StringIO) -> str:
    """Advance three of three and say what was written."""
    with Progress("ticks", total=3, stream=stream) as progress:
        for _ in range(3):
            progress.advance()
    return stream.getvalue()


def test_quick_work_shows_nothing() -> None:
    assert work(Terminal()) == ""


def test_slow_work_shows_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setenv("TERM", "xterm")
    assert "ticks" in work(Terminal())


def test_slow_work_shows_nothing_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.0)
    assert work(io.StringIO()) == ""
