"""Every way of failing that the schema lists does something, and stays within 0 and 1."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.simulate.faults import Fault, FaultMode
from lightship.simulate.modes import MODES, loss
from lightship.simulate.offsets import Offset, offset_text, parse_offset
from lightship.vocabulary.components import ComponentId
from tests.support.small_scenario import span

MINUTES = np.arange(-60.0, 24 * 60) + 0.5
NODE = ComponentId("x")


def at(fault: Fault, minute: float) -> float:
    """The loss at a minute from t0."""
    return float(loss(fault, np.array([minute]))[0])


def test_every_mode_of_the_schema_is_in_the_table() -> None:
    assert set(MODES) == set(get_args(FaultMode))


@given(
    st.sampled_from(list(get_args(FaultMode))),
    st.floats(0, 1),
    st.integers(0, 600),
    st.integers(0, 600),
    st.integers(1, 600),
)
def test_a_loss_is_a_share_and_only_while_the_fault_lasts(
    mode: FaultMode, fraction: float, battery: int, over: int, half_life: int
) -> None:
    fault = Fault(
        span("0s"), mode, NODE, until=span("10h"), fraction=fraction, battery=Offset(battery * 60_000),
        over=Offset(over * 60_000), half_life=Offset(half_life * 60_000), period=span("20m"),
    )  # fmt: skip
    found = loss(fault, MINUTES)
    assert ((found >= 0) & (found <= 1)).all()
    assert not found[MINUTES < 0].any()
    assert not found[MINUTES >= 600].any()


@pytest.mark.parametrize(
    ("fault", "minute", "expected"),
    [
        (Fault(span("0s"), "dead", NODE), 5, 1.0),
        (Fault(span("0s"), "partial", NODE, fraction=0.05), 5, 0.05),
        (Fault(span("0s"), "slow_recovery", NODE, half_life=span("60m")), 120, 0.25),
        (Fault(span("0s"), "flap", NODE, period=span("10m"), duty=0.3), 2, 1.0),
        (Fault(span("0s"), "flap", NODE, period=span("10m"), duty=0.3), 4, 0.0),
        (Fault(span("0s"), "power_out", NODE), 1, 1.0),
        (Fault(span("0s"), "power_out", NODE, battery=span("4h")), 30, 0.0),
        (Fault(span("0s"), "power_out", NODE, battery=span("4h")), 240, 0.5),
        (Fault(span("0s"), "expire_at", NODE, over=span("1h")), 30, 0.5),
        (Fault(span("0s"), "storm", NODE, over=span("1h"), half_life=span("1h")), 30, 0.5),
        (Fault(span("0s"), "storm", NODE, over=span("1h"), half_life=span("1h")), 120, 0.5),
        (Fault(span("0s"), "failed_failover", NODE, fraction=0.2, worse_after=span("69m")), 60, 0.2),
        (Fault(span("0s"), "failed_failover", NODE, fraction=0.2, worse_after=span("69m")), 70, 1.0),
        (Fault(span("0s"), "vendor_push", NODE, over=span("2h")), 60, 0.5),
    ],
    ids=lambda value: value.mode if isinstance(value, Fault) else None,
)
def test_a_mode_does_what_it_says(fault: Fault, minute: float, expected: float) -> None:
    assert at(fault, minute) == pytest.approx(expected, abs=1e-3)


def test_a_halving_loss_ends_when_it_is_one_line_in_ten_thousand() -> None:
    assert at(Fault(span("0s"), "slow_recovery", NODE, half_life=span("10m")), 140) == 0.0


@given(st.integers(-60 * 86_400, 60 * 86_400))
def test_a_span_reads_back_as_it_was_written(seconds: int) -> None:
    assert parse_offset(offset_text(Offset(seconds * 1000))) == seconds * 1000


@pytest.mark.parametrize("text", ["", "5", "5 m", "m5", "1h-5m", "--5m", 5, None, "five minutes"])
def test_what_is_no_span_is_refused_with_what_would_do(text: object) -> None:
    with pytest.raises(ValueError, match="write a span such as 22m"):
        parse_offset(text)
