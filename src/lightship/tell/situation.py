"""What the site shows: everything that the renderer may look at, and nothing else."""

import msgspec

from lightship.tell.drawing.cells import Cells
from lightship.tell.planned import Announced
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.incidents import Incident, IncidentId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Instant
from lightship.vocabulary.updates import Update

UK_CREDITS = ("Places of the area codes: GeoNames (geonames.org), CC BY 4.0. Outline: Natural Earth.",)
"""Credits that the shipped places ask for on the page itself."""


class Series(msgspec.Struct, frozen=True):
    """Reports against normal, for the graph of an incident: parallel columns, oldest first, one a tick.

    Args:
        reports: accepted reports in the tick.
        normal, normal_high: expected ones, and the most that a quiet tick brings.
            None in any of the three: not judged, which is not zero.
    """

    services: tuple[ServiceId, ...]
    times: tuple[Instant, ...]
    reports: tuple[float | None, ...]
    normal: tuple[float | None, ...]
    normal_high: tuple[float | None, ...]


class Situation(msgspec.Struct, frozen=True):
    """The state of affairs to be published.

    Args:
        network: of it only provider, brands, services and places are shown; components never are.
        at: when it is published; on every live page.
        sequence: number of the last event that it rests on; grows.
        incidents: every incident that ever had an update, in any order; those without one are not shown.
        updates: all of their updates, in any order.
        series: per incident; without one there is no graph.
        known, assumed: of a simulation, what is from sources and what is assumed, a sentence each.
        credits: whom the data are owed to, a sentence each.
        cells: geometry of the map; None: no map.
        planned: announced work that customers may notice.
        watched: minutes in which something was measured, by the ordinal of the local day; an absent day: not watched.
    """

    settings: Settings
    network: NetworkMap
    at: Instant
    sequence: int = 0
    incidents: tuple[Incident, ...] = ()
    updates: tuple[Update, ...] = ()
    series: dict[IncidentId, Series] = {}
    known: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    cells: Cells | None = None
    watched: dict[int, int] = {}
    planned: tuple[Announced, ...] = ()
