"""How many: as unsure as people's eagerness to report is."""

import msgspec
import numpy as np
import pytest

from lightship.detect import core
from lightship.detect.scan import Pooled
from lightship.detect.severity import GRID, by_reports
from lightship.detect.table import empty
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Tick
from tests.support.small_network import small


def replace_levels(pool: Pooled, times: float) -> Pooled:
    return msgspec.structs.replace(pool, level=pool.level * times, by_service=pool.by_service * times)


@pytest.mark.parametrize("each", [30.0, 300.0, 3000.0])
def test_many_reports_alone_do_not_pick_one_share(each: float) -> None:
    feet = small()
    state = core.start(feet, Settings())
    rows = np.flatnonzero(~state.plan.without_area)
    loud = msgspec.structs.replace(
        empty(state.plan, Tick(0)), reports=np.full(state.plan.counts, each), ready=30.0
    )
    nats = by_reports(state.plan, state.pool, 0.1, loud, rows, np.ones(len(feet.rows)), 1.0)
    steps = np.abs(np.diff(nats[nats > nats.max() - 5.0]))
    assert len(steps) >= 4
    assert steps.max() < 1.5


def test_where_people_report_much_in_quiet_times_as_many_reports_mean_fewer_lines() -> None:
    feet = small()
    state = core.start(feet, Settings())
    rows = np.flatnonzero(~state.plan.without_area)
    loud = msgspec.structs.replace(
        empty(state.plan, Tick(0)), reports=np.full(state.plan.counts, 30.0), ready=30.0
    )

    def likeliest(times: float) -> float:
        pool = replace_levels(state.pool, times)
        return float(
            GRID[by_reports(state.plan, pool, 0.1, loud, rows, np.ones(len(feet.rows)), 1.0).argmax()]
        )

    assert likeliest(16.0) == pytest.approx(likeliest(1.0) / 4.0, rel=0.25)
