"""The account folder: whole files, provable, whatever dies or is typed."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lightship.edges.account_folder.folder import LIST, AccountFolder
from lightship.run.cli import run
from lightship.run.exit_codes import ExitCode
from lightship.vocabulary.errors import BadInput, StoreRefused
from lightship.vocabulary.time import Instant

AT = Instant(1_780_000_000_000)


@pytest.fixture
def bill(tmp_path: Path) -> Path:
    path = tmp_path / "bill may.pdf"
    path.write_bytes(b"%PDF 12 pounds")
    return path


def test_what_is_added_is_held_once_and_can_be_proved(tmp_path: Path, bill: Path) -> None:
    held = AccountFolder(tmp_path / "held")
    item, new = held.add(bill, "bill", "May", AT)
    assert new
    assert held.add(bill, "bill", "again", AT) == (item, False)
    bill.unlink()
    assert (held.root / item.file).read_bytes() == b"%PDF 12 pounds"
    assert held.verify(AT) == ()
    assert held.listing().verified_at == AT


def test_a_change_a_loss_and_a_stray_file_are_seen_and_mended_by_adding_again(
    tmp_path: Path, bill: Path
) -> None:
    held = AccountFolder(tmp_path / "held")
    item, _ = held.add(bill, "bill", "", AT)
    (held.root / item.file).write_bytes(b"%PDF 99 pounds")
    (held.root / "bill" / "stray.txt").write_text("x")
    assert held.verify(AT) == (f"{item.file}: its content has changed",)
    assert held.unlisted() == ("bill/stray.txt",)
    held.add(bill, "bill", "", AT)
    assert held.verify(AT) == ()
    (held.root / item.file).unlink()
    assert held.verify(AT) == (f"{item.file}: is gone",)


def test_an_export_holds_everything_and_overwrites_nothing(tmp_path: Path, bill: Path) -> None:
    held = AccountFolder(tmp_path / "held")
    item, _ = held.add(bill, "bill", "", AT)
    assert held.export(tmp_path / "all.zip") == 1
    assert set(zipfile.ZipFile(tmp_path / "all.zip").namelist()) == {item.file, LIST}
    with pytest.raises(BadInput, match="is there already"):
        held.export(tmp_path / "all.zip")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_name_stays_inside_the_folder(tmp_path: Path, name: str) -> None:
    source = tmp_path / "in" / name
    source.parent.mkdir(exist_ok=True)
    try:
        source.write_bytes(b"x")
    except OSError:  # "." and "..", and what this file system does not take
        return
    held = AccountFolder(tmp_path / "held")
    item, _ = held.add(source, "other", name, AT)
    assert (held.root / item.file).resolve().parent == (held.root / "other").resolve()
    assert held.verify(AT) == ()


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(BadInput, match="the path of a file"):
            AccountFolder(tmp_path / "held").add(path, "bill", "", AT)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 2}', '{"items": [{"kind": "x"}]}'])
def test_a_list_that_cannot_be_read_is_refused_and_left_alone(tmp_path: Path, text: str, bill: Path) -> None:
    (tmp_path / LIST).write_text(text)
    with pytest.raises(StoreRefused):
        AccountFolder(tmp_path).add(bill, "bill", "", AT)
    assert (tmp_path / LIST).read_text() == text


DIES = """
import os, signal, sys
from pathlib import Path
from lightship.edges.account_folder.folder import AccountFolder
held, puts = AccountFolder(Path(sys.argv[1])), [0]
real = held._put
def put(name, data):
    if puts[0] == int(sys.argv[3]): os.kill(os.getpid(), signal.SIGKILL)
    puts[0] += 1
    real(name, data)
held._put = put
held.add(Path(sys.argv[2]), "bill", "", 1)
"""


@pytest.mark.parametrize("step", [0, 1])
def test_kill_9_leaves_no_line_without_its_file(tmp_path: Path, bill: Path, step: int) -> None:
    held = AccountFolder(tmp_path / "held")
    done = subprocess.run([sys.executable, "-c", DIES, str(held.root), str(bill), str(step)], check=False)
    assert done.returncode < 0
    assert held.listing().items == ()
    held.add(bill, "bill", "", AT)
    assert held.verify(AT) == ()
    assert held.unlisted() == ()


def test_the_commands(tmp_path: Path, bill: Path, capfd: pytest.CaptureFixture[str]) -> None:
    where = ["--folder", str(tmp_path / "held")]
    assert (
        run(["keep", "account", "add", str(bill), "--kind", "bill", "--note", "May", *where]) == ExitCode.OK
    )
    assert run(["keep", "account", "list", *where]) == ExitCode.OK
    assert "bill may.pdf  May" in capfd.readouterr().out
    assert run(["keep", "account", "verify", *where]) == ExitCode.OK
    assert run(["keep", "account", "export", str(tmp_path / "all.zip"), *where]) == ExitCode.OK
    next((tmp_path / "held" / "bill").iterdir()).write_bytes(b"other")
    assert run(["keep", "account", "verify", "--json", *where]) == ExitCode.CHECK_FAILED
    assert "its content has changed" in capfd.readouterr().out
