"""NAB's score against cases worked by hand, and the command on small files."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from lightship.run.benches.nab.files import read
from lightship.run.benches.nab.scorer import (
    LOW_FALSE,
    LOW_MISS,
    PROFILES,
    STANDARD,
    Marked,
    best,
    raw,
    score,
    sigmoid,
)
from lightship.run.cli import cli
from lightship.vocabulary.errors import BadInput


def marked(*rows: int, windows: tuple[tuple[int, int], ...] = ((50, 59),), size: int = 100) -> Marked:
    scores = np.zeros(size)
    scores[list(rows)] = 1.0
    return Marked(scores, windows)


def test_silence_is_0_and_a_word_at_each_beginning_is_100() -> None:
    for profile in PROFILES:
        assert score([marked()], 0.5, profile) == pytest.approx(0.0)
        assert score([marked(50)], 0.5, profile) == pytest.approx(100.0)


def test_only_the_earliest_word_in_a_window_counts_and_later_ones_are_worth_less() -> None:
    assert raw(marked(53, 57), 0.5, STANDARD) == raw(marked(53), 0.5, STANDARD)
    # Four rows in: position -(59 - 54 + 1) / 10 = -0.6.
    assert raw(marked(54), 0.5, STANDARD) == pytest.approx(sigmoid(-0.6) / sigmoid(-1.0))
    assert raw(marked(59), 0.5, STANDARD) == pytest.approx(sigmoid(-0.1) / sigmoid(-1.0))


def test_a_false_word_costs_all_before_the_first_window_and_by_distance_behind_one() -> None:
    assert raw(marked(20, 50), 0.5, STANDARD) == pytest.approx(1.0 - 0.11)
    assert raw(marked(20, 50), 0.5, LOW_FALSE) == pytest.approx(1.0 - 0.22)
    # Three rows behind a window of ten: position 3 / 9.
    assert raw(marked(50, 62), 0.5, STANDARD) == pytest.approx(1.0 + 0.11 * sigmoid(3 / 9))
    assert raw(marked(50, 99), 0.5, STANDARD) == pytest.approx(1.0 - 0.11)


def test_a_miss_costs_double_where_misses_matter() -> None:
    two = ((50, 59), (70, 79))
    assert raw(marked(50, windows=two), 0.5, STANDARD) == pytest.approx(0.0)
    assert raw(marked(50, windows=two), 0.5, LOW_MISS) == pytest.approx(-1.0)
    assert score([marked(50, windows=two)], 0.5, LOW_MISS) == pytest.approx(50.0)


def test_probation_is_not_judged() -> None:
    assert raw(marked(14, 50), 0.5, STANDARD) == pytest.approx(1.0)
    assert raw(marked(15, 50), 0.5, STANDARD) == pytest.approx(1.0 - 0.11)


def test_the_best_threshold_in_hindsight_is_over_all_files_together() -> None:
    loud, quiet = np.zeros(100), np.zeros(100)
    loud[[20, 50]] = (0.4, 0.9)
    quiet[50] = 0.6
    files = [Marked(loud, ((50, 59),)), Marked(quiet, ((50, 59),))]
    threshold, found = best(files, STANDARD, (0.3, 0.5, 0.8))
    assert threshold == 0.5
    assert found == pytest.approx(100.0)


def write(folder: Path, rows: int = 400) -> Path:
    stamps = [f"2015-03-{1 + n // 288:02d} {n // 12 % 24:02d}:{5 * (n % 12):02d}:53" for n in range(rows)]
    chance = np.random.default_rng(1)
    counts = chance.poisson(50, rows)
    counts[300:330] += 400
    lines = [f"{stamp},{count}" for stamp, count in zip(stamps, counts, strict=True)]
    (folder / "mentions.csv").write_text("\n".join(["timestamp,value", *lines]) + "\n")
    windows = {"mentions.csv": [[f"{stamps[300]}.000000", f"{stamps[340]}.000000"]]}
    (folder / "windows.json").write_text(json.dumps(windows))
    return folder


def test_files_are_read_with_their_windows_as_rows(tmp_path: Path) -> None:
    (series,) = read(write(tmp_path))
    assert series.windows == ((300, 340),)
    assert series.ticks[:3].tolist() == [0, 5, 10]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("windows.json", "{", "windows.json"),
        ("mentions.csv", "timestamp,value\n2015-03-01 00:00:53,many\n", "mentions.csv:2"),
        ("mentions.csv", "timestamp,value\n", "no rows"),
        ("windows.json", '{"absent.csv": []}', "absent.csv"),
        ("windows.json", '{"mentions.csv": [["soon", "later"]]}', "mentions.csv in windows.json"),
    ],
)
def test_a_file_that_is_not_sound_is_named(tmp_path: Path, name: str, text: str, said: str) -> None:
    (write(tmp_path) / name).write_text(text)
    with pytest.raises(BadInput, match=said):
        read(tmp_path)


def test_the_command_scores_the_shipped_detector(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        cli, ["bench", "nab", "--data", str(write(tmp_path)), "--budget", "12", "--jobs", "1", "--json"]
    )
    found = json.loads(done.stdout)
    assert found["own_budget"] == 12.0
    assert set(found["alarms"]) == {"mentions"}
    assert -200.0 <= found["ours"]["standard"] <= 100.0
    said = CliRunner().invoke(cli, ["bench", "nab", "--data", str(tmp_path), "--budget", "12", "--jobs", "1"])
    assert "ARTime" in said.stdout


def test_without_the_files_it_is_skipped_aloud_and_no_failure(tmp_path: Path) -> None:
    for arguments in ([], ["--data", str(tmp_path / "nowhere")]):
        done = CliRunner().invoke(cli, ["bench", "nab", *arguments])
        assert done.exit_code == 0
        assert "NOT MEASURED" in done.stderr
