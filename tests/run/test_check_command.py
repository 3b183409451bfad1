"""`lightship check`: one measurement, stage by stage."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lightship.edges.probes.address import check
from lightship.edges.probes.probe import Result, Secret
from lightship.edges.probes.secrets import secret
from lightship.run.cli import cli
from lightship.run.exit_codes import ExitCode
from lightship.run.waterfall import Measurement, lines
from lightship.vocabulary.errors import BadInput
from tests.support.nginx import Nginx, free_port


@pytest.mark.needs("nginx-light")
def test_every_stage_is_shown_and_a_target_that_is_up_ends_with_nought(tmp_path: Path) -> None:
    server = Nginx(tmp_path)
    server.start()
    done = CliRunner().invoke(cli, ["check", server.address])
    server.stop()
    assert done.exit_code == ExitCode.OK
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        "up", "name", "connect", "request", "answer", "transfer",
    ]  # fmt: skip


def test_a_target_that_is_down_ends_with_one_and_says_where() -> None:
    done = CliRunner().invoke(cli, ["check", f"tcp://127.0.0.1:{free_port()}"])
    assert done.exit_code == ExitCode.CHECK_FAILED
    assert "refused at connect" in done.stdout
    assert "✗ connect" in done.stdout


def test_machines_get_the_stages_as_json() -> None:
    done = CliRunner().invoke(cli, ["check", f"tcp://127.0.0.1:{free_port()}", "--json"])
    (found,) = json.loads(done.stdout)
    assert (found["family"], found["result"]["failure"]) == ("IPv4", "refused")


def test_each_bar_starts_where_the_one_before_ended() -> None:
    result = Result(
        True, "answer", None, (("name", 1.0), ("connect", 1.0), ("answer", 2.0)), expires=864_000.0
    )
    said = list(lines(check("http://example.org/"), [Measurement("", "IPv4", result)]))
    assert [line.index("█") for line in said[1:4]] == [14, 24, 34]
    assert said[4].endswith("good for another 10 days: renew it now")


def test_a_secret_is_shown_nowhere() -> None:
    made = check("imap://me@mail.example", secret=Secret("hunter2"))
    assert "hunter2" not in repr(made)
    assert made.user == "me"


def test_a_secret_comes_by_reference(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PROBE_WORD", "from the environment")
    (tmp_path / "word").write_text("from a file\n")
    assert secret("env:PROBE_WORD", "here") == Secret("from the environment")
    assert secret(f"file:{tmp_path}/word", "here") == Secret("from a file")
    assert secret("command:echo from a command", "here") == Secret("from a command")


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("hunter2", "this is no reference to a secret"),
        ("env:NO_SUCH_VARIABLE", "the environment has no NO_SUCH_VARIABLE"),
        ("file:/no/such/file", "cannot be read: FileNotFoundError"),
        ("file:/dev/null", "there is nothing behind"),
        ("command:false", "the command 'false' failed"),
    ],
)
def test_a_reference_that_leads_nowhere_says_so_without_repeating_a_secret(reference: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as raised:
        secret(reference, "checks[0].secret")
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("dns://127.0.0.1/x?tpye=A", "has no option 'tpye'"),
        ("dns://127.0.0.1/x?dnssec=maybe", "one of authority, resolver"),
        ("tcp://me@127.0.0.1:1", "nobody logs in over tcp"),
        ("imap://me:secret@127.0.0.1", "a password in an address"),
    ],
)
def test_an_option_or_a_user_that_means_nothing_is_refused(address: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        check(address)


def test_a_plug_in_is_run_with_its_words_and_held_to_what_is_expected() -> None:
    words = [
        "check",
        "exec://load",
        "--expect",
        "load1 < 5",
        "--",
        "/bin/sh",
        "-c",
        "echo 'OK - fine|load1=7'",
    ]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == ExitCode.CHECK_FAILED
    assert "DOWN  exec://load  wrong-answer at run: expected: load1 < 5; found 7" in done.stdout
    assert CliRunner().invoke(cli, [*words[:3], "load1 < 9", *words[4:]]).exit_code == ExitCode.OK


def test_what_nobody_knows_is_neither_up_nor_down() -> None:
    done = CliRunner().invoke(cli, ["check", "exec://x", "--", "/no/such/plug-in"])
    assert done.stdout.startswith("?     exec://x  not known: ")


def test_steps_come_from_a_file_and_a_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "steps.yaml"
    path.write_text("steps:\n- {step: hello, expect: x}\n- {step: bye, espect: x}\n")
    done = CliRunner().invoke(cli, ["check", "dialogue://127.0.0.1:1", "--steps", str(path)])
    assert isinstance(done.exception, BadInput)
    assert "steps.yaml:3:3 steps[1]: Object contains unknown field `espect`" in str(done.exception)


def test_several_secrets_are_told_apart_by_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONE", "of the user")
    monkeypatch.setenv("TWO", "of both")
    words = ["check", "radius://ann@127.0.0.1:1", "--timeout", "0.5", "--secret", "env:ONE"]
    assert "no secret that the server shares" in str(CliRunner().invoke(cli, words).exception)
    done = CliRunner().invoke(cli, [*words, "--secret", "shared=env:TWO"])
    assert done.exit_code == ExitCode.CHECK_FAILED
    assert "of both" not in done.output
