"""What a probe offers, what it is asked, and what it answers."""

from typing import Literal, Protocol

import msgspec

from lightship.vocabulary.signals import Failure

Stage = Literal["name", "connect", "tls", "request", "answer"]
STAGES: tuple[Stage, ...] = ("name", "connect", "tls", "request", "answer")


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
        path: path and query of an HTTP address; empty otherwise.
        timeout: seconds for the whole measurement.
    """

    address: str
    scheme: str
    host: str
    port: int
    path: str = ""
    timeout: float = 8.0
    expect: Expect = Expect()
    family: Literal[0, 4, 6] = 0
    contact: str = ""


class Result(msgspec.Struct, frozen=True):
    """One measurement. A target in trouble is a result, never an exception.

    Args:
        stage: the one that failed, or the last one done.
        phases: seconds spent in each stage that was entered, in order.
        detail: what was found, for operators ("status 503", "certificate expired on 2 July 2026").
        expires: seconds until the certificate's end; absent without TLS.
    """

    up: bool
    stage: Stage
    failure: Failure | None
    phases: tuple[tuple[Stage, float], ...]
    detail: str = ""
    expires: float | None = None

    @property
    def seconds(self) -> float:
        """How long it took in all."""
        return sum(seconds for _, seconds in self.phases)


class Probe(Protocol):
    """A kind of measurement."""

    default_port: int

    async def measure(self, check: Check) -> Result:
        """Measure once, within `check.timeout`."""
