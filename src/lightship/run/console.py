"""Tables and trees on standard output."""

from rich.console import Console


class Out(Console):
    """As rich prints, but a reader who went away is told of by its own exit code: 1 would mean a failed check."""

    def __init__(self) -> None:
        super().__init__(highlight=False)

    def on_broken_pipe(self) -> None:
        """Let the command line end the process. Raises BrokenPipeError."""
        raise BrokenPipeError
