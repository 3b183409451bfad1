"""How many: as unsure as people's eagerness to report is."""

import msgspec
import numpy as np
import pytest

from lightship.detect import core
from lightship.detect.severity import by_reports
from lightship.detect.table import empty
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Tick
from tests.support.small_network import small


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
