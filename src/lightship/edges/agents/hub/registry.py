"""Who is enrolled: invited by name and network, let in once by a one-time invitation, known by a token from then on."""

import hashlib
import hmac
import secrets
import threading
from pathlib import Path

import msgspec

from lightship.edges.agents.hub.tables import connect, refusals, writing
from lightship.edges.clock import Clock, now
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.time import DAY, Instant

INVITED = DAY
"""How long an invitation is good."""
PATIENCE_MS = 1000
"""How long to wait for whoever else writes: a hub that judges minutes waits with us."""
MARK = "lsi"
_NOBODY = secrets.token_bytes(32)
"""Compared with where nobody is invited by that name."""
_COLUMNS = (
    "name, network, region, invited_at, invitation_ends, enrolled_at, version, heard_at, clock, waiting, dropped, "
    "trouble, late, health"
)


class Agent(msgspec.Struct, frozen=True):
    """What the hub knows of an agent.

    Args:
        network: its access network, as the operator states it: agents of one network are one vote.
        region: where it stands, in words; empty: not stated.
        enrolled_at: absent: invited, and not come yet. heard_at: when it last spoke.
        clock: milliseconds by which its clock is ahead. waiting: results that wait on its disk. dropped: let go of.
        late: results that came after their minute had been judged. health: 0-1, how far it agrees with the others.
    """

    name: str
    network: str
    region: str
    invited_at: Instant
    invitation_ends: Instant | None
    enrolled_at: Instant | None
    version: str
    heard_at: Instant | None
    clock: int | None
    waiting: int
    dropped: int
    trouble: str
    late: int
    health: float | None


class Registry:
    """The agents of one hub. Calls may come from any thread. Raises StoreRefused."""

    def __init__(self, path: Path, clock: Clock = now) -> None:
        self.path, self._clock = path, clock
        self._db, self._turn = connect(path, PATIENCE_MS), threading.Lock()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def invite(self, name: str, network: str, region: str, key: bytes) -> str:
        """An invitation, seen here and nowhere else. It names the hub's key, so that nobody can stand in for the hub.

        Inviting a name again makes a new invitation; what it was enrolled with before goes on until it is used.
        """
        secret, at = secrets.token_hex(16), self._clock()
        with self._turn, refusals(self.path):
            self._db.execute(
                "INSERT INTO agent (name, network, region, invited_at, invitation, invitation_ends) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET network = excluded.network, "
                "region = excluded.region, invited_at = excluded.invited_at, invitation = excluded.invitation, "
                "invitation_ends = excluded.invitation_ends, removed_at = NULL",
                (name, network, region, at, _hash(secret), at + INVITED),
            )
        return f"{MARK}_{name}_{secret}_{fingerprint(key)}"

    def let_in(self, invitation: str, version: str) -> str | None:
        """The name that an invitation is for, which is used up by it; None: it is not good, or not any more."""
        mark, _, rest = invitation.partition("_")
        rest, _, _ = rest.rpartition("_")
        name, _, secret = rest.rpartition("_")
        at = self._clock()
        with self._turn, refusals(self.path), writing(self._db):
            asked = "SELECT invitation, invitation_ends FROM agent WHERE name = ? AND removed_at IS NULL"
            row = self._db.execute(asked, (name,)).fetchone()
            known = row[0] if row and row[0] else _NOBODY
            if mark != MARK or not hmac.compare_digest(_hash(secret), known) or at >= row[1]:
                return None
            self._db.execute(
                "UPDATE agent SET invitation = NULL, enrolled_at = ?, version = ? WHERE name = ?",
                (at, version[:40], name),
            )
        return name

    def remove(self, name: str) -> None:
        """It is none of ours any more; what it measured stays. Raises BadInput where there is none of that name."""
        with self._turn, refusals(self.path):
            done = self._db.execute(
                "UPDATE agent SET removed_at = ?, invitation = NULL, orders = NULL "
                "WHERE name = ? AND removed_at IS NULL",
                (self._clock(), name),
            )
        if done.rowcount == 0:
            raise BadInput(name, "no agent of this name", "`lightship agents list` shows them")

    def all(self) -> tuple[Agent, ...]:
        """Every agent that is invited or enrolled, by name."""
        with self._turn, refusals(self.path):
            asked = f"SELECT {_COLUMNS} FROM agent WHERE removed_at IS NULL ORDER BY name"  # noqa: S608 - our own words
            return tuple(Agent(*row) for row in self._db.execute(asked))

    def enrolled(self) -> tuple[Agent, ...]:
        """Those that have come."""
        return tuple(each for each in self.all() if each.enrolled_at is not None)

    def judged(self, health: dict[str, float]) -> None:
        """Keep what is thought of each."""
        with self._turn, refusals(self.path), writing(self._db):
            self._db.executemany(
                "UPDATE agent SET health = ? WHERE name = ?",
                [(value, name) for name, value in health.items()],
            )


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def fingerprint(key: bytes) -> str:
    """Of a public key: 128 bits, enough that nobody finds another key with it."""
    return hashlib.sha256(key).hexdigest()[:32]
