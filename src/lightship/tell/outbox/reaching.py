"""Who could not be told if something failed: channels, mirrors and the page's host are on the map, too."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import msgspec

from lightship.prevent.footprints import Footprints
from lightship.tell.outbox.audience import Audience, Contact
from lightship.tell.outbox.trouble import Trouble, placed, weak
from lightship.vocabulary.components import ComponentId, ComponentKind, NetworkMap
from lightship.vocabulary.observables import CountRow
from lightship.vocabulary.settings import Settings

PULL: tuple[ComponentKind, ...] = ("status-host", "mirror")
PUSH: tuple[ComponentKind, ...] = ("channel",)
TOLD = 1e-9
"""A service that has lost any of its lines somewhere may be lost for this subscriber there."""


class Ends(msgspec.Struct, frozen=True):
    """What people can be told by: surfaces that they look at, and paths that come to them."""

    pull: tuple[ComponentId, ...]
    push: tuple[ComponentId, ...]


class Left(msgspec.Struct, frozen=True):
    """What remains when these fail together."""

    failed: tuple[ComponentId, ...]
    remaining: Ends
    lost: Ends

    @property
    def enough(self) -> bool:
        """At least one surface and one path."""
        return bool(self.remaining.pull) and bool(self.remaining.push)


def ends(network: NetworkMap) -> Ends:
    """Every one on the map."""
    return Ends(_of_kind(network, PULL), _of_kind(network, PUSH))


def _of_kind(network: NetworkMap, kinds: Sequence[ComponentKind]) -> tuple[ComponentId, ...]:
    return tuple(each.id for each in network.components if each.kind in kinds)


def left(feet: Footprints, failed: Iterable[ComponentId]) -> Left:
    """What remains when these fail whole; gates respected."""
    down, every = tuple(failed), ends(feet.network)
    gone = weak(feet, down)
    return Left(
        down,
        Ends(*(tuple(each for each in group if each not in gone) for group in (every.pull, every.push))),
        Ends(*(tuple(each for each in group if each in gone) for group in (every.pull, every.push))),
    )


def beneath(feet: Footprints) -> tuple[ComponentId, ...]:
    """Everything that a surface or a path needs, itself among it: nothing else can take one away."""
    every = ends(feet.network)
    todo, found = list((*every.pull, *every.push)), dict[ComponentId, None]()
    while todo:
        each = todo.pop()
        if each not in found:
            found[each] = None
            component = feet.network.component[each]
            todo += [need.on for gate in component.gates for need in gate.needs]
    return tuple(each for each in feet.components if each in found)


def failures(feet: Footprints, together: int = 2) -> Iterator[Left]:
    """Every failure of up to so many components at once that takes a surface or a path away, fewest first."""
    parts = beneath(feet)
    for count in range(1, together + 1):
        for failed in combinations(parts, count):
            found = left(feet, failed)
            if found.lost.pull or found.lost.push:
                yield found


def unreached(audience: Audience, feet: Footprints, settings: Settings, failed: Iterable[ComponentId]) -> int:
    """People of whose contacts every one would hang on something that is lost with these."""
    down = tuple(failed)
    avoid = Trouble(weak(feet, down), (), placed(feet, settings))
    lost = _lost_services(feet, down)
    verdicts: dict[int, bool] = {}
    count = 0
    for profile in audience.people.values():
        if id(profile) not in verdicts:
            verdicts[id(profile)] = all(_is_lost(each, avoid, lost) for each in profile)
        count += verdicts[id(profile)]
    return count


def _is_lost(contact: Contact, avoid: Trouble, lost: frozenset[tuple[str, str | None]]) -> bool:
    return avoid.touches(contact) or any((service, contact.area) in lost for service in contact.through)


def _lost_services(feet: Footprints, down: Sequence[ComponentId]) -> frozenset[tuple[str, str | None]]:
    """Service and area; area None: the service has lost lines somewhere."""
    losses = feet.losses({each: 1.0 for each in down if each in feet.index})
    rows = (feet.rows[number] for number in (losses > TOLD).nonzero()[0].tolist())
    return frozenset((row.service, row.area) for row in rows if isinstance(row, CountRow))
