"""A switch as a signal: what a hub is told, so that many small outages are seen as the large one that they are."""

from typing import Literal

import msgspec

VERSION = 1


class Place(msgspec.Struct, frozen=True):
    """What the line is part of, as its owner says. Absent is not known."""

    service: str = "broadband"
    area: str | None = None
    provider: str | None = None


class SwitchReport(msgspec.Struct, frozen=True, omit_defaults=True, rename={"version": "lightship_wan"}):
    """One switch. No address, no name of a person or a device's owner stands in it.

    Args:
        event: "out" where the first line was left, "back" where it was returned to.
        at: UTC, ISO 8601. state: what was wrong with the line that was left ("dead", "brown", "no-dns" ...).
        seconds: from the first sign to the switch. outage_seconds, megabytes: of an outage that is over: how long,
            and what the metered line carried meanwhile.
        id: drawn by lot: whoever gets a report twice knows it by that.
    """

    event: Literal["out", "back"]
    at: str
    service: str
    state: str
    seconds: float
    area: str | None = None
    provider: str | None = None
    outage_seconds: float | None = None
    megabytes: float | None = None
    id: str = ""
    version: int = VERSION

    def encoded(self) -> bytes:
        """One JSON object, version first, without what is not known."""
        known = msgspec.to_builtins(self)
        return msgspec.json.encode({"lightship_wan": VERSION, **known})
