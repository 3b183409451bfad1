"""An agent talks to its hub, on two threads: one hands results in, the other waits for news."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from lightship.edges.agents.own.clocks import Clocks, HubTime
from lightship.edges.agents.own.folder import Folder, HubPlace, Identity
from lightship.edges.agents.own.hub_line import HubAway, HubLine, HubRefuses, Reply
from lightship.edges.agents.own.spool import Spool
from lightship.edges.agents.signing import OrdersRefused, opened
from lightship.edges.agents.wire import LONGEST_WAIT, MOST_LINES, Batch, News, Orders, Taken
from lightship.vocabulary.errors import StoreRefused

PAUSE, BEAT = 0.5, 10.0
"""Seconds between two looks at what waits, and between two words to the hub where there is nothing to say."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds before the hub is tried again: doubled each time."""

T = TypeVar("T")


class Notes:
    """Says trouble once, and once more when it is over. Safe between threads."""

    def __init__(self, says: Callable[[str], None]) -> None:
        self._says, self._said, self._turn = says, dict[str, str](), threading.Lock()

    def tell(self, about: str, trouble: str) -> None:
        """The state of something; empty: it is well."""
        with self._turn:
            before, self._said[about] = self._said.get(about, ""), trouble
            if trouble and not before:
                self._says(trouble)
            elif before and not trouble:
                self._says(f"{about}: well again")


class Talking:
    """The two threads.

    Args:
        serial: of the orders that are followed already.
        ordered: called with new orders. asked: called with (address, family) to be measured now. Both on a thread.
    """

    def __init__(
        self, folder: Folder, identity: Identity, hubs: Sequence[HubPlace], spool: Spool, notes: Notes, serial: int,
        ordered: Callable[[Orders], None], asked: Callable[[tuple[str, int]], None],
    ) -> None:  # fmt: skip
        self._folder, self._identity, self._hubs, self._spool = folder, identity, hubs, spool
        self._notes, self._ordered, self._asked = notes, ordered, asked
        self._serial, self._turn = serial, threading.Lock()
        self._clocks, self.hub_time, self._ended = Clocks(), HubTime(), threading.Event()
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._send, self._listen)]

    def begin(self) -> None:
        """From now on."""
        for each in self._threads:
            each.start()

    def end(self) -> None:
        """A question that is open is left to itself."""
        self._ended.set()

    def _send(self) -> None:
        line, pause, last = HubLine(self._hubs, self._identity.token), FIRST_PAUSE, 0.0
        while not self._ended.is_set():
            try:
                sent = self.post(line, time.monotonic() - last > BEAT)
            except (HubAway, HubRefuses, StoreRefused) as away:
                self._notes.tell("hub", f"the hub takes no results ({away}); they are kept here meanwhile")
                self._ended.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
                continue
            last, pause = time.monotonic() if sent else last, FIRST_PAUSE
            self._notes.tell("hub", "")
            self._ended.wait(0.0 if sent and self._spool.waiting() else PAUSE)

    def post(self, line: HubLine, beat: bool) -> bool:
        """Send one batch, an empty one on a `beat`; whether anything was sent. Raises HubAway, HubRefuses."""
        if self.hub_time.add is None:
            self.ask_news(line, 0.0)
        parcel = self._spool.parcel(MOST_LINES, self.hub_time.add)
        if parcel is None and not beat:
            return False
        epoch = parcel.epoch if parcel else self._spool.epoch
        batch = Batch(
            epoch, parcel.lines if parcel else (), parcel.lowest if parcel else self._spool.lowest(epoch),
            self._spool.waiting(), self._spool.dropped, self._ahead(), self._spool.trouble,
            self._spool.epoch,
        )  # fmt: skip
        before = self._clocks.ticks()
        taken = _decoded(line.ask("POST", "/api/v1/agents/results", batch), Taken)
        self.hub_time.heard(before, self._clocks.ticks(), taken.at)
        if parcel is not None:
            self._spool.sent(parcel)
        self._pass_on(taken.asked)
        return True

    def _ahead(self) -> int | None:
        """Milliseconds by which the clock that people set is ahead of the hub's."""
        add = self.hub_time.add
        return None if add is None else self._clocks.wall() - (self._clocks.ticks() + add)

    def _listen(self) -> None:
        line, pause = HubLine(self._hubs, self._identity.token), FIRST_PAUSE
        while not self._ended.is_set():
            try:
                self.ask_news(line, LONGEST_WAIT)
            except (HubAway, HubRefuses) as away:
                if isinstance(away, HubRefuses) and away.status in (401, 403):
                    self._notes.tell("orders", f"the hub does not know this agent any more ({away})")
                self._ended.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            else:
                pause = FIRST_PAUSE

    def ask_news(self, line: HubLine, wait: float) -> None:
        """What is new, waiting for it so long. Raises HubAway, HubRefuses."""
        before = self._clocks.ticks()
        path = f"/api/v1/agents/orders?serial={self._serial}&wait={wait:g}"
        news = _decoded(line.ask("GET", path, seconds=wait + 15), News)
        if wait == 0.0:
            self.hub_time.heard(before, self._clocks.ticks(), news.at)
        if news.orders is not None:
            self._obey(news)
        self._pass_on(news.asked)

    def _obey(self, news: News) -> None:
        """Both threads may bring the same orders."""
        assert news.orders is not None, "only called where there are some"
        with self._turn:
            try:
                orders = opened(news.orders, self._identity.key, self._identity.agent, self._serial)
                if orders.serial == self._serial:
                    return
                self._serial = orders.serial
                self._ordered(orders)
                self._folder.keep_orders(news.orders)
            except OrdersRefused as refused:
                self._notes.tell("orders", f"orders were refused: {refused}")
                self._ended.wait(FIRST_PAUSE)
            except StoreRefused as refused:
                self._notes.tell(
                    "orders", f"the orders are followed and cannot be kept for the next start: {refused}"
                )
            else:
                self._notes.tell("orders", "")

    def _pass_on(self, asked: Sequence[tuple[str, int]]) -> None:
        for target in asked:
            self._asked(target)


def _decoded(reply: Reply, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(reply.body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise HubAway(f"{reply.hub}: its answer cannot be read ({error})") from None
