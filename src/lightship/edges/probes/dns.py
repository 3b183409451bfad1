"""dns://server/name?type=A - does a name server answer, rightly and with signatures that hold?  RFC 1035, 4033-4035."""

import asyncio
import socket
import time
from collections.abc import Mapping

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
        return course.up(_told(found), expires)


def _asked(check: Check) -> tuple[dns.name.Name, dns.rdatatype.RdataType]:
    try:
        name = dns.name.from_text(check.path.strip("/") or ".")
        return name, dns.rdatatype.from_text(
            check.options.get("type", "SOA" if check.path in ("", "/") else "A")
        )
    except (dns.exception.DNSException, UnicodeError) as error:
        raise Failed("request", "malformed", f"this cannot be asked: {error}") from error


async def _ask(
    course: Course, address: Address, name: dns.name.Name, kind: dns.rdatatype.RdataType
) -> dns.message.Message:
    """Over UDP, and over TCP where the answer did not fit."""
    query = dns.message.make_query(name, kind, want_dnssec="dnssec" in course.check.options, payload=ROOM)
    if course.check.options.get("dnssec") == "resolver":
        query.flags |= dns.flags.AD
    if course.check.options.get("over") != "tcp":
        said, _ = await exchange(course, address, query.to_wire(), lambda data: _answers(query, data))
        answer = _read(said)
        if not answer.flags & dns.flags.TC:
            return answer
    return await _over_tcp(course, address, query)


async def _over_tcp(course: Course, address: Address, query: dns.message.Message) -> dns.message.Message:
    wire = query.to_wire()
    reader, writer = await asyncio.open_connection(sock=await connect(course, [address]))
    try:
        with course.at("answer"):
            async with asyncio.timeout(course.left()):
                writer.write(len(wire).to_bytes(2, "big") + wire)
                said = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
    finally:
        writer.transport.abort()
    if not _answers(query, said):
        raise Failed("answer", "malformed", "the answer is to another question")
    return _read(said)


def _answers(query: dns.message.Message, data: bytes) -> bool:
    """Whether this is an answer to the question. What cannot be read at all counts: it is told as malformed."""
    if data[:2] != query.id.to_bytes(2, "big"):
        return False
    try:
        return query.is_response(dns.message.from_wire(data, ignore_trailing=True))
    except dns.exception.DNSException:
        return True


def _read(said: bytes) -> dns.message.Message:
    try:
        return dns.message.from_wire(said, ignore_trailing=True)
    except dns.exception.DNSException as error:
        raise Failed("answer", "malformed", f"this is no DNS answer: {error}") from error


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
        raise Failed("answer", "wrong-answer", _told(found))
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


def _told(found: dns.rrset.RRset) -> str:
    said = ", ".join(sorted(each.to_text() for each in found))
    return said if len(said) <= 120 else f"{said[:119]}…"
