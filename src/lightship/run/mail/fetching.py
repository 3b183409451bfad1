"""Bringing a folder's messages in, over as many connections as it takes."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from lightship.edges.mailboxes.imap.bodies import Fetched, Undelivered, fetch
from lightship.edges.mailboxes.imap.client import Client, State, Survey
from lightship.edges.mailboxes.imap.session import Spill
from lightship.edges.mailboxes.imap.trouble import Dropped, Locked, Nonsense, Refused
from lightship.endure.keeping.groups import groups
from lightship.endure.keeping.patience import wait_seconds

_BLAMED = 2
"""A message at which the connection broke so often is left out, and said to be missing."""


class Line:
    """A connection to one server that is made anew when it breaks, with growing patience.

    Args:
        connect: makes one.
    """

    def __init__(self, connect: Callable[[], Client], sleep: Callable[[float], None] = time.sleep) -> None:
        self._connect, self._sleep = connect, sleep
        self.client = connect()
        self.reconnected = 0
        self._failures = 0

    def progressed(self) -> None:
        """A message came: the next failure is a first one again."""
        self._failures = 0

    def again(self, trouble: Dropped | Nonsense) -> None:
        """Another connection, after a while. Raises the latest trouble when patience ends, and Locked at once."""
        self.client.session.stream.close()
        latest: Dropped | Nonsense | Refused = trouble
        while True:
            self._failures += 1
            code = latest.code if isinstance(latest, Refused) else ""
            # Loaded only where a server has to be waited for.
            import random

            pause = wait_seconds(self._failures, random.random(), code)  # noqa: S311 - no secret hangs on it
            if pause is None:
                raise latest
            self._sleep(pause)
            try:
                self.client = self._connect()
            except (Dropped, Nonsense) as failed:
                latest = failed
            except Locked as failed:
                if not failed.code or failed.code in ("AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED"):
                    raise
                latest = failed
            else:
                self.reconnected += 1
                return


def fetched(
    line: Line, wire: bytes, state: State, wanted: Mapping[int, Survey], spill: Spill
) -> Iterator[Fetched | Undelivered]:
    """Every wanted message of a folder, or why it did not come.

    Raises:
        Dropped, Nonsense: patience ended; what was yielded is whole.
        Nonsense: the folder was numbered anew meanwhile; the next pass finds its way.
    """
    todo, blame, alone = dict(wanted), Counter[int](), dict[int, Survey]()
    line.client.session.spill = spill
    while todo:
        asked = [[uid] for uid in alone if uid in todo]
        asked += groups((uid, each.size) for uid, each in todo.items() if uid not in alone)
        try:
            for each in fetch(line.client.session, asked):
                del todo[each.uid]
                line.progressed()
                yield each
        except (Dropped, Nonsense) as trouble:
            group, first = next((group, uid) for group in asked for uid in group if uid in todo)
            blame[first] += 1
            alone = {uid: todo[uid] for uid in group if uid in todo}
            line.again(trouble)
            if blame[first] >= _BLAMED:
                del todo[first]
                yield Undelivered(first, f"the connection broke at it: {trouble}")
            _back(line, wire, state, spill)


def _back(line: Line, wire: bytes, state: State, spill: Spill) -> None:
    while True:
        try:
            now, _ = line.client.open(wire)
        except (Dropped, Nonsense) as trouble:
            line.again(trouble)
            continue
        if now.uidvalidity != state.uidvalidity:
            raise Nonsense("the folder was numbered anew while it was read")
        line.client.session.spill = spill
        return
