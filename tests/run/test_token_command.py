"""`lightship token`, as a newcomer types it."""

import json
from pathlib import Path

import pytest

from lightship.edges.stores.tokens import TokenFile, beside
from lightship.run.cli import run
from lightship.run.exit_codes import ExitCode


@pytest.fixture
def hub(tmp_path: Path) -> str:
    file = tmp_path / "lightship.yaml"
    file.write_text("checks: [https://example.org]\nstore: data.db\n")
    return str(file)


def test_a_token_is_shown_once_and_can_be_listed_and_revoked(
    hub: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["token", "add", "prom", "--may", "push", "--may", "read", "--for", "90d", "--hub", hub]) == 0
    token, said = capsys.readouterr()
    assert "may push, read, until 20" in said
    file = TokenFile(beside(Path(hub).parent / "data.db"))
    found = file.find(token.strip())
    assert found is not None
    assert (found.name, sorted(found.may)) == ("prom", ["push", "read"])
    assert run(["token", "list", "--hub", hub]) == 0
    listed = capsys.readouterr().out
    assert "prom" in listed
    assert token.strip() not in listed
    assert run(["token", "revoke", "prom", "--hub", hub]) == 0
    assert file.find(token.strip()) is None
    capsys.readouterr()
    assert run(["token", "list", "--json", "--hub", hub]) == 0
    assert json.loads(capsys.readouterr().out)[0]["state"] == "revoked"
    file.close()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["add", "two words", "--may", "read"], ExitCode.BAD_INPUT), (["add", "x", "--may", "all"], ExitCode.USAGE),
        (["add", "x"], ExitCode.USAGE), (["revoke", "nobody"], ExitCode.BAD_INPUT),
    ],
)  # fmt: skip
def test_what_cannot_be_done_says_why(hub: str, words: list[str], code: ExitCode) -> None:
    assert run(["token", *words, "--hub", hub]) == code


def test_a_name_is_used_once_at_a_time(hub: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["token", "add", "x", "--may", "read", "--hub", hub]) == 0
    assert run(["token", "add", "x", "--may", "read", "--hub", hub]) == ExitCode.BAD_INPUT
    assert "in use" in capsys.readouterr().err
