"""snmp://host/OID, snmp://user@host/OID - what does a device count, and is it within limits?

RFC 3416 (version 2c, with a community), 3414 and 7860 (version 3, where a user is named).
"""

import asyncio
import logging
import math
import re
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from lightship.edges.probes.agreeing import numbers
from lightship.edges.probes.dialogue import shown
from lightship.edges.probes.probe import Check, Result
from lightship.edges.probes.stages import Course, Failed, resolve
from lightship.vocabulary.errors import BadInput

NAMES = {
    "sysDescr": "1.3.6.1.2.1.1.1.0", "sysUpTime": "1.3.6.1.2.1.1.3.0", "sysName": "1.3.6.1.2.1.1.5.0",
    "ifNumber": "1.3.6.1.2.1.2.1.0", "ifOperStatus": "1.3.6.1.2.1.2.2.1.8", "ifInOctets": "1.3.6.1.2.1.31.1.1.1.6",
    "ifOutOctets": "1.3.6.1.2.1.31.1.1.1.10", "hrSystemProcesses": "1.3.6.1.2.1.25.1.6.0",
    "upsBatteryStatus": "1.3.6.1.2.1.33.1.2.1.0", "upsOutputSource": "1.3.6.1.2.1.33.1.4.1.0",
}  # fmt: skip
"""What need not be written in figures: RFC 3418, 2863 (the 64-bit counters), 2790, 1628."""

_OID = re.compile(r"\.?(\d+(?:\.\d+){1,126})")
_threads = ThreadPoolExecutor(8, "snmp")
MOST_ROWS = 20_000
TRIES = 3
_AUTH = {
    "sha256": "usmHMAC192SHA256AuthProtocol", "sha512": "usmHMAC384SHA512AuthProtocol", "sha": "usmHMACSHAAuthProtocol",
}  # fmt: skip
_PRIV = {"aes128": "usmAesCfb128Protocol", "aes256": "usmAesCfb256Protocol"}


class SnmpProbe:
    """Up when the device answers with a value that is as expected.

    With `?count=rows` the value is how many rows a table has: sessions, where each of them is one.
    """

    default_port = 161
    options: Mapping[str, frozenset[str]] | None = {
        "least": frozenset(), "most": frozenset(), "expect": frozenset(), "count": frozenset({"rows"}),
        "auth": frozenset(_AUTH), "priv": frozenset(_PRIV),
    }  # fmt: skip
    takes_login = True

    def agree(self, check: Check) -> None:
        """There has to be something to ask for, and someone to ask as."""
        place = repr(check.address)
        oid(check)
        if not check.user and not check.secret:
            raise BadInput(
                place, "no community", "secret: env:NAME for version 2c, or snmp://USER@HOST for version 3"
            )
        if check.user and "auth" not in check.secrets:
            raise BadInput(
                place,
                "version 3 without a password",
                "secrets: {auth: env:NAME, priv: env:OTHER}; with `check`: --secret auth=env:NAME",
            )
        if any(0 < len(each.value) < 8 for each in check.secrets.values()):
            raise BadInput(place, "a password of less than 8 characters", "RFC 3414 (11.2) wants 8 at least")
        numbers(check, {"least": (-math.inf, math.inf), "most": (-math.inf, math.inf)})

    async def measure(self, check: Check) -> Result:
        """One question, or as many as a table is long."""
        course = Course(check)
        try:
            family, target = (await resolve(course, socket.SOCK_DGRAM))[0]
            with course.at("answer"):
                # The library takes 60 ms of work for a question: on a thread, so that others are not late meanwhile.
                value = await asyncio.get_running_loop().run_in_executor(
                    _threads, lambda: asyncio.run(_asked(course, family, target))
                )
            figures = _figures(value)
            _judge(check, value, figures)
        except Failed as failed:
            return course.down(failed)
        return course.up(_told(check, value), figures=figures, texts={"answer": _said(value)})


def oid(check: Check) -> str:
    """What is asked for, in figures. Raises BadInput."""
    said = check.path.strip("/")
    name, _, index = said.partition(".")
    written = NAMES.get(name, name) + (f".{index}" if index else "")
    found = _OID.fullmatch(written)
    if found is None:
        would = f"snmp://HOST/1.3.6.1.2.1.1.3.0, or one of {', '.join(NAMES)}"
        raise BadInput(
            repr(check.address), f"{said!r} is no object" if said else "no object to ask for", would
        )
    return found[1]


async def _asked(course: Course, family: int, target: tuple[object, ...]) -> Any:
    """The value of an object, or the number of rows. The library is loaded on first use: it is large."""
    from pysnmp.error import PySnmpError
    from pysnmp.hlapi.v3arch.asyncio import SnmpEngine, Udp6TransportTarget, UdpTransportTarget

    logging.getLogger("pysnmp").setLevel(logging.CRITICAL)
    rubbish: list[
        object
    ] = []  # the library lets what is no SNMP at all fall through to the loop, which is ours alone
    asyncio.get_running_loop().set_exception_handler(lambda _, context: rubbish.append(context))
    engine = SnmpEngine()
    try:
        way = Udp6TransportTarget if family == socket.AF_INET6 else UdpTransportTarget
        transport = await way.create(
            (str(target[0]), course.check.port), timeout=course.left() / TRIES, retries=TRIES - 1
        )
        return await (_rows if "count" in course.check.options else _value)(course.check, engine, transport)
    except PySnmpError as error:
        raise Failed("answer", "malformed", shown(str(error).splitlines()[0])) from error
    except Failed as failed:
        if failed.failure == "timeout" and rubbish:
            raise Failed("answer", "malformed", "what came is no SNMP") from failed
        raise
    finally:
        engine.close_dispatcher()


def _identity(check: Check) -> Any:
    from pysnmp.hlapi.v3arch import asyncio as api

    if not check.user:
        return api.CommunityData(check.secret.value, mpModel=1)  # noqa: S508 - the operator has no other
    private = check.secrets.get("priv")
    how = {"authProtocol": getattr(api, _AUTH[check.options.get("auth", "sha256")])}
    if private is not None:
        how["privProtocol"] = getattr(api, _PRIV[check.options.get("priv", "aes128")])
    return api.UsmUserData(check.user, check.secrets["auth"].value, private.value if private else None, **how)


async def _value(check: Check, engine: Any, transport: Any) -> Any:
    from pysnmp.hlapi.v3arch.asyncio import ContextData, ObjectIdentity, ObjectType, get_cmd

    wanted = ObjectType(ObjectIdentity(oid(check)))
    trouble, status, _, found = await get_cmd(
        engine, _identity(check), transport, ContextData(), wanted, lookupMib=False
    )
    _well(check, trouble, status)
    value = found[0][1]
    if type(value).__name__ in ("NoSuchObject", "NoSuchInstance", "EndOfMibView"):
        raise Failed("answer", "wrong-answer", f"the device knows no {check.path.strip('/')}")
    return value


async def _rows(check: Check, engine: Any, transport: Any) -> int:
    from pysnmp.hlapi.v3arch.asyncio import ContextData, ObjectIdentity, ObjectType, bulk_walk_cmd

    wanted, count = ObjectType(ObjectIdentity(oid(check))), 0
    walk = bulk_walk_cmd(
        engine,
        _identity(check),
        transport,
        ContextData(),
        0,
        50,
        wanted,
        lookupMib=False,
        lexicographicMode=False,
    )
    async for trouble, status, _, found in walk:
        _well(check, trouble, status)
        count += len(found)
        if count > MOST_ROWS:
            raise Failed("answer", "malformed", f"more than {MOST_ROWS} rows")
    return count


def _well(check: Check, trouble: Any, status: Any) -> None:
    """Raise Failed where something else came than an answer."""
    if trouble:
        said, kind = shown(str(trouble)), type(trouble).__name__
        if kind == "RequestTimedOut":
            silent = "" if check.user else "; devices keep silent where the community is wrong, too"
            raise Failed(
                "answer", "timeout", f"no answer to {TRIES} packets within {check.timeout:g} s{silent}"
            )
        raise Failed("answer", "login-refused" if kind in _REFUSED else "malformed", said)
    if status:
        raise Failed("answer", "wrong-status", shown(status.prettyPrint()))


_REFUSED = ("WrongDigest", "UnknownUserName", "UnsupportedSecurityLevel", "DecryptionError", "AuthenticationFailure",
            "AuthenticationError", "UnknownSecurityName")  # fmt: skip


def _number(value: object) -> float | None:
    try:
        found = float(str(value))
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _said(value: Any) -> str:
    return shown(value.prettyPrint() if hasattr(value, "prettyPrint") else str(value))


def _figures(value: Any) -> dict[str, float]:
    found = _number(_said(value))
    return {} if found is None else {"value": found}


def _judge(check: Check, value: Any, figures: Mapping[str, float]) -> None:
    wanted, number = check.options.get("expect"), figures.get("value")
    if wanted is not None and wanted != _said(value):
        raise Failed("answer", "wrong-answer", f"{_told(check, value)}, expected {wanted}", figures=figures)
    for name, sign in (("least", 1), ("most", -1)):
        limit = check.options.get(name)
        if limit is not None and (number is None or sign * (number - float(limit)) < 0):
            raise Failed("answer", "wrong-answer", f"{_told(check, value)}, {name} {limit}", figures=figures)


def _told(check: Check, value: Any) -> str:
    rows = " rows" if "count" in check.options else ""
    return f"{check.path.strip('/')}: {_said(value)}{rows}"
