"""The message that is being looked at, taken apart once for its page, its pictures and its attachments."""

from lightship.edges.mailboxes.copy.kept import KeptMessage
from lightship.edges.mailboxes.copy.reader import Reader
from lightship.endure.reading.message import Message, opened
from lightship.endure.reading.parts import Leaf


class TakenApart:
    """Remembers the latest one: a page with twenty pictures asks twenty times for parts of the same message."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._latest: tuple[int, Message, tuple[Leaf, ...]] | None = None

    def __call__(self, message: KeptMessage) -> tuple[Message, tuple[Leaf, ...]]:
        """The message and its parts. Raises OSError where its bytes cannot be read."""
        if self._latest is None or self._latest[0] != message.id:
            self._latest = None  # let go of the one before first: either may be large
            self._latest = (message.id, *opened(self._reader.raw(message.id)))
        return self._latest[1:]

    def part(self, message: KeptMessage, number: int) -> Leaf:
        """One part. Raises KeyError where there is none of that number."""
        parts = self(message)[1]
        if not 0 <= number < len(parts):
            raise KeyError(number)
        return parts[number]
