"""Sessions, logins and calls out of devices, by SNMP: one value of each, or how many rows a table of it has."""

import asyncio
from typing import Any, ClassVar, Literal

import msgspec

from lightship.edges.feeds.feed import About, Heard, Malformed, Reads, Way
from lightship.edges.probes.address import check
from lightship.edges.probes.probe import Check, Secret
from lightship.edges.probes.secrets import secret
from lightship.edges.probes.snmp import SnmpProbe
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.signals import PassiveCount
from lightship.vocabulary.time import Instant

TIMEOUT = 10.0


class Device(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`url` as of the probe `snmp`; its community as `secret`, or its passwords as `secrets`, by reference."""

    url: str
    area: str
    secret: str = ""
    secrets: dict[str, str] = {}


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The devices of one area are added up."""

    counts: Literal["sessions", "logins", "calls"]
    service: str
    devices: list[Device]


class Snmp(Reads):
    """Counts: one for each area whose devices have all answered. Half an area's devices are no count of the area."""

    ways: ClassVar[tuple[Way, ...]] = ("measure",)
    options: ClassVar[type[msgspec.Struct]] = Options
    trust: ClassVar[float] = 1.0

    def __init__(self, options: Any, about: About) -> None:
        self._options: Options = options
        self._probe = SnmpProbe()
        self._checks = [(each.area, _check(n, each)) for n, each in enumerate(self._options.devices)]

    def read(self, document: bytes, now: Instant, sender: str = "") -> Heard:
        """It asks by itself."""
        raise Malformed("document", "nothing is handed to this feed", "devices in its options")

    async def measure(self, now: Instant) -> Heard:
        """Every device, at once. Raises Malformed where none has answered."""
        found = await asyncio.gather(*(self._value(each) for _, each in self._checks))
        sums: dict[str, float] = {}
        missing: dict[str, str] = {}
        for (area, asked), value in zip(self._checks, found, strict=True):
            if isinstance(value, str):
                missing[area] = f"{asked.host}: {value}"
            else:
                sums[area] = sums.get(area, 0.0) + value
        if len(missing) == len({area for area, _ in self._checks}):
            raise Malformed("devices", "; ".join(missing.values())[:300])
        counts = (
            PassiveCount(now, ServiceId(self._options.service), AreaId(area), self._options.counts, value)
            for area, value in sums.items()
            if area not in missing
        )
        return Heard(
            counts=tuple(counts), left_out=tuple(f"area {area}: {why}" for area, why in missing.items())
        )

    async def _value(self, asked: Check) -> float | str:
        """The value; or why there is none."""
        result = await self._probe.measure(asked)
        value = result.figures.get("value")
        if result.failure is not None:
            return f"{result.failure} ({result.detail})"[:120]
        return value if value is not None and value >= 0 else "no number"


def _check(number: int, device: Device) -> Check:
    place = f"options.devices[{number}]"
    word = secret(device.secret, place) if device.secret else Secret()
    named = {name: secret(each, place) for name, each in device.secrets.items()}
    made = check(device.url, place, timeout=TIMEOUT, secret=word, secrets=named)
    if made.scheme != "snmp":
        raise BadInput(place, f"{device.url!r}", "snmp://HOST/OID")
    return made
