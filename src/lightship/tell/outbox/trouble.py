"""What cannot be relied on just now: components that fail or are suspected, all that hangs on them, and services."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from lightship.prevent.footprints import Footprints
from lightship.tell.outbox.audience import Contact
from lightship.tell.outbox.selector import Subject, subject
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.settings import Settings

WHOLE = 1.0 - 1e-9
"""A path that has lost anything may have lost this letter, too."""


class Trouble(msgspec.Struct, frozen=True):
    """What letters should not depend on.

    Args:
        weak: components that are not whole.
        failing: what open incidents are about: services and where.
        channels: component of each channel that is on the map.
    """

    weak: frozenset[ComponentId]
    failing: tuple[Subject, ...] = ()
    channels: Mapping[str, ComponentId] = {}

    def touches(self, contact: Contact) -> bool:
        """Whether a letter to this contact would hang on something that fails, at our end or at theirs."""
        own = self.channels.get(contact.channel)
        return (
            own in self.weak
            or any(each in self.weak for each in contact.depends_on)
            or any(self._is_out(service, contact.area) for service in contact.through)
        )

    def _is_out(self, service: str, area: str | None) -> bool:
        return any(
            service in each.services and (area is None or each.areas is None or area in each.areas)
            for each in self.failing
        )


def trouble(incidents: Sequence[Incident], feet: Footprints, settings: Settings) -> Trouble:
    """By the incidents that are open and not healthy again: the class of each diagnosis, and what is out beside it."""
    hot = [each for each in incidents if each.is_open and each.green_since is None and not each.suppressed]
    suspected = (
        name for each in hot if each.diagnosis for name in (*each.diagnosis.members, *each.diagnosis.also)
    )
    failing = tuple(subject(each, feet.network) for each in hot)
    return Trouble(weak(feet, suspected), failing, placed(feet, settings))


def weak(feet: Footprints, failed: Iterable[ComponentId]) -> frozenset[ComponentId]:
    """What is not whole when these fail; gates respected."""
    down = {feet.index[each]: 1.0 for each in failed if each in feet.index}
    if not down:
        return frozenset()
    health = feet.wiring.component_health(down)
    return frozenset(feet.components[number] for number, left in health.items() if left < WHOLE)


def placed(feet: Footprints, settings: Settings) -> dict[str, ComponentId]:
    """Where each channel stands on the map, as far as the operator says and the map knows."""
    return {
        each.kind: each.component
        for each in settings.channels
        if each.component is not None and each.component in feet.index
    }
