"""Since when, by reports: near the truth, with an interval that covers it."""

import numpy as np
import pytest

from lightship.detect.climb import began, shapes
from lightship.vocabulary.time import MINUTE, Tick, end_of, start_of

LENGTH, BEGIN = 120, 90


def draws(ramp: float, e: float, quiet: float, many: int) -> np.ndarray:
    """(many, 3) error of the likeliest beginning, width, whether it covers; minutes."""
    chance, found = (
        np.random.default_rng(int(ramp + 100 * e + 1000 * quiet)),
        list[tuple[float, float, bool]](),
    )
    ticks = tuple(Tick(n) for n in range(LENGTH))
    rise = np.minimum((np.arange(LENGTH - BEGIN) + 0.5) / max(ramp, 1e-9), 1.0) * e
    for _ in range(many):
        seen = chance.poisson(np.full(LENGTH, quiet)).astype(float)
        seen[BEGIN:] += chance.poisson(rise)
        since, truth = began(ticks, seen, np.full(LENGTH, quiet), 0.16), start_of(Tick(BEGIN))
        covers = since.earliest <= truth <= since.latest
        found.append(((since.likeliest - truth) / MINUTE, (since.latest - since.earliest) / MINUTE, covers))
    return np.array(found)


@pytest.mark.parametrize(
    ("ramp", "e", "quiet"), [(0, 3.0, 0.01), (0, 2.0, 0.5), (10, 3.0, 0.05), (60, 10.0, 0.2)]
)
def test_the_beginning_is_found_and_its_interval_covers_it(ramp: float, e: float, quiet: float) -> None:
    found = draws(ramp, e, quiet, 40)
    assert np.median(np.abs(found[:, 0])) <= 3.0
    assert found[:, 2].mean() >= 0.85
    assert np.median(found[:, 1]) <= 20.0


def test_the_fewer_the_reports_the_wider_the_interval() -> None:
    few, many = draws(0, 0.3, 0.02, 40), draws(0, 10.0, 0.02, 40)
    assert np.median(few[:, 1]) > np.median(many[:, 1])
    assert few[:, 2].mean() >= 0.85


def test_where_nothing_is_in_excess_it_begins_now() -> None:
    ticks = tuple(Tick(n) for n in range(10))
    since = began(ticks, np.zeros(10), np.ones(10), 0.1)
    assert (since.likeliest, since.latest) == (start_of(Tick(9)), end_of(Tick(9)))


def test_shapes_rise_and_stay_within_one() -> None:
    found = shapes(240)
    assert found.min() >= 0.0
    assert found.max() <= 1.0
    assert (found[1, :10] <= found[1, 9] + 1e-12).all()
