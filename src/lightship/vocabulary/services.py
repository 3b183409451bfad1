"""What customers use: the service tree."""

from collections.abc import Sequence
from typing import NewType

import msgspec

ServiceId = NewType("ServiceId", str)
"""`broadband`, `voice`, `email`, `email.send`, `webmail`, `portal`, `portal.billing` ..."""


class Service(msgspec.Struct, frozen=True):
    """A node of the service tree.

    Args:
        name: what customers call it, as in a sentence ("broadband", "phone calls", "BT website").
        emergency: emergency calls may need it (voice, and broadband where voice is digital).
        reported: people tell us on a form when it fails. Where nobody does (emergency calls), that no report comes says
            nothing at all.
    """

    id: ServiceId
    name: str
    parent: ServiceId | None = None
    emergency: bool = False
    reported: bool = True


def lineage(services: Sequence[Service], service: ServiceId) -> tuple[ServiceId, ...]:
    """The service and its ancestors, nearest first. An unknown id gives itself alone."""
    parents = {each.id: each.parent for each in services}
    found = [service]
    above = parents.get(service)
    while above is not None and above not in found:
        found.append(above)
        above = parents.get(above)
    return tuple(found)
