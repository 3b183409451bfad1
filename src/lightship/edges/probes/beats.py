"""Signs of life that others send, kept on disk: a small file a name, replaced whole. A restart forgets none."""

import os
import re
import time
from collections.abc import Callable, Collection
from pathlib import Path

import msgspec

NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")
LONGEST_WORD = 120


class Beat(msgspec.Struct, frozen=True):
    """What is known of one name.

    Args:
        since: when it was waited for first. at: when it was heard last; None: not yet. Both in Unix time.
        well: what it said of itself. said: in its own words.
    """

    since: float
    at: float | None = None
    well: bool = True
    said: str = ""


class Beats:
    """The folder of them.

    Args:
        names: who is waited for from the start; besides, whoever a check has looked for since. Others are not heard.
    """

    def __init__(
        self, folder: Path, names: Collection[str] = (), clock: Callable[[], float] = time.time
    ) -> None:
        self.folder, self._names, self._clock = folder, frozenset(names), clock

    def waits_for(self, name: str) -> bool:
        """Whether a check waits for this name; any text will do."""
        return NAME.fullmatch(name) is not None and (name in self._names or self._path(name).exists())

    def hear(self, name: str, well: bool = True, said: str = "") -> float:
        """Durable when this returns; gives when it was heard. Raises OSError; KeyError for who is not waited for."""
        if not self.waits_for(name):
            raise KeyError(name)
        now = self._clock()
        word = "".join(each for each in said if each.isprintable())[:LONGEST_WORD]
        self._write(name, Beat(self.look(name).since, now, well, word))
        return now

    def look(self, name: str) -> Beat:
        """What is known; from the first look on it is waited for. Raises OSError."""
        found = self._read(name)
        if found is None:
            found = Beat(self._clock())
            self._write(name, found)
        return found

    def _read(self, name: str) -> Beat | None:
        try:
            return msgspec.json.decode(self._path(name).read_bytes(), type=Beat)
        except (FileNotFoundError, msgspec.DecodeError):
            return None  # a file that cannot be read says as little as none

    def _write(self, name: str, beat: Beat) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(name)
        fresh = path.with_suffix(f".{os.getpid()}.new")
        with fresh.open("wb") as file:
            file.write(msgspec.json.encode(beat))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    def _path(self, name: str) -> Path:
        assert NAME.fullmatch(name), "names are checked where they come in"
        return self.folder / f"{name}.json"
