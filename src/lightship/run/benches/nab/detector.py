"""The shipped detector on one series of counts: one service, one area, a count each five minutes.

Each row is one tick with its count, from as many network prefixes; the four ticks until the next row have no data. They
are judged by the same `detect.core.step` as everything else. Nothing in it is set for these series but the clock: rows
are moved by at most four minutes, so that one ends with the hour, when the detector learns.
"""

from collections.abc import Callable

import numpy as np

from lightship.detect import core
from lightship.detect.state import DetectState
from lightship.prevent.footprints import Footprints, footprints
from lightship.run.benches.detect.heard import is_past
from lightship.run.benches.nab.files import Series
from lightship.vocabulary.components import NetworkMap, ServiceArea
from lightship.vocabulary.events import ReportCounts, TickJudged
from lightship.vocabulary.map_version import versioned
from lightship.vocabulary.places import Area, AreaId, PlaceTree
from lightship.vocabulary.services import Service, ServiceId
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Tick, judged_at

LINES = 1_000_000.0
"""Customers behind the one area: unknown, and nothing that the level does not learn."""
ROW_TICKS = 5
ROWS_A_DAY = 288


def one_row() -> Footprints:
    """The smallest map: a service, an area, no component."""
    here, mentions = AreaId("0100"), ServiceId("mentions")
    return footprints(
        versioned(
            NetworkMap(
                id="one-series", version="", provider="one series", brands=(),
                services=(Service(mentions, "mentions"),), components=(), service_needs=(),
                service_areas=(ServiceArea(mentions, here, LINES),),
                places=PlaceTree((Area(here, "everywhere", "area", None, 1.0),)), synthetic=True,
            )
        )
    )  # fmt: skip


def scores(series: Series, a_year: float, ping: Callable[[], None] = lambda: None) -> np.ndarray:
    """(rows,) 1 in the row in which an alarm first passed its threshold, 0 elsewhere: an alarm is said once.

    Args:
        a_year: the promised budget of false alarms, the detector's one setting.
    """
    feet, settings = one_row(), Settings(zone="UTC", false_alarms_a_year=a_year)
    state, found, known = core.start(feet, settings), np.zeros(len(series.counts)), set[str]()
    first = series.first + ROW_TICKS - 1 - series.first % ROW_TICKS
    for row, (tick, count) in enumerate(zip(series.ticks.tolist(), series.counts.tolist(), strict=True)):
        state, found[row] = _step(state, feet, settings, Tick(first + tick), int(count), known)
        if row % ROWS_A_DAY == 0:
            ping()
    return found


def _step(
    state: DetectState, feet: Footprints, settings: Settings, tick: Tick, count: int, known: set[str]
) -> tuple[DetectState, float]:
    reports = ReportCounts((0,), (count,), (count,), (count,)) if count else ReportCounts()
    judged = TickJudged(tick, feet.network.version, reports)
    state, said = core.step(state, feet, settings, judged_at(tick), judged)
    past = {alarm.id for alarm in said.alarms if is_past(alarm)} - known
    known |= past
    return state, float(bool(past))
