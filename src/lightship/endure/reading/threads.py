"""Which messages belong together: by what they refer to, and by subject where mail programs lose the references.

After J. Zawinski, "message threading" (www.jwz.org/doc/threading.html), without its empty containers: what is not in
the copy is not shown, yet two answers to a missing message still belong together.
"""

import re
from collections.abc import Iterable

import msgspec

from lightship.vocabulary.time import DAY, Instant

_PREFIX = re.compile(
    r"^\s*(?:(?:re|aw|sv|vs|antw|ref|rif|fwd?|wg|tr|rv|enc|odp|ynt)(?:\[\d+\]|\(\d+\))?\s*:\s*|\[[^\]]{1,40}\]\s*)+",
    re.I,
)
_ANSWER = re.compile(
    r"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:re|aw|sv|vs|antw|ref|rif|odp|ynt)(?:\[\d+\]|\(\d+\))?\s*:", re.I
)
NEAR = 90 * DAY
"""Two messages with one subject and no references are one conversation only within this."""


class Item(msgspec.Struct, frozen=True):
    """What threading looks at. `id` is the caller's own; `at` absent: not known."""

    id: str
    message_id: str
    references: tuple[str, ...]
    subject: str
    at: Instant | None


def base_subject(subject: str) -> str:
    """A subject without its prefixes, to compare by.

    >>> base_subject("Re: AW: [list] Fwd: Line down"), base_subject("Re:")
    ('line down', '')
    """
    return " ".join(_PREFIX.sub("", subject).casefold().split())


def is_answer(subject: str) -> bool:
    """Whether a subject says that it answers another message."""
    return _ANSWER.match(subject) is not None


def threads(items: Iterable[Item]) -> tuple[tuple[Item, ...], ...]:
    """Conversations: each ordered by time, the one with the newest message first. Every item is in exactly one."""
    ordered = sorted(items, key=lambda each: (each.at or 0, each.id))
    sets = _Sets()
    for item in ordered:
        sets.join(f"item {item.id}", *(f"id {each}" for each in (item.message_id, *item.references) if each))
    _by_subject(ordered, sets)
    groups: dict[str, list[Item]] = {}
    for item in ordered:
        groups.setdefault(sets.root(f"item {item.id}"), []).append(item)
    newest_first = sorted(groups.values(), key=lambda group: (group[-1].at or 0, group[-1].id), reverse=True)
    return tuple(tuple(group) for group in newest_first)


def _by_subject(ordered: list[Item], sets: "_Sets") -> None:
    """An answer without references joins the newest earlier message of its subject."""
    last: dict[str, Item] = {}
    for item in ordered:
        subject = base_subject(item.subject)
        before = last.get(subject)
        if before and subject and not item.references and is_answer(item.subject) and _near(before, item):
            sets.join(f"item {before.id}", f"item {item.id}")
        last[subject] = item


def _near(one: Item, other: Item) -> bool:
    return one.at is not None and other.at is not None and abs(other.at - one.at) <= NEAR


class _Sets:
    """Disjoint sets of names."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def root(self, name: str) -> str:
        """The name that stands for its set."""
        self._above.setdefault(name, name)
        while self._above[name] != name:
            self._above[name] = self._above[self._above[name]]
            name = self._above[name]
        return name

    def join(self, *names: str) -> None:
        """One set of them all."""
        first = self.root(names[0])
        for each in names[1:]:
            self._above[self.root(each)] = first
