"""A folder of published files: whole, in step with its manifest, never backwards, careful with what is not ours."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import brotli
import pytest

from lightship.edges.mirrors.directory import Directory
from lightship.edges.mirrors.packing import Packer, Release, pack_file
from lightship.vocabulary.errors import StoreRefused

LONG = "all is calm " * 2_000


def release(sequence: int, **texts: str) -> Release:
    """A release of files named with an underscore for the slash."""
    named = {path.replace("__", "/") + ".html": text for path, text in texts.items()}
    return Packer().pack(named, sequence, "2031-03-05T09:00:00Z", simulated=True)


def listing(folder: Path) -> list[str]:
    """Every file in the folder, as a path below it."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def times(folder: Path) -> dict[str, tuple[int, int]]:
    """When and as which file each name was written."""
    return {
        each: ((folder / each).stat().st_mtime_ns, (folder / each).stat().st_ino) for each in listing(folder)
    }


def test_each_file_stands_beside_its_compressed_forms(tmp_path: Path) -> None:
    Directory(tmp_path / "site").publish(release(1, index=LONG, a__01904__index="York " * 400, small="few"))
    site = tmp_path / "site"
    assert listing(site) == [
        "a/01904/index.html", "a/01904/index.html.gz", "index.html", "index.html.br", "index.html.gz",
        "manifest.json", "small.html",
    ]  # fmt: skip
    assert gzip.decompress((site / "index.html.gz").read_bytes()).decode() == LONG
    assert brotli.decompress((site / "index.html.br").read_bytes()).decode() == LONG


def test_the_same_content_packs_to_the_same_bytes() -> None:
    assert pack_file(LONG.encode()) == pack_file(LONG.encode())


def test_the_manifest_lists_every_file_with_its_digest(tmp_path: Path) -> None:
    Directory(tmp_path).publish(release(7, index=LONG))
    manifest = json.loads((tmp_path / "manifest.json").read_bytes())
    assert manifest["sequence"] == 7
    assert manifest["simulated"] is True
    assert manifest["files"] == {
        "index.html": {"sha256": pack_file(LONG.encode()).digest, "bytes": len(LONG)}
    }


def test_what_did_not_change_is_not_written_again(tmp_path: Path) -> None:
    mirror = Directory(tmp_path)
    assert mirror.publish(release(1, index="old", about=LONG)) == 2
    before = times(tmp_path)
    assert mirror.publish(release(2, index="new", about=LONG)) == 1
    after = times(tmp_path)
    assert {each for each in after if after[each] != before[each]} == {"index.html", "manifest.json"}


def test_the_same_release_again_changes_nothing(tmp_path: Path) -> None:
    mirror = Directory(tmp_path)
    mirror.publish(release(3, index="old"))
    before = times(tmp_path)
    assert mirror.publish(release(3, index="old")) == 0
    assert times(tmp_path) == before


def test_a_page_that_is_gone_is_removed_with_its_folder(tmp_path: Path) -> None:
    mirror = Directory(tmp_path)
    mirror.publish(release(1, index="x", i__1__index=LONG))
    mirror.publish(release(2, index="x"))
    assert listing(tmp_path) == ["index.html", "manifest.json"]
    assert not (tmp_path / "i").exists()


def test_a_file_that_shrank_loses_its_compressed_forms(tmp_path: Path) -> None:
    mirror = Directory(tmp_path)
    mirror.publish(release(1, index=LONG))
    mirror.publish(release(2, index="short"))
    assert listing(tmp_path) == ["index.html", "manifest.json"]


def test_a_mirror_never_goes_back(tmp_path: Path) -> None:
    Directory(tmp_path).publish(release(5, index="newer"))
    mirror = Directory(tmp_path)
    assert mirror.sequence == 5
    with pytest.raises(StoreRefused, match="holds release 5, and this one is 4"):
        mirror.publish(release(4, index="older"))
    assert (tmp_path / "index.html").read_text() == "newer"


def test_a_folder_with_somebody_elses_files_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(StoreRefused, match=r"holds 'index\.html' and no manifest\.json"):
        Directory(tmp_path)
    assert listing(tmp_path) == ["index.html"]


def test_a_strange_file_among_ours_is_left_alone(tmp_path: Path) -> None:
    mirror = Directory(tmp_path)
    mirror.publish(release(1, index="x"))
    (tmp_path / "google123.html").write_text("proof of ownership")
    mirror.publish(release(2, index="y"))
    assert "google123.html" in listing(tmp_path)


def test_a_broken_manifest_is_named_not_guessed_at(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(StoreRefused, match="is not a manifest of ours"):
        Directory(tmp_path)


def test_a_path_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreRefused, match="name another folder"):
        Directory(tmp_path / "file")


@pytest.mark.parametrize("harm", ["emptied", "gone", "half a gzip"])
def test_what_was_lost_in_a_power_cut_is_written_anew_at_the_next_start(tmp_path: Path, harm: str) -> None:
    Directory(tmp_path).publish(release(1, index=LONG))
    if harm == "emptied":
        (tmp_path / "index.html").write_text("")
    elif harm == "gone":
        (tmp_path / "index.html.br").unlink()
    else:
        whole = (tmp_path / "index.html.gz").read_bytes()
        (tmp_path / "index.html.gz").write_bytes(whole[: len(whole) // 2])
    Directory(tmp_path).publish(release(2, index=LONG))
    assert (tmp_path / "index.html").read_text() == LONG
    assert gzip.decompress((tmp_path / "index.html.gz").read_bytes()).decode() == LONG
    assert (tmp_path / "index.html.br").exists()


def test_what_a_crash_left_on_its_way_is_cleared_at_the_next_start(tmp_path: Path) -> None:
    Directory(tmp_path).publish(release(1, index="x"))
    (tmp_path / ".index.html.gz.new").write_bytes(b"half")
    Directory(tmp_path)
    assert listing(tmp_path) == ["index.html", "manifest.json"]


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from lightship.edges.mirrors.directory import Directory
from lightship.vocabulary.errors import StoreRefused
from tests.edges.test_mirror_directory import release
mirror = Directory(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))
try:
    mirror.publish(release(2, a="new a", index="new " * 3_000, z="new z"))
except StoreRefused as error:
    print(error)
"""


def test_where_the_disk_takes_no_more_the_old_release_stands_whole(tmp_path: Path) -> None:
    """A real refusal by the operating system: a limit on the size of files, so that a write fails in the middle."""
    Directory(tmp_path).publish(release(1, a="old a", index="old index", z="old z"))
    before = {each: (tmp_path / each).read_bytes() for each in listing(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert "cannot be written (File too large); the pages that stood there stand" in done.stdout
    assert {each: (tmp_path / each).read_bytes() for each in listing(tmp_path)} == before


def test_a_place_that_cannot_be_written_is_a_clear_refusal(tmp_path: Path) -> None:
    mirror = Directory(tmp_path)
    mirror.publish(release(1, index="old"))
    (tmp_path / "a").write_text("a file where a folder should be")
    with pytest.raises(StoreRefused, match=r"cannot be written \(.+\); the pages that stood there stand"):
        mirror.publish(release(2, index="new", a__index="x"))
    assert (tmp_path / "index.html").read_text() == "old"
    assert listing(tmp_path) == ["a", "index.html", "manifest.json"]


@pytest.mark.parametrize("path", ["../up.html", "/etc/up.html", ""])
def test_no_path_leads_out_of_the_folder(tmp_path: Path, path: str) -> None:
    with pytest.raises(AssertionError, match="leads out"):
        Directory(tmp_path / "site").publish(Packer().pack({path: "x"}, 1, "", simulated=False))
    assert listing(tmp_path) == ["site/manifest.json"]


def test_only_what_changed_is_packed_again() -> None:
    packer = Packer()
    first = packer.pack({"a": LONG, "b": "x"}, 1, "", simulated=False)
    second = packer.pack({"a": LONG, "b": "y"}, 2, "", simulated=False)
    assert second.files["a"] is first.files["a"]
    assert second.files["b"] is not first.files["b"]
