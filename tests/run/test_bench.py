"""Bars and their verdicts; the figures themselves are not judged here."""

import json

import pytest
from click.testing import CliRunner

from lightship.run.benches.measured import Measured, measured
from lightship.run.benches.showing import bar_of, figure_of, lines_of, show
from lightship.run.cli import cli
from lightship.run.exit_codes import ExitCode


@pytest.mark.parametrize(
    ("figure", "least", "bar", "verdict"),
    [
        (1.0, None, 1.0, "holds"),
        (1.1, None, 1.0, "BROKEN"),
        (0.4, 0.5, 1.5, "BROKEN"),
        (0.5, 0.5, 1.5, "holds"),
        (7.0, None, None, "holds"),
        (None, None, 1.0, "not measured"),
    ],
)
def test_a_bar_may_have_two_ends(
    figure: float | None, least: float | None, bar: float | None, verdict: str
) -> None:
    assert Measured("", "", figure, bar=bar, least=least).verdict == verdict


def test_the_median_is_judged() -> None:
    assert measured("", "s", [9.0, 1.0, 1.0], 2.0).holds


def test_one_broken_bar_fails_the_check_and_a_missing_figure_does_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    missing = Measured("a peer", "ratio", None, bar=1.0, why_not="R is not here")
    assert show(lines_of([("peer", missing)]), as_json=False) == ExitCode.OK
    assert "R is not here" in capsys.readouterr().out
    broken = Measured("a tick", "ratio", 3.0, bar=1.0, beside={"rows": 10.0, "note": "busy"})
    assert show(lines_of([("tick", broken)]), as_json=True) == ExitCode.CHECK_FAILED
    assert json.loads(capsys.readouterr().out)[0]["verdict"] == "BROKEN"


def test_a_figure_is_told_with_its_unit_its_interval_and_its_bar() -> None:
    bar = Measured("alarms", "realised / promised", 0.9, bar=1.5, least=0.5, interval=(0.7, 1.2))
    assert figure_of(bar) == "0.9 realised / promised [0.7, 1.2]"
    assert bar_of(bar) == ">= 0.5 and <= 1.5 realised / promised"


def test_the_help_bar_is_measured_and_printed() -> None:
    done = CliRunner().invoke(cli, ["bench", "speed", "help", "--json"])
    (line,) = json.loads(done.stdout)
    assert line["name"] == "help"
    assert line["measured"]["figure"] > 0.0
