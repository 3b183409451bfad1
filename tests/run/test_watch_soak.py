"""The command as people run it, in real time: a few minutes."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.nginx import Nginx

pytestmark = [pytest.mark.soak, pytest.mark.needs("nginx-light")]


class Command:
    """`lightship watch --json` as a process; `events` are what it has said so far."""

    def __init__(self, folder: Path, address: str, number: int) -> None:
        self._said = folder / f"said-{number}"
        arguments = ["watch", address, "--json", "--listen", ":0", "--data", str(folder / "data")]
        with self._said.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "lightship", *arguments], stdout=out, env=os.environ
            )

    @property
    def events(self) -> list[dict[str, Any]]:
        return [
            json.loads(line)
            for line in self._said.read_bytes().splitlines(keepends=True)
            if line.endswith(b"\n")
        ]

    def wait_for(self, seconds: float, **wanted: str) -> dict[str, Any]:
        """The first event that has these fields."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            for each in self.events:
                if wanted.items() <= each.items():
                    return each
            time.sleep(0.2)
        raise AssertionError(f"no {wanted} within {seconds:g} s; it said {self.events}")


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Nginx]:
    server = Nginx(tmp_path)
    server.start()
    yield server
    server.stop()


def test_stopped_killed_started_and_back(nginx: Nginx, tmp_path: Path) -> None:
    first = Command(tmp_path, nginx.address, 1)
    page = first.wait_for(20, event="began")["page"]
    first.wait_for(70, event="tick")
    nginx.stop()
    opened = first.wait_for(190, event="incident", change="opened")["incident"]
    said = first.wait_for(5, event="said", incident=opened)
    with urllib.request.urlopen(page) as front:
        assert said["headline"].rstrip(".") in front.read().decode()
    first.process.kill()
    first.process.wait()

    second = Command(tmp_path, nginx.address, 2)
    assert second.wait_for(20, event="began")["still_open"] == [opened]
    nginx.start()
    second.wait_for(450, event="said", incident=opened, status="monitoring")
    assert not [each for each in second.events if each.get("change") == "opened"]
    second.process.terminate()
    assert second.process.wait(20) == 130
    assert second.events[-1]["event"] == "ended"
