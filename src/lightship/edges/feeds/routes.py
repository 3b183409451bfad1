"""Routes that others withdraw: JSON lines as RIS Live sends them, or as a tool around bgpdump writes them.

A prefix counts as withdrawn when most of the peers that had it, and at least so many, have withdrawn it within minutes
and not announced it again. One peer alone says nothing: it may have lost its own line.
"""

from collections.abc import Iterable, Iterator
from ipaddress import ip_network
from typing import Any, ClassVar

import msgspec

from lightship.edges.feeds.feed import About, Heard, Malformed, Reads, Way, Word, instant_of_seconds, json_of
from lightship.vocabulary.signals import FeedKind
from lightship.vocabulary.time import MINUTE, Instant

MOST_PEERS = 2000
OLD = 60 * MINUTE


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`peers`: at least so many must have withdrawn it, within `minutes`. `about` maps prefixes to components."""

    peers: int = 3
    minutes: float = 10.0


class _Announcement(msgspec.Struct, frozen=True):
    prefixes: list[str] = []


class _Update(msgspec.Struct, frozen=True):
    timestamp: float
    peer: str
    announcements: list[_Announcement] = []
    withdrawals: list[str] = []


class _Line(msgspec.Struct, frozen=True):
    """RIS Live wraps what it says in `data`; others write it plainly."""

    type: str = ""
    data: msgspec.Raw = msgspec.Raw()


class Routes(Reads):
    """Words: one when a prefix is withdrawn, and one when most of its peers have it again."""

    ways: ClassVar[tuple[Way, ...]] = ("follow", "listen", "push")
    options: ClassVar[type[msgspec.Struct]] = Options
    trust: ClassVar[float] = 0.8
    dated: ClassVar[bool] = True

    def __init__(self, options: Any, about: About) -> None:
        self._options: Options = options
        self._prefixes = {_prefix(name, "about"): about.named(name) for name in about.names}
        self._has: dict[str, dict[str, Instant]] = {each: {} for each in self._prefixes}
        self._lost: dict[str, dict[str, Instant]] = {each: {} for each in self._prefixes}
        self._out: dict[str, Instant] = {}

    def read(self, document: bytes, now: Instant, sender: str = "") -> Heard:
        """One line."""
        update = _update(document)
        if update is None:
            return Heard()
        at = min(instant_of_seconds(update.timestamp, "timestamp"), now)
        if now - at > OLD:
            return Heard(left_out=(f"an update of {(now - at) // MINUTE} minutes ago",))
        announced = self._ours(prefix for each in update.announcements for prefix in each.prefixes)
        withdrawn = self._ours(update.withdrawals)
        for prefix in announced:
            self._has[prefix][update.peer[:80]] = at
            self._lost[prefix].pop(update.peer[:80], None)
        for prefix in withdrawn:
            self._has[prefix].pop(update.peer[:80], None)
            if len(self._lost[prefix]) < MOST_PEERS:
                self._lost[prefix][update.peer[:80]] = at
        return Heard(tuple(word for each in (*announced, *withdrawn) for word in self._judged(each, at)))

    def _ours(self, prefixes: Iterable[str]) -> list[str]:
        return [found for each in prefixes if (found := _prefix(each, "prefixes")) in self._prefixes]

    def _judged(self, prefix: str, at: Instant) -> Iterator[Word]:
        span = self._options.minutes * MINUTE
        lost = sum(at - when <= span for when in self._lost[prefix].values())
        have, began = len(self._has[prefix]), self._out.get(prefix)
        if began is None and lost >= max(self._options.peers, 1) and lost > have:
            self._out[prefix] = at
            text = f"{prefix}: withdrawn by {lost} peers, still announced by {have} that were heard"
            yield from self._words("route-withdrawn", prefix, at, text, at)
        elif began is not None and have >= max(self._options.peers, 1) and have >= lost:
            del self._out[prefix]
            yield from self._words(
                "component-restored", prefix, began, f"{prefix}: announced again by {have} peers", at
            )

    def _words(self, kind: FeedKind, prefix: str, began: Instant, text: str, at: Instant) -> Iterator[Word]:
        for subject in self._prefixes[prefix]:
            yield Word(subject, kind, f"{prefix} {began}", text, "", at)


def _update(document: bytes) -> _Update | None:
    line: _Line = json_of(document, _Line)
    if bytes(line.data):
        return (
            json_of(bytes(line.data), _Update)
            if line.type == "ris_message" and _is_update(line.data)
            else None
        )
    update: _Update = json_of(document, _Update)
    return update


def _is_update(data: msgspec.Raw) -> bool:
    kind: _Line = json_of(bytes(data), _Line)
    return kind.type in ("", "UPDATE")


def _prefix(text: str, where: str) -> str:
    try:
        return str(ip_network(text.strip(), strict=False))
    except ValueError:
        raise Malformed(where, repr(text[:60]), "a prefix, such as 192.0.2.0/24") from None
