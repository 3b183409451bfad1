"""A real hub's interface on loopback and a real agent's spool beside it; only the agent's clock is made up."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from lightship.edges.agents.hub.desk import AgentDesk
from lightship.edges.agents.hub.enrolment import Enrolment
from lightship.edges.agents.hub.registry import Registry
from lightship.edges.agents.hub.tables import beside
from lightship.edges.agents.own.clocks import Clocks
from lightship.edges.agents.own.folder import Folder, HubPlace
from lightship.edges.agents.own.hub_line import HubLine
from lightship.edges.agents.own.spool import Spool
from lightship.edges.agents.signing import HubKey
from lightship.edges.agents.signing import beside as key_beside
from lightship.edges.clock import now
from lightship.edges.stores.tokens import TokenFile
from lightship.edges.stores.tokens import beside as tokens_beside
from lightship.edges.web.api.app import Api
from lightship.edges.web.api.exchange import Parts
from lightship.edges.web.background import Served
from lightship.edges.web.senders import Senders
from lightship.run.agents.enrolling import enrol_at
from lightship.run.agents.talking import Notes, Talking
from lightship.vocabulary.signals import Observation

NAME, TARGETS = "agent", 100


class StepClocks(Clocks):
    """The machine's, except that its ticks go on by what is asked: an hour passes as fast as it can be written down."""

    def __init__(self) -> None:
        super().__init__()
        self._passed = 0

    def go_on(self, milliseconds: int) -> None:
        """Time passes."""
        self._passed += milliseconds

    def ticks(self) -> int:
        """As simulated: the past hour ends now."""
        return super().ticks() - 2 * 3_600_000 + self._passed


class World:
    """A hub that answers, and an agent that is enrolled with it."""

    def __init__(self, folder: Path, address: str, desk: AgentDesk, invitation: str) -> None:
        self.desk, self.clocks = desk, StepClocks()
        self._folder, self.address = Folder(folder / "agent"), address.rstrip("/")
        self._identity = enrol_at(self._folder, self.address, invitation, "", "bench")
        self._path = folder / "agent" / "spool.db"
        self.spool = Spool(self._path, self.clocks)
        self._talking = self._talk()

    @property
    def token(self) -> str:
        """The agent's."""
        return self._identity.token

    def _talk(self) -> Talking:
        hubs = [HubPlace(self.address)]
        return Talking(
            self._folder, self._identity, hubs, self.spool, Notes(lambda text: None), 0, lambda orders: None,
            lambda target: None,
        )  # fmt: skip

    def measure(self, seconds: int, a_second: int) -> int:
        """So many seconds of made-up results, every thousandth a change; gives how many."""
        for number in range(seconds * a_second):
            self.clocks.go_on(1000 // a_second)
            down = (number // 1000) % 2 == 1 and number % TARGETS == 0
            target = f"https://target-{number % TARGETS}.example/"
            seen = Observation(
                now(), NAME, target, 0, "down" if down else "up", "answer", None, 0.042, "status 200"
            )
            self.spool.add(seen, None)
            if number % a_second == a_second - 1:
                self.spool.flush()
        return seconds * a_second

    def catch_up(self) -> int:
        """Send all that waits; gives how many batches."""
        line, batches = HubLine([HubPlace(self.address)], self.token), 0
        while self._talking.post(line, beat=False):
            batches += 1
        line.close()
        return batches

    def copy(self, to: Path) -> None:
        """The spool as it stands, as a backup would hold it."""
        self.spool.close()
        shutil.copy(self._path, to)
        self._open()

    def restore(self, kept: Path) -> None:
        """The disk of before comes back: everything in it will be sent again."""
        self.spool.close()
        for more in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + more).unlink(missing_ok=True)
        shutil.copy(kept, self._path)
        self._open()

    def _open(self) -> None:
        self.spool = Spool(self._path, self.clocks)
        self._talking = self._talk()

    @property
    def size(self) -> float:
        """Megabytes of the spool."""
        return self._path.stat().st_size / 1e6


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """While the block runs."""
    store = folder / "hub.db"
    with ExitStack() as stack:
        tokens, registry = TokenFile(tokens_beside(store)), Registry(beside(store))
        stack.callback(tokens.close)
        stack.callback(registry.close)
        desk, key = stack.enter_context(AgentDesk(store)), HubKey(key_beside(store))
        api = Api(tokens, Parts(desk, Enrolment(registry, tokens, key.public)), Senders())
        served = stack.enter_context(Served("127.0.0.1", 0, api=api))
        made = World(folder, served.address, desk, registry.invite(NAME, "bench", "", key.public))
        stack.callback(lambda: made.spool.close())
        yield made
