"""How messages are asked for: in groups that bound what is in flight and what a death costs."""

from collections.abc import Iterable, Iterator

MOST_MESSAGES = 75
MOST_BYTES = 8_000_000
UNKNOWN_BYTES = 100_000
"""What a message counts for whose size the server does not say."""


def groups(
    sized: Iterable[tuple[int, int | None]], messages: int = MOST_MESSAGES, room: int = MOST_BYTES
) -> Iterator[list[int]]:
    """UIDs in their order, in groups of at most so many messages and bytes; a larger message goes alone.

    >>> list(groups([(1, 10), (2, 10), (5, 99), (6, 1)], messages=3, room=50))
    [[1, 2], [5], [6]]
    """
    group: list[int] = []
    held = 0
    for uid, size in sized:
        counted = UNKNOWN_BYTES if size is None else size
        if group and (len(group) >= messages or held + counted > room):
            yield group
            group, held = [], 0
        group.append(uid)
        held += counted
    if group:
        yield group
