"""Progress on standard error, for people, on anything that takes longer than two seconds."""

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

PATIENCE_SECONDS = 2.0


class Progress:
    """A bar that appears once the work has taken `PATIENCE_SECONDS`, and only on a terminal.

    >>> with Progress("ticks", total=3) as progress:
    ...     for _ in range(3):
    ...         progress.advance()
    >>> progress.done
    3

    Args:
        label: what is counted, in the plural.
        total: how many there will be; None: not known yet.
        stream: where the bar goes; standard error, so that a pipe gets the results alone.
    """

    def __init__(self, label: str, total: int | None = None, stream: TextIO | None = None) -> None:
        self.label, self.total, self.done = label, total, 0
        self._stream = sys.stderr if stream is None else stream
        self._show_at = time.monotonic() + PATIENCE_SECONDS if self._stream.isatty() else float("inf")
        self._bar: Bar | None = None

    def __enter__(self) -> Self:
        """Nothing is shown yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()

    def expect(self, steps: int) -> None:
        """So many more have turned up to be done."""
        self.total = (self.total or 0) + steps
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], total=self.total)

    def advance(self, steps: int = 1) -> None:
        """So many more are done. Cheap: call it as often as you like."""
        self.done += steps
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=self.done)
        elif time.monotonic() >= self._show_at:
            self._bar = self._begin()

    def _begin(self) -> "Bar":
        # Loaded only when a bar is really shown: rich costs more than most commands take.
        from rich.console import Console
        from rich.progress import Progress as Bar

        bar = Bar(console=Console(file=self._stream), transient=True)
        bar.add_task(self.label, total=self.total, completed=self.done)
        bar.start()
        return bar
