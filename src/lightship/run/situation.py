"""From what the core knows and the store holds to what the site shows."""

from collections.abc import Sequence

import numpy as np

from lightship.edges.files.cells import uk_cells
from lightship.run.charts import Charts
from lightship.run.fold import CoreState
from lightship.tell.planned import announced
from lightship.tell.situation import UK_CREDITS, Series, Situation
from lightship.vocabulary.incidents import Incident, IncidentId
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.time import HOUR, Instant, Tick, start_of, tick_of
from lightship.vocabulary.updates import Update

BEFORE = 2 * HOUR
"""Of normal reports shown before an incident's onset."""

UK = AreaId("country:UK")


def situation(
    state: CoreState, incidents: Sequence[Incident], updates: Sequence[Update], at: Instant,
    known: tuple[str, ...] = (), assumed: tuple[str, ...] = (),
) -> Situation:  # fmt: skip
    """What there is to publish at an instant. The state must have a map."""
    assert state.stages is not None, "nothing can be published before there is a map"
    network = state.stages.feet.network
    british = network.places.get(UK) is not None
    return Situation(
        settings=state.settings, network=network, at=at, sequence=state.seq, incidents=tuple(incidents),
        updates=tuple(updates), series=_series(state.stages.charts, incidents, at), known=known, assumed=assumed,
        credits=UK_CREDITS if british else (), cells=uk_cells() if british else None,
        watched=dict(state.watched.days), planned=announced(state.works, state.stages.feet, at),
    )  # fmt: skip


def _series(charts: Charts, incidents: Sequence[Incident], at: Instant) -> dict[IncidentId, Series]:
    shown = {}
    for each in incidents:
        over = each.resolved_at or at
        if each.public and charts.services and tick_of(over) > charts.last - charts.table.shape[2]:
            shown[each.id] = _window(
                charts, each, tick_of(Instant(each.onset.likeliest - BEFORE)), tick_of(over)
            )
    return shown


def series_of(charts: Charts, incident: Incident, at: Instant) -> Series | None:
    """Reports against normal from before an incident until `at`; None: its services have none, or nothing is kept."""
    if not any(each in charts.services for each in incident.scope.services):
        return None
    found = _window(charts, incident, tick_of(Instant(incident.onset.likeliest - BEFORE)), tick_of(at))
    return found if found.times else None


def _window(charts: Charts, incident: Incident, first: Tick, last: Tick) -> Series:
    """The ring's ticks from first to last, the incident's services alone."""
    length = charts.table.shape[2]
    oldest = charts.last - length + 1
    start, stop = max(first, oldest), min(last, charts.last) + 1
    services = tuple(s for s in incident.scope.services if s in charts.services)
    rows = [charts.services.index(each) for each in services]
    part = charts.table[:, rows, start - oldest : max(stop, start) - oldest].sum(axis=1)
    times = tuple(start_of(Tick(tick)) for tick in range(start, max(stop, start)))
    reports, normal, high = (_numbers(row) for row in part)
    return Series(services, times, reports, normal, high)


def _numbers(row: np.ndarray) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(each) else round(float(each), 3) for each in row)
