"""`lightship wan protect` in the laboratory, heard as it speaks."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from lightship.run.benches.wan.lab import TARGETS, Lab, options


class Protecting:
    """A running `wan protect --json`; `said` grows as it speaks, each with `heard`, our monotonic seconds."""

    def __init__(self, lab: Lab, data: Path, *more: str, ready: bool = True) -> None:
        self.lab, self.data, self.said = lab, data, list[dict[str, Any]]()
        words = [
            sys.executable,
            "-m",
            "lightship",
            "wan",
            "protect",
            *options("--json", *more, data=str(data)),
        ]
        self.process = lab.start("box", *words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if ready:
            self.wait(
                "lines", lambda each: all(line["heard_seconds_ago"] is not None for line in each["lines"])
            )

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in iter(self.process.stdout.readline, b""):
            self.said.append({**json.loads(line), "heard": time.monotonic()})

    def wait(self, event: str, right: Any = lambda each: True, seconds: float = 25.0) -> dict[str, Any]:
        """The first such event; a failure after so many seconds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = [each for each in list(self.said) if each["event"] == event and right(each)]
            if found:
                return found[0]
            if self.process.poll() is not None and not self._reader.is_alive():
                break
            time.sleep(0.02)
        raise AssertionError(f"no {event} within {seconds} s: {self.said[-8:]} {self.errors()}")

    def errors(self) -> str:
        """What it printed to standard error, where it has ended."""
        if self.process.poll() is None or self.process.stderr is None:
            return ""
        return self.process.stderr.read().decode()

    def end(self) -> int:
        """As systemd would end it."""
        self.process.terminate()
        code = self.process.wait(20)
        self._reader.join(5)
        return code


def rules(lab: Lab) -> str:
    """What stands of ours in the box: rules, routes, filters. Empty where nothing does."""
    found = []
    for family in ("-4", "-6"):
        found += [line for line in lab.run("box", "ip", family, "rule").splitlines() if "proto 76" in line]
        found += lab.run("box", "ip", family, "route", "show", "table", "7676", check=False).splitlines()
    found += [line for line in lab.run("box", "nft", "list", "tables").splitlines() if "lightship" in line]
    return "\n".join(found)


def soon(right: Any, seconds: float = 8.0) -> bool:
    """Whether it becomes true within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if right():
            return True
        time.sleep(0.05)
    return False


def lightship(
    lab: Lab, *words: str, which: str = "box", before: tuple[str, ...] = ()
) -> "subprocess.CompletedProcess[str]":
    command = [
        "ip",
        "netns",
        "exec",
        lab.space(which),
        *before,
        sys.executable,
        "-m",
        "lightship",
        "wan",
        *words,
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def way(lab: Lab, to: str = TARGETS[0]) -> str:
    """The device by which the box would send to an address now."""
    return lab.run("box", "ip", "route", "get", to, check=False).partition(" dev ")[2].split(" ")[0]
