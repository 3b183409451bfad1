"""One connection's conversation: commands with tags, several in flight, and the answers as they come."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from lightship.edges.mailboxes.imap.grammar import Spilled, Value, literal_size, values
from lightship.edges.mailboxes.imap.stream import Stream
from lightship.edges.mailboxes.imap.trouble import Dropped, Nonsense, Refused

SPILL = 1024 * 1024
"""Bytes. A larger literal goes to a file while it comes."""
LARGEST = 1024 * 1024 * 1024
"""Bytes of one message. Providers refuse far smaller ones; beyond this a server lies."""
LARGEST_HELD = 64 * 1024 * 1024
WINDOW = 4
_STATUS = re.compile(rb"(OK|NO|BAD|BYE|PREAUTH)\b ?(?:\[([^\]]*)\] ?)?(.*)", re.IGNORECASE | re.DOTALL)

Spill = Callable[[int, Callable[[Callable[[memoryview], object]], None]], Spilled]
"""Given a size and a function that pours the bytes into a writer: the literal, in a file."""


class Answer(NamedTuple):
    """One answer of the server.

    Args:
        tag: b"*" for what belongs to no command, b"+" where it waits, else the command's.
        name: OK, NO, BAD, BYE, PREAUTH, or the kind of data (FETCH, LIST ...), in upper case.
        number: the number before the name (FETCH, EXISTS); None: there is none.
        code: of a status: what stands in its brackets.
        text: of a status, for people.
        rest: of data.
    """

    tag: bytes
    name: bytes
    number: int | None = None
    code: bytes = b""
    text: str = ""
    rest: tuple[Value, ...] = ()


class Session:
    """A conversation. Not for several threads.

    Args:
        stream: connected.
        spill: where literals of more than SPILL bytes go; None: they are held in memory, up to LARGEST_HELD.
    """

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.spill: Spill | None = None
        self._number = 0

    def command(self, *words: bytes) -> list[Answer]:
        """Send one command, and give what was answered; the last one is its OK.

        Raises:
            Refused: NO or BAD.
            Dropped, Nonsense: the connection is of no use any more.
        """
        tag = self.send(b" ".join(words))
        answers = []
        while True:
            answer = self.answer()
            answers.append(answer)
            if answer.tag == tag:
                return _accepted(answers, words[0])

    def send(self, line: bytes, end: bytes = b"\r\n") -> bytes:
        """Send a command, or the beginning of one, without waiting; its tag."""
        self._number += 1
        tag = b"a%d" % self._number
        self.stream.send(b"%s %s%s" % (tag, line, end))
        return tag

    def pipeline(self, commands: Iterable[bytes], window: int = WINDOW) -> Iterator[tuple[int, Answer]]:
        """Send commands, several in flight, and give the answers as they come.

        Each with the number of its command: that of the oldest unfinished one for data that carries no tag.
        """
        waiting: dict[bytes, int] = {}
        source = enumerate(commands)
        while True:
            while len(waiting) < window and (following := next(source, None)) is not None:
                waiting[self.send(following[1])] = following[0]
            if not waiting:
                return
            answer = self.answer()
            if answer.tag in waiting:
                yield waiting.pop(answer.tag), answer
            else:
                yield min(waiting.values()), answer

    def answer(self) -> Answer:
        """The next answer. Raises Dropped (also when the server says goodbye) or Nonsense."""
        pieces: list[bytes | Spilled] = [self.stream.line()]
        while (size := literal_size(_text(pieces[-1]))) is not None:
            pieces += [self._literal(size), self.stream.line()]
        answer = _understood(pieces)
        if answer.name == b"BYE" and answer.tag == b"*":
            raise Dropped(f"the server said goodbye: {answer.text or 'no reason given'}")
        return answer

    def _literal(self, size: int) -> bytes | Spilled:
        if size > (LARGEST if self.spill else LARGEST_HELD):
            raise Nonsense(f"a literal of {size:,} bytes")
        if self.spill is None or size <= SPILL:
            return self.stream.take(size)
        return self.spill(size, lambda write: self.stream.pour(size, write))


def _text(piece: bytes | Spilled) -> bytes:
    assert isinstance(piece, bytes), "a line follows every literal"
    return piece


def _understood(pieces: list[bytes | Spilled]) -> Answer:
    tag, _, rest = _text(pieces[0]).partition(b" ")
    if tag == b"+":
        return Answer(tag, b"+", text=rest.decode("utf-8", "replace"))
    if tag != b"*" and not re.fullmatch(rb"a\d+", tag):
        raise Nonsense(f"neither data nor an answer: {_shown(tag + b' ' + rest)}")
    status = _STATUS.match(rest)
    if status:
        code = (status[2] or b"").strip()
        return Answer(tag, status[1].upper(), code=code, text=status[3].decode("utf-8", "replace").strip())
    found = values([rest, *pieces[1:]])
    number = found.pop(0) if found and isinstance(found[0], bytes) and found[0].isdigit() else None
    name = found.pop(0) if found else None
    if not isinstance(name, bytes):
        raise Nonsense(f"data without a name: {_shown(rest)}")
    return Answer(tag, name.upper(), int(number) if isinstance(number, bytes) else None, rest=tuple(found))


def _accepted(answers: list[Answer], command: bytes) -> list[Answer]:
    if answers[-1].name != b"OK":
        raise refusal(answers[-1], command)
    return answers


def refusal(answer: Answer, command: bytes) -> Refused:
    """What a NO or BAD says."""
    code = answer.code.split(b" ")[0].upper().decode("ascii", "replace")
    said = answer.text or answer.code.decode("utf-8", "replace") or "without a reason"
    return Refused(f"{command.decode('ascii', 'replace')}: {said}", code)


def _shown(data: bytes) -> str:
    return repr(data[:60])[1:]
