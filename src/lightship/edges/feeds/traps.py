"""SNMP traps and informs, versions 1 and 2c (RFC 1157, RFC 3416): a UPS on battery, a device that restarts.

A community crosses the network in clear, and a datagram's sender can be forged: hence the trust of a half. Version 3 is
not understood, and told.
"""

from typing import Any, ClassVar

import msgspec

from lightship.edges.feeds.feed import About, Heard, Malformed, Reads, Way, Word, short
from lightship.edges.probes.secrets import secret
from lightship.vocabulary.signals import FeedKind
from lightship.vocabulary.time import MINUTE, Instant

AGAIN = 10 * MINUTE
TRAP_OID = "1.3.6.1.6.3.1.1.4.1.0"
GENERIC = "1.3.6.1.6.3.1.1.5"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`trap`: the notification's object identifier; one that ends in a dot stands for all below it."""

    trap: str
    says: FeedKind


KNOWN = (
    # RFC 1628 (UPS-MIB): on battery; alarms come and go with it
    Rule("1.3.6.1.2.1.33.2.1", "on-battery"), Rule("1.3.6.1.2.1.33.2.0.1", "on-battery"),
    # RFC 3418 (SNMPv2-MIB), RFC 2863 (IF-MIB)
    Rule(f"{GENERIC}.1", "restarted"), Rule(f"{GENERIC}.2", "restarted"), Rule(f"{GENERIC}.3", "equipment-alarm"),
    Rule(f"{GENERIC}.4", "component-restored"),
    # PowerNet-MIB of APC: upsOnBattery, lowBattery, powerRestored
    Rule("1.3.6.1.4.1.318.0.5", "on-battery"), Rule("1.3.6.1.4.1.318.0.7", "power-lost"),
    Rule("1.3.6.1.4.1.318.0.9", "power-restored"),
)  # fmt: skip


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`rules`: your own, tried first; `known`: the shipped ones, too. `community`: what traps must carry, by reference.
    `about` maps addresses of devices to components."""

    rules: list[Rule] = []
    known: bool = True
    community: str = ""


class Traps(Reads):
    """Words: one for each trap that a rule fits, of a device that means something to us."""

    ways: ClassVar[tuple[Way, ...]] = ("listen",)
    options: ClassVar[type[msgspec.Struct]] = Options
    trust: ClassVar[float] = 0.5

    def __init__(self, options: Any, about: About) -> None:
        self._rules: list[Rule] = [*options.rules, *(KNOWN if options.known else ())]
        self._community = secret(options.community, "options.community").value if options.community else ""
        self._about = about

    def read(self, document: bytes, now: Instant, sender: str = "") -> Heard:
        """One datagram. Its own clock is not believed: it is of now."""
        trap, community, device = _understood(document)
        if self._community and community != self._community:
            raise Malformed("community", "not the one that is asked for")
        kind = next((rule.says for rule in self._rules if _fits(rule.trap, trap)), None)
        if kind is None:
            return Heard()
        subjects = self._about.of(*(each for each in (device, sender) if each))
        if not subjects:
            return Heard(left_out=(f"device {device or sender} means nothing to us: trap {trap}",))
        key = f"{device or sender} {trap} {now // AGAIN}"
        return Heard(
            tuple(Word(each, kind, key, short(f"trap {trap} of {device or sender}")) for each in subjects)
        )


def _fits(rule: str, trap: str) -> bool:
    return trap.startswith(rule) if rule.endswith(".") else trap == rule


def _understood(document: bytes) -> tuple[str, str, str]:
    """The trap's identifier, its community, and the device where the message names one. Raises Malformed."""
    from pyasn1.codec.ber import decoder
    from pyasn1.error import PyAsn1Error
    from pysnmp.proto import api
    from pysnmp.proto.error import ProtocolError

    try:
        version = int(api.decodeMessageVersion(document))
        if version not in api.PROTOCOL_MODULES:
            raise Malformed("version", f"{version}", "1 or 2c; let a proxy translate version 3")
        module: Any = api.PROTOCOL_MODULES[version]
        message, _ = decoder.decode(document, asn1Spec=module.Message())
        pdu, community = module.apiMessage.get_pdu(message), str(module.apiMessage.get_community(message))
        if version == 0:
            return (*_first_version(module, pdu, community),)
        found = {str(name): value for name, value in module.apiPDU.get_varbinds(pdu)}
        if TRAP_OID not in found:
            raise Malformed("message", "no trap", "a notification")
        return str(found[TRAP_OID]), community, ""
    except (PyAsn1Error, ProtocolError, ValueError, TypeError, IndexError, KeyError, RecursionError) as error:
        raise Malformed(
            "message", f"no SNMP ({short(str(error), 80)})", "a trap of version 1 or 2c"
        ) from None


def _first_version(module: Any, pdu: Any, community: str) -> tuple[str, str, str]:
    """A trap of version 1 has no identifier of its own; RFC 3584, section 3.1 says how to make one."""
    if not pdu.isSameTypeWith(module.TrapPDU()):
        raise Malformed("message", "no trap", "a notification")
    generic, specific = (
        int(module.apiTrapPDU.get_generic_trap(pdu)),
        int(module.apiTrapPDU.get_specific_trap(pdu)),
    )
    enterprise = str(module.apiTrapPDU.get_enterprise(pdu))
    trap = f"{GENERIC}.{generic + 1}" if 0 <= generic < 6 else f"{enterprise}.0.{specific}"
    device = module.apiTrapPDU.get_agent_address(pdu).prettyPrint()
    return trap, community, "" if device == "0.0.0.0" else device  # noqa: S104 - what a device without one says
