"""dns://server/name?type=A - does a name server answer, rightly and with signatures that hold?  RFC 1035, 4033-4035."""

import asyncio
import secrets
import socket
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache

import dns.dnssec
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from lightship.edges.probes.datagram import exchange
from lightship.edges.probes.probe import Check, Result
from lightship.edges.probes.stages import Course, Failed, connect, resolve
from lightship.vocabulary.signals import Failure

ROOM = 1232
"""Octets of a UDP answer that we take: what passes everywhere without being split (DNS flag day 2020)."""

Address = tuple[int, tuple[object, ...]]

_FAILURES: dict[dns.rcode.Rcode, Failure] = {
    dns.rcode.NXDOMAIN: "name-not-found", dns.rcode.SERVFAIL: "server-failed", dns.rcode.REFUSED: "wrong-status",
}  # fmt: skip


_WITHOUT_QUESTION = (dns.rcode.FORMERR, dns.rcode.SERVFAIL, dns.rcode.NOTIMP, dns.rcode.REFUSED)


class DnsProbe:
    """Up when the server answers with at least one record of the type.

    `?dnssec=resolver`: the resolver has to vouch for the answer (AD). `?dnssec=authority`: the signatures are checked
    here against the keys that the same server hands out; when the first of them ends is told.
    `?authoritative=yes`: the server has to speak for the zone itself (AA), which finds lame delegations.
    `?expect=TEXT`: one record has to read so.
    """

    default_port = 53
    options: Mapping[str, frozenset[str]] | None = {
        "type": frozenset(), "dnssec": frozenset({"resolver", "authority"}), "authoritative": frozenset({"yes"}),
        "expect": frozenset(), "over": frozenset({"udp", "tcp"}),
    }  # fmt: skip
    takes_login = False

    async def measure(self, check: Check) -> Result:
        """One question, and where signatures are checked one more for the keys."""
        course, expires = Course(check), None
        try:
            name, kind = _asked(check)
            address = (await resolve(course, socket.SOCK_DGRAM))[0]
            answer = await _ask(course, address, name, kind)
            found = _judged(check, answer, name, kind)
            if check.options.get("dnssec") == "authority":
                expires = await _signed(course, address, answer, found)
        except Failed as failed:
            return course.down(failed)
        said = tuple(sorted(each.to_text() for each in found))
        return course.up(_told(said), expires, texts={"answer": said, "address": str(address[1][0])})


@lru_cache(4096)
def _named(path: str, kind: str) -> tuple[dns.name.Name, dns.rdatatype.RdataType]:
    return dns.name.from_text(path.strip("/") or "."), dns.rdatatype.from_text(kind)


def _asked(check: Check) -> tuple[dns.name.Name, dns.rdatatype.RdataType]:
    try:
        return _named(check.path, check.options.get("type", "SOA" if check.path in ("", "/") else "A"))
    except (dns.exception.DNSException, UnicodeError) as error:
        raise Failed("request", "malformed", f"this cannot be asked: {error}") from error


async def _ask(
    course: Course, address: Address, name: dns.name.Name, kind: dns.rdatatype.RdataType
) -> dns.message.Message:
    """Over UDP, and over TCP where the answer did not fit."""
    asked = _Question(name, kind, course.check.options.get("dnssec", ""))
    if course.check.options.get("over") != "tcp":
        await exchange(course, address, asked.wire, asked.answered_by)
        answer = asked.answer()
        if not answer.flags & dns.flags.TC:
            return answer
    return await _over_tcp(course, address, asked)


async def _over_tcp(course: Course, address: Address, asked: "_Question") -> dns.message.Message:
    reader, writer = await asyncio.open_connection(sock=await connect(course, [address]))
    try:
        with course.at("answer"):
            async with asyncio.timeout(course.left()):
                writer.write(len(asked.wire).to_bytes(2, "big") + asked.wire)
                said = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
    finally:
        writer.transport.abort()
    if not asked.answered_by(said):
        raise Failed("answer", "malformed", "the answer is to another question")
    return asked.answer()


class _Ids:
    """Numbers that nobody can guess (RFC 5452), fetched many at a time: each fetching lets go of the interpreter."""

    def __init__(self) -> None:
        self._left = b""

    def next(self) -> bytes:
        """Two octets."""
        if len(self._left) < 2:
            self._left = secrets.token_bytes(4096)
        found, self._left = self._left[:2], self._left[2:]
        return found


_IDS = _Ids()


@lru_cache(4096)
def _template(
    name: dns.name.Name, kind: dns.rdatatype.RdataType, dnssec: str
) -> tuple[dns.message.Message, bytes]:
    """The question as a message and in octets. Only its id differs from one time to the next."""
    query = dns.message.make_query(name, kind, want_dnssec=bool(dnssec), payload=ROOM)
    if dnssec == "resolver":
        query.flags |= dns.flags.AD
    return query, query.to_wire()


@lru_cache(1024)
def _read(data: bytes) -> dns.message.Message:
    """An answer without its id. The same octets come again and again, and reading them is most of the cost."""
    return dns.message.from_wire(data, ignore_trailing=True)


class _Question:
    """One question with an id of its own, and the first answer to it."""

    def __init__(self, name: dns.name.Name, kind: dns.rdatatype.RdataType, dnssec: str) -> None:
        self._query, wire = _template(name, kind, dnssec)
        self._id = _IDS.next()
        self.wire = self._id + wire[2:]
        self._said: dns.message.Message | dns.exception.DNSException | None = None

    def answered_by(self, data: bytes) -> bool:
        """Whether this is an answer to it. What cannot be read at all counts: it is told as malformed."""
        if data[:2] != self._id:
            return False
        try:
            said = _read(b"\0\0" + data[2:])
        except dns.exception.DNSException as error:
            self._said = error
            return True
        # Who cannot read the question may leave it out (RFC 1035, 4.1.1: FORMERR and the like).
        bare = not said.question and said.rcode() in _WITHOUT_QUESTION
        fits = bool(said.flags & dns.flags.QR) and (bare or said.question == self._query.question)
        self._said = said if fits else None
        return fits

    def answer(self) -> dns.message.Message:
        """What was said. Raises Failed where it could not be read."""
        assert self._said is not None, "asked after it was answered"
        if isinstance(self._said, dns.exception.DNSException):
            raise Failed("answer", "malformed", f"this is no DNS answer: {self._said}") from self._said
        return self._said


def _judged(
    check: Check, answer: dns.message.Message, name: dns.name.Name, kind: dns.rdatatype.RdataType
) -> dns.rrset.RRset:
    code = answer.rcode()
    if code != dns.rcode.NOERROR:
        raise Failed("answer", _FAILURES.get(code, "wrong-status"), dns.rcode.to_text(code))
    if "authoritative" in check.options and not answer.flags & dns.flags.AA:
        raise Failed("answer", "wrong-answer", "the server does not speak for this zone (lame)")
    found = next((each for each in answer.answer if each.rdtype == kind), None)
    if found is None:
        raise Failed("answer", "wrong-answer", f"no {dns.rdatatype.to_text(kind)} record for {name}")
    if check.options.get("dnssec") == "resolver" and not answer.flags & dns.flags.AD:
        raise Failed("answer", "signature-invalid", "the resolver does not vouch for the answer (no AD)")
    wanted = check.options.get("expect")
    if wanted and not any(wanted == each.to_text().strip('"') for each in found):
        raise Failed("answer", "wrong-answer", _told([each.to_text() for each in found]))
    return found


async def _signed(
    course: Course, address: Address, answer: dns.message.Message, found: dns.rrset.RRset
) -> float:
    """Seconds until the first signature of the answer ends."""
    signatures = _of_kind(answer, dns.rdatatype.RRSIG, found)
    if signatures is None:
        raise Failed("answer", "signature-invalid", "the answer is not signed")
    zone = signatures[0].signer
    keys = _of_kind(await _ask(course, address, zone, dns.rdatatype.DNSKEY), dns.rdatatype.DNSKEY)
    left = float(min(each.expiration for each in signatures)) - time.time()
    if left < 0:
        raise Failed("answer", "signature-expired", f"the signature ended {-left / 3600:.1f} hours ago")
    if keys is None:
        raise Failed("answer", "signature-invalid", f"no keys for {zone}")
    try:
        dns.dnssec.validate(found, signatures, {zone: keys})
    except dns.exception.DNSException as error:
        raise Failed("answer", "signature-invalid", str(error) or type(error).__name__) from error
    return left


def _of_kind(
    answer: dns.message.Message, kind: dns.rdatatype.RdataType, covered: dns.rrset.RRset | None = None
) -> dns.rrset.RRset | None:
    """The records of a type; of signatures, those of `covered`."""
    for each in answer.answer:
        if each.rdtype == kind and (
            covered is None or (each.covers, each.name) == (covered.rdtype, covered.name)
        ):
            return each
    return None


def _told(answer: Sequence[str]) -> str:
    said = ", ".join(answer)
    return said if len(said) <= 120 else f"{said[:119]}…"
