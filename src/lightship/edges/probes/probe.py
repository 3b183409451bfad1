"""What a probe offers, what it is asked, and what it answers."""

from collections.abc import Mapping
from typing import Any, Literal, NewType, Protocol

import msgspec

from lightship.edges.probes.expecting.condition import Condition
from lightship.vocabulary.signals import Failure

StepName = NewType("StepName", str)
"""What an operator calls a step of a script of his own; it is then the stage."""

KnownStage = Literal[
    "name", "connect", "tls", "greeting", "login", "request", "answer", "transfer", "submit", "deliver", "read",
    "register", "call", "audio", "hang-up", "path", "run", "heard",
]  # fmt: skip
"""submit, deliver and read are whole legs of a journey: a message handed in, on its way, and read back."""

Stage = KnownStage | StepName


Text = str | bytes | tuple[str, ...]

NO_FIGURES: Mapping[str, float] = {}
NO_TEXTS: Mapping[str, Text] = {}


class Secret(msgspec.Struct, frozen=True, repr_omit_defaults=True):
    """A password or the like, which is never shown: not in a log, not in an error, not in `repr`.

    >>> Secret("correct horse")
    Secret(...)
    """

    value: str = ""

    def __repr__(self) -> str:
        return "Secret(...)" if self.value else "Secret()"

    def __bool__(self) -> bool:
        return bool(self.value)


class Expect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What counts as working.

    Args:
        status: HTTP status codes, inclusive bounds.
        contains: text that the first 64 KiB of the body must hold; empty: any body.
    """

    status: tuple[int, int] = (200, 399)
    contains: str = ""


class Check(msgspec.Struct, frozen=True):
    """One target, ready to be measured.

    Args:
        address: as the operator wrote it; also the target's name in every output.
        host: name or literal address, without brackets.
        port: 0 for a scheme that has none.
        path: path of the address, with the query of an HTTP address; empty otherwise.
        options: the query of an address that is not HTTP (`?starttls=require`), one value a name.
        user: who logs in; empty: nobody does. secret: with what.
        timeout: seconds for the whole measurement.
        conditions: what has to hold besides, in words; checked by whoever asks the probe (`expecting.judging`).
        device: the connection goes over this network device; empty: as the machine routes it. Names are looked up as
            the machine does it.
        peer: the one literal address to go to; empty: whatever the name leads to. TLS still asks for the name.
        every_address: measure each address behind the name, not the first that works.
        secrets: what more than one password is needed for, by what it is.
        steps: of a script, as the probe's `step_type`. command: what to run, and its words.
        folder: where a probe finds what others have left for it.
    """

    address: str
    scheme: str
    host: str
    port: int
    path: str = ""
    options: Mapping[str, str] = {}
    user: str = ""
    secret: Secret = Secret()
    timeout: float = 8.0
    expect: Expect = Expect()
    conditions: tuple[Condition, ...] = ()
    family: Literal[0, 4, 6] = 0
    device: str = ""
    contact: str = ""
    peer: str = ""
    every_address: bool = False
    secrets: Mapping[str, Secret] = {}
    steps: tuple[Any, ...] = ()
    command: tuple[str, ...] = ()
    folder: str = ""


class Result(msgspec.Struct, frozen=True):
    """One measurement. A target in trouble is a result, never an exception.

    Args:
        stage: the one that failed, or the last one done.
        phases: seconds spent in each stage that was entered, in order.
        detail: what was found, for operators ("status 503", "certificate expired on 2 July 2026").
        expires: seconds until the end of what proves the target: its certificate, its first signature; absent without.
        figures: what was measured besides, by names that say the unit (`status`, `rtt_ms`, `loss_percent`, `mos`).
        unknown: we could not tell, for a reason of our own (no right to a socket, a plug-in that says so): neither up
            nor down, and no evidence.
        texts: what was said, by name (`address`, `body`, `answer`, `header server`): what conditions may ask for.
    """

    up: bool
    stage: Stage
    failure: Failure | None
    phases: tuple[tuple[Stage, float], ...]
    detail: str = ""
    expires: float | None = None
    figures: Mapping[str, float] = {}
    unknown: bool = False
    texts: Mapping[str, Text] = {}

    @property
    def seconds(self) -> float:
        """How long it took in all."""
        return sum(seconds for _, seconds in self.phases)


class Probe(Protocol):
    """A kind of measurement.

    Args:
        default_port: where an address names none; 0: it has to name one.
        options: what may stand behind the `?` of its addresses, and what may be said there; empty set: any text.
            None: the query belongs to the target (HTTP) and is passed on as it is.
        takes_login: whether addresses may name a user.

    It may offer more: `goes_by_ip = False` where there is no address to choose (a program that is run); `step_type`, a
    msgspec.Struct, where it follows a script; `agree(check)`, which raises `BadInput` for what it will not do.
    """

    default_port: int
    options: Mapping[str, frozenset[str]] | None
    takes_login: bool

    async def measure(self, check: Check) -> Result:
        """Measure once, within `check.timeout`."""
