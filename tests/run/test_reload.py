"""A hub whose file changes while it is served: a real process, told by the command and by itself."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lightship.run.configuration import Configuration
from lightship.run.planning import plan
from lightship.run.reloading import process_of, told
from lightship.vocabulary.errors import BadInput
from tests.support.nginx import free_port

FILE = """\
zone: UTC
page: {{listen: "127.0.0.1:0"}}
controls: []
checks:
  - {{url: "tcp://127.0.0.1:{0}", every: 1}}
"""


class Served:
    """`lightship serve`, and what it says."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "lightship.yaml"
        self.write(FILE.format(free_port()))
        words = [sys.executable, "-m", "lightship", "serve", str(self.file), "-v"]
        self.process = subprocess.Popen(
            words, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.hears("down ")

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)

    def write(self, text: str) -> None:
        """As an editor does: a new file in the old one's place."""
        new = self.file.with_suffix(".new")
        new.write_text(text)
        new.replace(self.file)

    def hears(self, text: str, since: int = 0, seconds: float = 40.0) -> str:
        """The first line with it."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            for line in self.lines[since:]:
                if text in line:
                    return line
            time.sleep(0.05)
        raise AssertionError(f"never said {text!r}: {''.join(self.lines)}")

    def reload(self) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, "-m", "lightship", "reload", "--hub", str(self.file)]
        return subprocess.run(words, capture_output=True, text=True)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(15)
        self._reader.join(5)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = Served(tmp_path_factory.mktemp("served"))
    yield made
    made.stop()


def test_a_changed_file_is_taken_over_by_itself_and_a_broken_one_changes_nothing(served: Served) -> None:
    sound, other = served.file.read_text(), free_port()
    served.write(sound.replace("checks:", "checks: ["))
    assert "the configuration from before goes on" in served.hears("lightship.yaml:", len(served.lines))
    since = len(served.lines)
    served.hears("down ", since)  # it still measures
    served.write(f"{sound}  - {{url: 'tcp://127.0.0.1:{other}', every: 1}}\n")
    served.hears("read anew: 1 checks as before, 0 changed, 1 added, 0 gone", since)
    served.hears(f"tcp://127.0.0.1:{other}", since)


def test_reload_refuses_what_is_not_sound_and_has_the_hub_read_what_is(served: Served) -> None:
    sound = served.file.read_text()
    served.write(sound.replace("every: 1", "every: 0.1", 1))
    refused = served.reload()
    assert (refused.returncode, "0.1 s; from 1 to 60 s" in refused.stderr) == (3, True), refused.stderr
    since = len(served.lines)
    served.write(sound.replace("zone: UTC", "zone: Europe/Paris\nstore: elsewhere.db"))
    served.hears("these count from the next start: store", since)
    back = len(served.lines)
    served.write(sound)
    served.hears("read anew:", back)  # by itself, so that what the command brings about is told apart from it
    done = served.reload()
    assert (done.returncode, f"Process {served.process.pid} takes it over" in done.stdout) == (0, True), (
        done.stderr
    )
    served.hears("read anew: 2 checks as before, 0 changed, 0 added, 0 gone", since)
    assert served.process.poll() is None


def test_where_nobody_serves_the_store_the_command_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nobody serves this store"):
        process_of(tmp_path / "lightship.db")


def test_what_changed_is_told_by_what_it_is(tmp_path: Path) -> None:
    one, other = "https://a.example.org", "https://b.example.org"
    old = plan(Configuration([one, other], controls=[]), tmp_path)
    new = plan(Configuration([one], controls=[], contact="x@example.org", store="other.db"), tmp_path)
    assert told(old, new) == [
        "read anew: 0 checks as before, 1 changed, 0 added, 1 gone", "these count from the next start: store"
    ]  # fmt: skip
