"""What a pass found changed at the provider, and whether that may be taken over without asking.

Nothing that the provider deletes is deleted here: it is marked as gone. But marks decide what a purge may take, and
a mailbox that is emptied by an intruder or a mistake looks like one that was tidied. So a large change waits for a
person.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import NamedTuple

MOST_SHARE = 0.2
FEWEST = 20
"""Fewer messages than this are never a mass change: a folder of five may be emptied."""


class Change(NamedTuple):
    """What happened to the messages of one folder that we knew. `gone`: UIDs; `flags`: new ones by UID."""

    gone: frozenset[int]
    flags: dict[int, str]

    def __bool__(self) -> bool:
        """Whether anything did."""
        return bool(self.gone or self.flags)


def compared(known: Mapping[int, str], there: Mapping[int, str]) -> Change:
    """What differs between the flags that we know by UID and all those that are there."""
    gone = frozenset(known.keys() - there.keys())
    return Change(gone, {uid: flags for uid, flags in there.items() if known.get(uid, flags) != flags})


def applied(known: Mapping[int, str], flags: Mapping[int, str], vanished: AbstractSet[int]) -> Change:
    """The same from a server that tells the differences alone."""
    changed = {uid: each for uid, each in flags.items() if uid in known and known[uid] != each}
    return Change(frozenset(known.keys() & vanished), changed)


def is_mass(count: int, of: int) -> bool:
    """Whether a change of so many messages of a folder has to wait for a person.

    >>> is_mass(count=300, of=1000), is_mass(count=200, of=1000), is_mass(count=5, of=5)
    (True, False, False)
    """
    return count >= FEWEST and count > MOST_SHARE * of


def to_ask(name: str, vanished: int, flagged: int, of: int) -> str:
    """What a person is asked about a folder; empty: nothing.

    Args:
        vanished: messages that are gone from the folder and have turned up in no other; flagged: with new flags.
        of: how many we knew in it.
    """
    said = []
    if is_mass(vanished, of):
        said.append(f"{vanished:,} of {of:,} messages are gone from {name}")
    if is_mass(flagged, of):
        said.append(f"the flags of {flagged:,} of {of:,} messages in {name} changed")
    return " and ".join(said)
