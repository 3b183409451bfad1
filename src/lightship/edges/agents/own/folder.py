"""An agent's folder: who it is, what its hub signed, and the file in which its owner says what it may."""

import os
from pathlib import Path
from typing import TypeVar

import msgspec

from lightship.edges.agents.signing import OrdersRefused, opened
from lightship.edges.agents.wire import Orders, Signed
from lightship.edges.files.maps.decoding import decode
from lightship.edges.files.maps.findings import Findings
from lightship.edges.files.yaml_marks import read_yaml
from lightship.vocabulary.errors import BadInput, StoreRefused

T = TypeVar("T")

OWN_FILE, IDENTITY, ORDERS, SPOOL = "agent.yaml", "identity.json", "orders.json", "spool.db"

SENT_AGAIN = "delete the file; the hub sends them again"

TEMPLATE = """\
# What this agent may do is said here, by whoever runs it. The hub can only choose among it.

# How to reach the hub, the first address preferred. A second one over another network (`device: wwan0`) is for the day
# when the outage is our own line.
hubs:
  - url: {hub}
{authority}
# Whom to ask about our probes; they carry it. Empty: what the hub says.
contact: {contact}

# Private networks of our own that may be probed. Everything public may be.
own: []

# Passwords, by the address of the check: env:NAME, file:PATH or command:WORDS. A check that logs in and is not
# named here is not made.
secrets: {{}}

# Programs, by the address of the check: "exec://disk": [/usr/lib/nagios/plugins/check_disk, -w, "10%"].
programs: {{}}

# Megabytes that results may take while the hub is away.
spool_mb: 200
"""


class HubPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An address of the hub.

    Args:
        device: the network device to go over; empty: as the machine routes it.
        authority: a file of certificates to trust besides the system's.
    """

    url: str
    device: str = ""
    authority: str = ""


class OwnFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`agent.yaml`."""

    hubs: list[HubPlace] = []
    contact: str = ""
    own: list[str] = []
    secrets: dict[str, str | dict[str, str]] = {}
    programs: dict[str, list[str]] = {}
    spool_mb: float = 200.0


class Identity(msgspec.Struct, frozen=True):
    """Who we are to the hub, and the key by which we know it."""

    agent: str
    token: str
    key: bytes


class Folder:
    """The files. Raises BadInput and StoreRefused naming them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self) -> None:
        """Where it is not there yet."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise StoreRefused(f"{self.path}: cannot be made ({error.strerror})") from error

    @property
    def is_enrolled(self) -> bool:
        """Whether somebody enrolled here before."""
        return (self.path / IDENTITY).exists()

    def identity(self) -> Identity:
        """Who we are."""
        if not self.is_enrolled:
            raise BadInput(
                str(self.path), "no agent is enrolled here", "lightship agent enrol https://HUB INVITATION"
            )
        return self._read(IDENTITY, Identity, "delete it and enrol again")

    def own_file(self) -> OwnFile:
        """What its owner says."""
        document = read_yaml(self.path / OWN_FILE)
        findings = Findings(document)
        file = decode(document.plain or {}, OwnFile, (), findings)
        findings.stop_if_wrong()
        assert file is not None, "decode says what is wrong where it gives nothing"
        if not 1 <= file.spool_mb <= 1_000_000:
            raise BadInput(document.place(("spool_mb",)), f"{file.spool_mb:g}", "megabytes, 1 to 1,000,000")
        return file

    def orders(self, identity: Identity) -> Orders:
        """What the hub signed last; nothing to do where there is nothing yet. Raises BadInput where it was altered."""
        if not (self.path / ORDERS).exists():
            return Orders(identity.agent, 0)
        try:
            return opened(self._read(ORDERS, Signed, SENT_AGAIN), identity.key, identity.agent, 0)
        except OrdersRefused as refused:
            raise BadInput(
                str(self.path / ORDERS), f"these orders are not taken: {refused}",
                SENT_AGAIN,
            ) from None  # fmt: skip

    def keep_orders(self, signed: Signed) -> None:
        """For the next start, hub or no hub."""
        self._write(ORDERS, signed)

    def keep_identity(self, identity: Identity) -> None:
        """Ours from now on."""
        self._write(IDENTITY, identity)

    def keep_own_file(self, hub: str, contact: str, authority: str) -> None:
        """A first one, where there is none; one that is there is its owner's."""
        path = self.path / OWN_FILE
        if not path.exists():
            trusted = f"    authority: {_text(authority)}\n" if authority else ""
            text = TEMPLATE.format(hub=_text(hub), contact=_text(contact), authority=trusted)
            path.write_text(text)

    def _read(self, name: str, kind: type[T], would_do: str) -> T:
        path = self.path / name
        try:
            return msgspec.json.decode(path.read_bytes(), type=kind)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise BadInput(str(path), f"cannot be read: {error}", would_do) from error

    def _write(self, name: str, value: object) -> None:
        """Whole or not at all; for this user's eyes only."""
        path = self.path / name
        fresh = path.with_name(f"{name}.new")
        try:
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(msgspec.json.encode(value))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except OSError as error:
            raise StoreRefused(f"{path}: cannot be written ({error.strerror})") from error


def _text(words: str) -> str:
    """As a YAML scalar: JSON strings are."""
    return msgspec.json.encode(words).decode()
