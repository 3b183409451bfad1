"""The command line: quick, listed, and ending with a number that means something."""

import os
import resource
import subprocess
import sys
from importlib.util import find_spec

import click
import pytest

import lightship
from lightship.run.cli import COMMANDS, cli, run
from lightship.run.exit_codes import ExitCode
from lightship.vocabulary.errors import BadInput, LightshipError, StoreRefused, Unreachable

HELP_BAR_SECONDS = 0.3
HEAVY = ("numpy", "scipy", "sqlalchemy", "rich", "msgspec", "jinja2", "yaml")
THERE = [name for name, entry in COMMANDS.items() if find_spec(entry.target.partition(":")[0])]


def lightship_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `lightship` as a process of its own, as a person would."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    command = [sys.executable, "-m", "lightship", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=plain)


def failing(error: BaseException) -> click.Group:
    """A group whose command `fail` raises the error."""

    def fail() -> None:
        raise error

    return click.Group(commands=[click.Command("fail", callback=fail)])


def test_help_takes_less_than_its_bar_of_processor_time() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert lightship_command("--help").returncode == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent <= HELP_BAR_SECONDS


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from lightship.run.cli import run; run(['--help']); "
        f"print('loaded:', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.endswith("loaded: []\n")


def test_help_lists_every_command_under_its_purpose(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == ExitCode.OK
    said = " ".join(capsys.readouterr().out.split())
    for name in THERE:
        assert COMMANDS[name].purpose in said
        assert COMMANDS[name].summary in said


@pytest.mark.parametrize("name", THERE)
def test_the_summary_in_the_table_is_the_first_sentence_of_the_commands_own_help(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert (command.help or "").strip().splitlines()[0] == COMMANDS[name].summary


def test_version_names_the_program_and_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == ExitCode.OK
    assert capsys.readouterr().out == f"lightship {lightship.__version__}\n"


def test_an_unknown_command_is_a_usage_error_that_says_where_help_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["extinguish"]) == ExitCode.USAGE
    assert "lightship --help" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (
            BadInput("map.yaml:3:5 kind", "'buildng'", "one of building, duct"),
            3,
            "map.yaml:3:5 kind: 'buildng'; one",
        ),
        (StoreRefused("log.sqlite: written by a newer version"), 4, "log.sqlite: written by a newer version"),
        (Unreachable("127.0.0.1:9: refused"), 5, "127.0.0.1:9: refused"),
        (LightshipError("a deadline was missed"), 1, "a deadline was missed"),
        (PermissionError(13, "Permission denied", "map.yaml"), 3, "map.yaml: Permission denied"),
        (OSError(28, "No space left on device"), 4, "output: No space left on device"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
    ids=["bad-input", "store", "unreachable", "failed", "permission", "disk-full", "ctrl-c"],
)
def test_trouble_is_one_line_and_its_own_exit_code(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["fail"], failing(error)) == code
    err = capsys.readouterr().err
    assert err.strip().startswith(f"lightship: {said}")
    assert len(err.strip().splitlines()) == 1


def test_a_reader_that_goes_away_is_not_an_error_message() -> None:
    found = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m lightship completion bash | true; echo ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stderr == ""
    assert found.stdout in {"0\n", f"{int(ExitCode.PIPE_CLOSED)}\n"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_shell(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == ExitCode.OK
    assert "_LIGHTSHIP_COMPLETE" in capsys.readouterr().out
