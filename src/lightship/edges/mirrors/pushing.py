"""Keeps one mirror up to date: the newest release, never an older one, looked at as a reader would after each push."""

import threading
from collections.abc import Callable
from typing import Literal

import msgspec

from lightship.edges.clock import Clock
from lightship.edges.mirrors.mirror import Ahead, Mirror, MirrorTrouble, differences, manifest_of
from lightship.edges.mirrors.packing import Manifest, Release
from lightship.edges.mirrors.reading_back import Reads, look
from lightship.tell.outbox.retries import wait
from lightship.vocabulary.time import MINUTE, SECOND, Instant

LOOK_EVERY = MINUTE
"""A copy that was good is looked at again so often: it may be changed by somebody else, or vanish."""
LONGEST_WAIT = 5 * MINUTE

State = Literal["waiting", "good", "behind", "wrong", "ahead"]


class Standing(msgspec.Struct, frozen=True):
    """How a mirror stands.

    Args:
        release: the last one that was seen there, whole and signed; 0: none yet. seen_at: when it was last seen so.
        trouble: in words; empty: none. took: milliseconds from a release to having seen it there.
    """

    name: str
    kind: str
    state: State = "waiting"
    release: int = 0
    seen_at: Instant | None = None
    trouble: str = ""
    took: int = 0
    url: str = ""


class Pushing:
    """One mirror and its thread.

    Args:
        reads: as a reader would; None: by the mirror's own way in.
        told: hears each change of the standing.
    """

    def __init__(
        self, name: str, kind: str, mirror: Mirror, reads: Reads | None, url: str, key: str, clock: Clock,
        chance: Callable[[], float], told: Callable[[Standing], None],
    ) -> None:  # fmt: skip
        self._mirror, self._reads, self._key = mirror, reads or mirror.read, key
        self._clock, self._chance, self._told = clock, chance, told
        self.standing = Standing(name, kind, url=url)
        self._newest: tuple[Release, Instant] | None = None
        self._news, self._stop = threading.Event(), threading.Event()
        self._tries, self._distrusted = 0, False
        self._thread = threading.Thread(target=self._run, name=f"mirror {name}", daemon=True)

    def start(self) -> None:
        """From now on."""
        self._thread.start()

    def stop(self, seconds: float = 30.0) -> None:
        """What is on its way is finished."""
        self._stop.set()
        self._news.set()
        self._thread.join(seconds)

    def offer(self, release: Release) -> None:
        """A new release; one that nobody has fetched yet gives way to it."""
        self._newest = release, self._clock()
        self._news.set()

    def _run(self) -> None:
        pause = LOOK_EVERY
        while True:
            self._news.wait(pause / SECOND)
            self._news.clear()
            if self._stop.is_set():
                return
            if self._newest is not None:
                pause = self.once(*self._newest)

    def once(self, release: Release, since: Instant) -> int:
        """Bring it to a release and look; gives milliseconds until it is to be looked at again."""
        try:
            raw = self._mirror.held()
            held = self._understood(raw)
            _refuse_ahead(held, release)
            known = None if self._distrusted else held
            changed, _ = differences(release, known)
            if raw != release.manifest.raw or self._distrusted:
                self._mirror.push(release, known)
        except Ahead as trouble:
            return self._failed("ahead", str(trouble))
        except MirrorTrouble as trouble:
            return self._failed("behind", str(trouble))
        wrong = look(self._reads, release, self._key, changed)
        if wrong:
            self._distrusted = True  # next time everything is sent again
            return self._failed("wrong", wrong)
        self._tries, self._distrusted = 0, False
        now = self._clock()
        new = self.standing.release != release.sequence
        self._say("good", "", release.sequence, now, now - since if new else self.standing.took)
        return LOOK_EVERY

    def _understood(self, raw: bytes | None) -> Manifest | None:
        """What it holds. A manifest that is not ours is damage: everything is sent again."""
        try:
            return manifest_of(raw)
        except MirrorTrouble:
            self._distrusted = True
            return None

    def _failed(self, state: State, trouble: str) -> int:
        self._tries += 1
        seen = self.standing
        self._say(state, trouble, seen.release, seen.seen_at, seen.took)
        return min(LONGEST_WAIT, wait(min(self._tries, 6), 0.5 + self._chance() / 2))

    def _say(self, state: State, trouble: str, release: int, seen_at: Instant | None, took: int) -> None:
        self.standing = msgspec.structs.replace(
            self.standing, state=state, trouble=trouble, release=release, seen_at=seen_at, took=took
        )
        self._told(self.standing)


def _refuse_ahead(held: Manifest | None, release: Release) -> None:
    if held is not None and held.sequence > release.sequence:
        raise Ahead(
            f"holds release {held.sequence}, and ours is {release.sequence}: a mirror never goes back"
        )
