"""The peers, against worked examples of their published definitions; and the scores at which they alarm."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lightship.run.benches.detect import thresholds
from lightship.run.benches.detect.peers import cusum, ears, focus, ratio
from lightship.run.benches.detect.peers.windows import trailing

counts = arrays(np.float64, (2, 30), elements=st.integers(0, 6).map(float))


def test_ears_c2_is_the_published_statistic() -> None:
    # Seven days of t-9 to t-3: mean 4, standard deviation 1.
    assert ears.c2(7.0, np.array([3.0, 5.0, 3.0, 5.0, 4.0, 4.0, 4.0])) == pytest.approx(
        (7 - 4) / np.sqrt(4 / 6)
    )
    # With the mean as baseline, and that day's variance, the restatement gives the same.
    assert ears.score(np.array([7.0]), np.array([4.0]), np.array([4 / 6])) == pytest.approx((7 - 4) / 2.0)
    assert ears.score(np.array([7.0]), np.array([4.0]), np.array([9.0])) == pytest.approx((7 - 4) / 3.0)


@given(counts)
def test_cusum_unrolled_is_pages_recursion(seen: np.ndarray) -> None:
    normal = np.full(seen.shape, 0.7)
    start, level = np.array([0.0, 1.5]), np.array([0.0, 1.5])
    for n, found in enumerate(cusum.score(seen, normal, start).T):
        level = np.maximum(level + seen[:, n] * np.log(2.0) - normal[:, n], 0.0)
        assert found == pytest.approx(level, abs=1e-6)


def test_cusum_has_the_reference_value_of_lucas() -> None:
    # mu 4, r 2: k = (8 - 4) / ln 2 = 5.77; in units of ln 2 one step with 10 reports is 10 - 5.77.
    step = cusum.score(np.array([[10.0]]), np.array([[4.0]]))[0, 0] / np.log(2.0)
    assert step == pytest.approx(10.0 - 4.0 / np.log(2.0), abs=1e-5)


def every_window(x: np.ndarray, m: np.ndarray, at: int) -> float:
    best = 0.0
    for first in range(at + 1):
        many, mean = x[first : at + 1].sum(), m[first : at + 1].sum()
        if many > mean:
            best = max(best, many * np.log(many / mean) - (many - mean))
    return float(best)


@given(counts)
def test_focus_is_the_best_of_every_window(seen: np.ndarray) -> None:
    normal = np.linspace(0.1, 1.4, 60).reshape(2, 30)
    found = focus.score(seen, normal)
    for series in range(2):
        for at in np.flatnonzero(seen[series]).tolist():
            assert found[series, at] == pytest.approx(every_window(seen[series], normal[series], at))


def test_focus_forgets_what_is_older_than_its_longest_window() -> None:
    seen, normal = np.array([[5.0, 0.0, 0.0, 1.0]]), np.full((1, 4), 0.5)
    assert focus.score(seen, normal, longest=2)[0, 3] == pytest.approx(np.log(2.0) - 0.5)
    assert focus.score(seen, normal, first=2).shape == (1, 2)


def test_the_ratio_rule_wants_more_than_one_report_in_a_village() -> None:
    assert ratio.score(np.array([1.0]), np.array([0.001])) == pytest.approx(1.0)
    assert ratio.score(np.array([30.0]), np.array([10.0])) == pytest.approx(3.0)


@given(counts, st.integers(1, 40))
def test_a_trailing_window_is_the_sum_of_its_ticks(seen: np.ndarray, ticks: int) -> None:
    found = trailing(seen, ticks)
    for n in range(30):
        assert found[:, n] == pytest.approx(seen[:, max(n - ticks + 1, 0) : n + 1].sum(axis=1))


def test_a_threshold_is_passed_about_as_often_as_asked_for() -> None:
    maxima = np.random.default_rng(3).exponential(1.0, 200 * 24)
    at = thresholds.threshold(maxima, 20.0)
    assert 10 <= (thresholds.peaks(maxima) > at).sum() <= 32
    assert thresholds.threshold(maxima, 5.0) > at
    assert thresholds.threshold(np.full(100, 2.0), 3.0) == 2.0


def test_one_bad_evening_is_one_peak() -> None:
    maxima = np.zeros(48)
    maxima[20:24] = (3.0, 9.0, 4.0, 2.0)
    assert thresholds.peaks(maxima)[0] == 9.0
    assert (thresholds.peaks(maxima) > 1.5).sum() == 1
