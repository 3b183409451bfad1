"""The steps that most probes share: find the address, connect, shake hands; each timed, each failing in its own way."""

import asyncio
import errno
import os
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache

from lightship.edges.probes.probe import NO_FIGURES, NO_TEXTS, Check, Result, Stage, Text
from lightship.edges.probes.reach import refusal
from lightship.vocabulary.signals import Failure

_FAMILIES = {0: socket.AF_UNSPEC, 4: socket.AF_INET, 6: socket.AF_INET6}


Address = tuple[int, tuple[object, ...]]
"""Family and socket address."""

EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.EADDRNOTAVAIL, errno.ENOBUFS, errno.ENOMEM})
"""What this machine says when it has run out of something: files, ports, memory. No word on the target."""

STORE_READ_EVERY = 3600.0
"""Seconds until a changed trust store is read again."""

_ABSENT = frozenset(
    getattr(socket, each, socket.EAI_NONAME) for each in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY")
)
"""What resolvers say where a name has no address of the family."""


class Failed(Exception):
    """A stage failed; carries what the result will say. `ours`: for a reason of our own, which is no evidence."""

    def __init__(
        self, stage: Stage, failure: Failure, detail: str, ours: bool = False,
        figures: Mapping[str, float] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(detail)
        self.stage, self.failure, self.detail, self.ours = stage, failure, detail, ours
        self.figures = figures or {}


class Course:
    """One measurement on its way: its deadline, the stage it is in and the time spent in each."""

    def __init__(self, check: Check) -> None:
        self.check = check
        self.phases: list[tuple[Stage, float]] = []
        self.stage: Stage = "name"
        self._end = time.monotonic() + check.timeout

    def left(self) -> float:
        """Seconds until the deadline; never below zero."""
        return max(0.0, self._end - time.monotonic())

    @contextmanager
    def at(self, stage: Stage) -> Iterator[None]:
        """Time a stage, and turn what goes wrong in it into `Failed`."""
        self.stage, began = stage, time.monotonic()
        try:
            yield
        except TimeoutError as error:
            raise Failed(stage, "timeout", f"no answer within {self.check.timeout:g} s") from error
        except ssl.SSLError as error:
            raise Failed(stage, *tls_trouble(error)) from error
        except (OSError, EOFError) as error:
            raise Failed(stage, *trouble(error), ours=getattr(error, "errno", None) in EXHAUSTED) from error
        finally:
            self.phases.append((stage, time.monotonic() - began))

    def took(self, stage: Stage, seconds: float) -> None:
        """The stage just timed took so long by a better clock than ours: the kernel's."""
        self.phases[-1] = (stage, seconds)

    def up(
        self, detail: str = "", expires: float | None = None, figures: Mapping[str, float] = NO_FIGURES,
        texts: Mapping[str, Text] = NO_TEXTS,
    ) -> Result:  # fmt: skip
        """The result when all stages went well."""
        return Result(True, self.stage, None, tuple(self.phases), detail, expires, figures, False, texts)

    def down(
        self, failed: Failed, expires: float | None = None, figures: Mapping[str, float] = NO_FIGURES,
        texts: Mapping[str, Text] = NO_TEXTS,
    ) -> Result:  # fmt: skip
        """The result when one did not."""
        return Result(
            False,
            failed.stage,
            failed.failure,
            tuple(self.phases),
            failed.detail,
            expires,
            figures or failed.figures,
            failed.ours,
            texts,
        )


async def resolve(course: Course, kind: int = socket.SOCK_STREAM) -> list[Address]:
    """Every address behind the name, as (family, socket address), in the resolver's order."""
    check = course.check
    literal = literal_of(check)
    if literal is not None:
        course.stage = "name"
        course.phases.append(("name", 0.0))
        return _within_reach([literal])
    with course.at("name"):
        try:
            async with asyncio.timeout(course.left()):
                found = await asyncio.get_running_loop().getaddrinfo(
                    check.peer or check.host, check.port, family=_FAMILIES[check.family], type=kind
                )
        except socket.gaierror as error:
            absent = error.errno in _ABSENT
            raise Failed(
                "name", "name-not-found" if absent else "resolver-failed", f"{check.host}: {error.strerror}"
            ) from error
    return _within_reach([(family, address) for family, _, _, _, address in found])


def _within_reach(found: list[Address]) -> list[Address]:
    """What may be gone to. Raises Failed where that is none of them: a matter of our own, and no evidence."""
    kept = [each for each in found if not refusal(each[1][0])]
    if found and not kept:
        raise Failed("name", "unreachable", refusal(found[0][1][0]), ours=True)
    return kept


def literal_of(check: Check) -> Address | None:
    """The address that stands there in figures, as (family, socket address). None where a name has to be looked up."""
    host = check.peer or check.host
    if ":" not in host and not host[-1].isdigit():
        return None
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    if check.family not in (0, 4 if family == socket.AF_INET else 6):
        return None
    try:
        socket.inet_pton(family, host)
    except OSError:
        return None  # a zone of a link-local address, too: the resolver knows what it means
    return family, (host, check.port) if family == socket.AF_INET else (host, check.port, 0, 0)


async def connect(course: Course, addresses: list[Address]) -> socket.socket:
    """A connected socket to the first address that takes one; the last refusal where none does."""
    with course.at("connect"):
        for number, address in enumerate(addresses):
            try:
                async with asyncio.timeout(course.left() / (len(addresses) - number)):
                    return await connected_socket(course, address)
            except OSError:
                if number + 1 == len(addresses):
                    raise
        raise OSError(errno.EADDRNOTAVAIL, "no address")


async def connected_socket(course: Course, address: Address) -> socket.socket:
    """A connected socket, over the check's device. Raises OSError."""
    family, target = address
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        bind_to(sock, course.check.device)
        await asyncio.get_running_loop().sock_connect(sock, target)
    except BaseException:
        sock.close()
        raise
    return sock


def bind_to(sock: socket.socket, device: str) -> None:
    """Let a socket use one network device alone (Linux; since 5.7 without rights). Raises OSError."""
    if device:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode() + b"\0")


def verified() -> ssl.SSLContext:
    """The system's trust store, names checked, TLS 1.2 and up. Shared: reading the store takes longer than a probe."""
    return _verified(int(time.monotonic() / STORE_READ_EVERY), os.environ.get("SSL_CERT_FILE", ""))


@lru_cache(1)
def _verified(_: int, __: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


async def secure(
    course: Course, sock: socket.socket, context: ssl.SSLContext
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Shake hands over a connected socket, the certificate verified against the name."""
    with course.at("tls"):
        async with asyncio.timeout(course.left()):
            return await asyncio.open_connection(
                sock=sock, ssl=context, server_hostname=course.check.host, limit=1 << 16
            )


def seconds_left(writer: asyncio.StreamWriter) -> float | None:
    """Seconds until the peer's certificate ends; None without one."""
    certificate = writer.get_extra_info("peercert")
    if not certificate:
        return None
    return ssl.cert_time_to_seconds(certificate["notAfter"]) - time.time()


def tls_trouble(error: ssl.SSLError) -> tuple[Failure, str]:
    """What went wrong with a handshake, and in whose words."""
    if isinstance(error, ssl.SSLCertVerificationError):
        expired = error.verify_code == 10  # X509_V_ERR_CERT_HAS_EXPIRED
        return ("certificate-expired" if expired else "certificate-invalid"), error.verify_message
    return "tls-failed", error.reason or "the handshake failed"


def trouble(error: OSError | EOFError) -> tuple[Failure, str]:
    """What the system's word means, and the word."""
    kinds: dict[int, Failure] = {
        errno.ECONNREFUSED: "refused", errno.ECONNRESET: "reset", errno.EPIPE: "reset",
        errno.EHOSTUNREACH: "unreachable", errno.ENETUNREACH: "unreachable", errno.ETIMEDOUT: "timeout",
    }  # fmt: skip
    if isinstance(error, EOFError):
        return "reset", "the connection was closed before the answer was complete"
    return kinds.get(error.errno or 0, "unreachable"), os.strerror(error.errno) if error.errno else str(error)
