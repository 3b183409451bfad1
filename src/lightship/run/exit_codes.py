"""What the number that a command ends with means. docs/reference/exit-codes.md is checked against this list."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    OK = 0
    CHECK_FAILED = 1
    USAGE = 2
    BAD_INPUT = 3
    STORE_REFUSED = 4
    UNREACHABLE = 5
    INTERRUPTED = 130
    PIPE_CLOSED = 141

    @property
    def meaning(self) -> str:
        """In one sentence, for people."""
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.OK: "done, and nothing that was checked failed",
    ExitCode.CHECK_FAILED: "done, but a deadline, a never rule or a bar was broken",
    ExitCode.USAGE: "the command line was not understood",
    ExitCode.BAD_INPUT: "a file, an address or a form is malformed; the message says where",
    ExitCode.STORE_REFUSED: "the store cannot be used as it is; nothing in it was changed",
    ExitCode.UNREACHABLE: "something that the command needs did not answer",
    ExitCode.INTERRUPTED: "stopped by Ctrl-C or a signal",
    ExitCode.PIPE_CLOSED: "whoever read the output went away (a closed pipe)",
}
