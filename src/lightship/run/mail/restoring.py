"""Putting a copy onto another server: what is there already is left alone, what was put there is read back."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TypeVar

import msgspec

from lightship.edges.mailboxes.copy.kept import KeptFolder, KeptMessage, KeptPlace
from lightship.edges.mailboxes.copy.reader import Reader
from lightship.edges.mailboxes.imap.appending import append_many, append_with_known_flags, can_append_many
from lightship.edges.mailboxes.imap.trouble import Dropped, Nonsense, Refused
from lightship.endure.keeping.folder_names import encoded
from lightship.endure.keeping.groups import groups
from lightship.endure.keeping.restoring import Compared, Placed, Seen, compared, name_at, to_append
from lightship.run.mail.at_target import at_target
from lightship.run.mail.fetching import Line
from lightship.run.mail.folder_pass import Watcher
from lightship.vocabulary.errors import LightshipError

_T = TypeVar("_T")


class FolderRestored(msgspec.Struct, frozen=True):
    """One folder. `wanted`: messages that the copy has in it; the rest compares what the server then had."""

    folder: str
    wanted: int
    appended: int
    same: int
    missing: int
    altered: int
    other_flags: int
    other_date: int
    refused: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every message is there as it should be."""
        return self.same == self.wanted


class Restoring:
    """A restore of some folders to one server."""

    def __init__(self, reader: Reader, line: Line, watcher: Watcher, prefix: str = "") -> None:
        self._reader, self._line, self._watcher, self._prefix = reader, line, watcher, prefix
        listed = self._patiently(lambda: line.client.folders())
        self._separator = next((each.separator for each in listed), "/")
        self._there = {each.wire for each in listed}

    def folder(self, folder: KeptFolder, *, gone: bool = False) -> FolderRestored:
        """One folder of the copy. Raises Dropped or Nonsense when patience ends; running it again goes on."""
        name = name_at(folder.name, folder.separator, self._prefix, self._separator)
        return self.messages(name, placed(self._reader, folder.id, gone=gone))

    def messages(self, name: str, wanted: Sequence[Placed]) -> FolderRestored:
        """Some messages into one folder, which is made if it is not there."""
        wire = encoded(name)
        self._watcher.expect(len(wanted))
        self._patiently(lambda: self._make(wire))
        refused: list[str] = []
        appended = 0

        def there() -> list[Seen]:
            return at_target(self._line, wire, wanted)

        def fill() -> list[Seen]:
            nonlocal appended
            found = there()
            missing = to_append(wanted, found)
            for group in groups((n, each.size) for n, each in enumerate(missing)):
                appended += self._append_group(wire, [missing[n] for n in group], refused)
            return there() if missing else found

        result: Compared = compared(wanted, self._patiently(fill))
        self._watcher.advance(len(wanted))
        return FolderRestored(name, len(wanted), appended, *result, tuple(refused))

    def _make(self, wire: bytes) -> None:
        if wire not in self._there and wire.upper() != b"INBOX":
            self._line.client.create(wire)
            self._there.add(wire)

    def _append_group(self, wire: bytes, group: Sequence[Placed], refused: list[str]) -> int:
        """Together where the server can; one by one where it cannot, or refused them together."""
        client = self._line.client
        if len(group) > 1 and can_append_many(client):
            try:
                bodies = [(self._reader.raw(each.message), each.flags, each.received) for each in group]
                append_many(client, wire, bodies)
            except (Refused, FileNotFoundError):
                pass
            else:
                return len(group)
        return sum(self._append(wire, each, refused) for each in group)

    def _append(self, wire: bytes, each: Placed, refused: list[str]) -> int:
        try:
            with self._reader.open(each.message) as body:
                append_with_known_flags(self._line.client, wire, body, each.flags, each.received)
        except Refused as error:
            if error.code == "OVERQUOTA":
                raise LightshipError(
                    f"the other mailbox is full: {error}; make room there and run it again, it goes on where it stopped"
                ) from error
            refused.append(f"{each.hash.hex()[:12]}: {error}")
            return 0
        except FileNotFoundError:
            refused.append(f"{each.hash.hex()[:12]}: its file is gone from the copy")
            return 0
        return 1

    def _patiently(self, act: Callable[[], _T]) -> _T:
        while True:
            try:
                return act()
            except (Dropped, Nonsense) as trouble:
                self._line.again(trouble)


def placed(reader: Reader, folder: int, *, gone: bool) -> list[Placed]:
    """What a folder of the copy holds, the oldest first; with what the provider has no more, if so wanted."""
    return sorted(
        (
            Placed(about.id, about.hash, about.size, " ".join(place.flags), place.received, about.message_id)
            for about, place in _all(reader, folder)
            if gone or place.gone_at is None
        ),
        key=lambda each: (each.received, each.hash),
    )


def _all(reader: Reader, folder: int) -> Iterator[tuple[KeptMessage, KeptPlace]]:
    yield from reader.listed(folder, limit=2**62)


def delete_folder(line: Line, name: str) -> None:
    """Take away a folder that was made for a test."""
    with suppress(Refused):
        line.client.delete(encoded(name))
