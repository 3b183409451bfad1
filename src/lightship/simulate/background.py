"""What else happens: small faults that are nobody's incident, talk, and other people's outages."""

import msgspec

from lightship.simulate.offsets import Offset
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId


class LocalFault(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="local_fault"
):
    """So many lines of one service in one area are out for a while: a cabinet, a cut drop wire."""

    at: Offset
    area: AreaId
    lines: float
    until: Offset
    service: ServiceId = ServiceId("broadband")
    note: str = ""


class Rumour(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="rumour"):
    """Talk or press makes people report what works: reports rise to `factor` times normal and fall again.

    Args:
        services: which; empty: all.
        factor: at the height, times the normal rate; over 1.
        ramp: until the height; half_life: of the fall after it.
    """

    at: Offset
    factor: float
    services: tuple[ServiceId, ...] = ()
    ramp: Offset = Offset(15 * 60_000)
    half_life: Offset = Offset(60 * 60_000)
    note: str = ""


class NeighbourOutage(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="neighbour_outage"
):
    """Another provider is out, and some of its customers, or people who try to reach them, name us.

    Args:
        lines: of the neighbour that are out.
        names_us: share of the reports about it that name us, 0-1.
    """

    at: Offset
    until: Offset
    lines: float
    names_us: float = 0.055
    service: ServiceId = ServiceId("broadband")
    note: str = ""


class Attack(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="attack"):
    """Somebody sends false reports of one service in one area, from few network prefixes."""

    at: Offset
    until: Offset
    area: AreaId
    reports: int
    prefixes: int = 1
    service: ServiceId = ServiceId("broadband")
    note: str = ""


Background = LocalFault | Rumour | NeighbourOutage | Attack
