"""The peers, against worked examples of their published definitions; and the scores at which they alarm."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lightship.run.benches.detect import thresholds
from lightship.run.benches.detect.outside import focus_note
from lightship.run.benches.detect.peers import cusum, ears, farrington, focus, ratio
from lightship.run.benches.detect.peers.farrington import Asked
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


def test_programs_of_others_that_are_absent_are_said_aloud(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert focus_note("").startswith("NOT COMPARED")
    assert focus_note(str(tmp_path / "python")).startswith("NOT COMPARED")
    monkeypatch.setenv("PATH", str(tmp_path))
    one = Asked([0, 1], [0.5, 0.5], 1, 5, 30.0)
    assert farrington.note([one], 10, 12.0).startswith("NOT MEASURED")
    assert farrington.note([], 10, 12.0).startswith("NOT MEASURED")


def program(folder: Path, name: str, text: str) -> None:
    """A program of somebody else's, put where it is looked for."""
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)


def test_farrington_is_asked_over_a_pipe_and_dated_from_the_onset(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:  # fmt: skip
    program(tmp_path, "Rscript", "#!/bin/sh\ncat > $0.given\necho 0 1 1\necho failed\n")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    every = [Asked([0, 1, 2], [0.5, 0.5, 1.0], 1, 5, 10.0), Asked([0, 1], [0.5, 0.5], 1, 0, 30.0)]
    assert farrington.delays(every, 3145, 120.0) == [25.0, 120.0]
    head, counts, normal, *_ = (tmp_path / "Rscript.given").read_text().splitlines()
    assert head.split()[:2] == ["672", "2"]
    assert float(head.split()[2]) == pytest.approx(120.0 / (3145 * 35_040), rel=1e-4)
    assert (counts, normal) == ("0 1 2", "0.5 0.5 1")
    assert "2 outages" in farrington.note(every, 3145, 120.0)
    program(tmp_path, "Rscript", "#!/bin/sh\nexit 1\n")
    assert farrington.note(every, 3145, 120.0).startswith("NOT MEASURED")


def test_a_library_is_asked_for_the_same_series(tmp_path: Path) -> None:
    fake = "#!/bin/sh\necho 9.9\nwhile read line; do echo $line; done\n"
    program(tmp_path, "python", fake)
    assert "changepoint-online 9.9" in focus_note(str(tmp_path / "python"))
