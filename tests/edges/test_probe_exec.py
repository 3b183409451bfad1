"""Plug-ins for Nagios: real programs, run without a shell, ended in time with all that they started."""

import time
from pathlib import Path
from typing import Any

import pytest

from lightship.edges.probes.address import check
from lightship.edges.probes.exec import figures
from lightship.edges.probes.probe import Result, Secret
from lightship.vocabulary.errors import BadInput
from tests.support.measuring import measure


def run(folder: Path, script: str, *words: str, query: str = "", **options: Any) -> Result:
    path = folder / "check_it"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return measure(f"exec://server-1{query}", command=(str(path), *words), **options)


@pytest.mark.parametrize(
    ("code", "query", "up", "unknown"),
    [(0, "", True, False), (1, "", True, False), (1, "?warning=down", False, False), (2, "", False, False),
     (3, "", False, True), (127, "", False, True)],
)  # fmt: skip
def test_the_exit_code_is_the_verdict_and_what_is_unknown_is_no_outage(
    tmp_path: Path, code: int, query: str, up: bool, unknown: bool
) -> None:
    result = run(tmp_path, f"echo 'DISK 40% free | used=60%;80;90'; exit {code}", query=query)
    assert (result.up, result.unknown, result.stage) == (up, unknown, "run")
    assert "DISK 40% free" in result.detail
    assert "used=" not in result.detail
    assert result.figures == {"exit_code": float(code), "used_percent": 60.0}


def test_words_are_words_and_no_shell_reads_them(tmp_path: Path) -> None:
    result = run(tmp_path, 'echo "$1 $2"', "{host}", "; echo $(id) `id` > /tmp/never")
    assert result.detail == "server-1 ; echo $(id) `id` > /tmp/never"


def test_a_program_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    began = time.monotonic()
    result = run(
        tmp_path, f"(sleep 30; touch {tmp_path}/late) & echo $! > {tmp_path}/child; wait", timeout=0.5
    )
    assert (result.up, result.failure, result.unknown) == (False, "timeout", False)
    assert time.monotonic() - began < 3
    child = (tmp_path / "child").read_text().strip()
    for _ in range(50):
        status = Path(f"/proc/{child}/stat")
        if not status.exists() or status.read_text().split()[2] == "Z":
            return
        time.sleep(0.02)
    pytest.fail("the child lives")


def test_output_without_an_end_is_ended(tmp_path: Path) -> None:
    result = run(tmp_path, "yes", timeout=5.0)
    assert (result.unknown, result.failure) == (True, "malformed")
    assert result.seconds < 4


def test_a_program_that_is_not_there_is_our_own_trouble() -> None:
    result = measure("exec://x", command=("/no/such/program",))
    assert (result.up, result.unknown) == (False, True)
    assert "cannot be run" in result.detail


def test_secrets_come_by_the_environment_and_nothing_else_of_ours_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUR_OWN_TOKEN", "hunter2")
    script = 'test "$SECRET" = a -a "$SECRET_SHARED" = b -a -z "$OUR_OWN_TOKEN" && echo right'
    result = run(tmp_path, script, secret=Secret("a"), secrets={"shared": Secret("b")})
    assert (result.up, result.detail) == (True, "right")


def test_control_characters_of_a_program_do_not_reach_the_terminal(tmp_path: Path) -> None:
    assert "\x1b" not in run(tmp_path, r"printf '\033[2Jhello\007\n'").detail


def test_a_program_killed_by_a_signal_says_nothing_of_its_target(tmp_path: Path) -> None:
    result = run(tmp_path, "kill -SEGV $$")
    assert result.unknown
    assert "signal 11" in result.detail


def test_performance_data_that_are_none_are_left_out() -> None:
    assert figures("OK | rubbish ;; =3 a=b 'c d'=U") == {}
    assert figures("no bar at all x=1") == {}
    assert len(figures("|" + " ".join(f"n{n}=1" for n in range(500)))) == 50


def test_there_has_to_be_something_to_run_and_only_exec_runs_it() -> None:
    with pytest.raises(BadInput, match="nothing to run"):
        check("exec://x")
    with pytest.raises(BadInput, match="runs no command"):
        check("tcp://x:1", command=("true",))
