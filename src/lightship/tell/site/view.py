"""Everything that pages need of a situation, worked out once."""

from functools import cached_property

import msgspec

from lightship.tell.site.facts import Facts, facts
from lightship.tell.site.moments import Clock
from lightship.tell.site.shown import Shown, shown, told_open, told_recent
from lightship.tell.site.standing import Standing, standing
from lightship.tell.situation import Situation
from lightship.vocabulary.incidents import IncidentId
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.time import DAY, Instant

RECENT = 7 * DAY
"""Ended incidents stay on the front page so long."""


class View(msgspec.Struct, frozen=True, dict=True):
    """A situation, and what follows from it."""

    situation: Situation

    @cached_property
    def clock(self) -> Clock:
        """Words for instants, seen from the publication."""
        return Clock(self.situation.at, self.situation.settings.zone)

    @cached_property
    def all(self) -> tuple[Shown, ...]:
        """Every incident that the public has been told of."""
        return shown(self.situation)

    @cached_property
    def open(self) -> tuple[Shown, ...]:
        """Those still followed, the gravest first."""
        return told_open(self.all)

    @cached_property
    def recent(self) -> tuple[Shown, ...]:
        """Those that ended in the last days."""
        return told_recent(self.all, self.situation.at, RECENT)

    @cached_property
    def standing(self) -> Standing:
        """How each area stands."""
        return standing(self.open, self.situation.network)

    @cached_property
    def by_area(self) -> dict[AreaId, tuple[Shown, ...]]:
        """The incidents that were told of and hit an area by their last scope, whether open or over."""
        found: dict[AreaId, list[Shown]] = {}
        for one in self.all:
            for area in {each.area for each in one.incident.scope.areas} if one.is_ours else ():
                found.setdefault(area, []).append(one)
        return {area: tuple(incidents) for area, incidents in found.items()}

    @cached_property
    def facts(self) -> dict[IncidentId, Facts]:
        """What is said of each incident."""
        situation = self.situation
        return {
            one.incident.id: facts(one, situation.network, self.clock, situation.settings.one_vantage)
            for one in self.all
        }

    @cached_property
    def changed_at(self) -> Instant | None:
        """The newest thing said or found about what is open; None: nothing is."""
        return max((one.as_of for one in self.open), default=None)

    @cached_property
    def promise(self) -> Instant | None:
        """When the next update of any incident is due; None: none is promised."""
        due = [one.latest.next_update_by for one in self.open]
        return min((each for each in due if each is not None), default=None)

    @property
    def has_places(self) -> bool:
        """Whether areas mean anything here."""
        return len(self.standing.leaves) > 1
