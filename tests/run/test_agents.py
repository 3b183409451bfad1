"""A hub and its agents as processes, over TLS: enrolled, killed, cut off, lied to; what was measured arrives once."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lightship.edges.agents.hub.book import Book
from lightship.edges.agents.hub.tables import beside
from lightship.edges.agents.own.spool_file import peek
from lightship.run.cli import run
from lightship.run.exit_codes import ExitCode
from tests.support.certificates import Authority

MAP = """
map: lightship-map/1
id: small
provider: Wherry
synthetic: true
places: uk
source: stated
services:
  - {id: site, name: the web site, lines: 100, spread: by_area_code, areas: ["01603"], needs: [web]}
components: [{id: web, kind: front-end, name: web}]
probes:
  - {vantage: office, network: own, target: "tcp://127.0.0.1:PORT", service: site, via: [web]}
  - {vantage: home, network: mobile, target: "tcp://127.0.0.1:PORT", service: site, via: [web]}
"""
HUB = """
map: map.yaml
vantage: office
checks: [{url: "tcp://127.0.0.1:PORT", every: 1, timeout: 1}]
contact: noc@example.org
page: {listen: "127.0.0.1:LISTEN", certificate: tls/certificate.pem, key: tls/key.pem}
"""
LIGHTSHIP = Path(sys.executable).with_name("lightship")


def free_port() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


def until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not come to pass"
        time.sleep(0.1)


def answers(port: int) -> bool:
    with socket.socket() as made:
        return made.connect_ex(("127.0.0.1", port)) == 0


class Process:
    """One command of ours, killed at the end."""

    def __init__(self, log: Path, *words: str, **environment: str) -> None:
        self.log = log
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [LIGHTSHIP, *words], stdout=out, stderr=out, env=os.environ | environment, cwd=log.parent
            )

    def kill(self) -> None:
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


class Place:
    """A hub with an enrolled agent, and a target that both watch."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.listen, self.processes = folder, free_port(), list[Process]()
        self.target = socket.create_server(("127.0.0.1", 0))
        port = str(self.target.getsockname()[1])
        authority = Authority(folder)
        authority.issue(folder / "tls", "127.0.0.1")
        self.authority = str(authority.certificate)
        (folder / "map.yaml").write_text(MAP.replace("PORT", port))
        self.config = folder / "lightship.yaml"
        self.config.write_text(HUB.replace("PORT", port).replace("LISTEN", str(self.listen)))
        self.agent, self.url = folder / "agent", f"https://127.0.0.1:{self.listen}"

    def start_hub(self) -> Process:
        hub = self.started(self.folder / "hub.log", "serve", str(self.config))
        until(lambda: answers(self.listen))
        return hub

    def start_agent(self, **environment: str) -> Process:
        return self.started(
            self.folder / "agent.log", "agent", "run", "--data", str(self.agent), **environment
        )

    def started(self, log: Path, *words: str, **environment: str) -> Process:
        self.processes.append(Process(log, *words, **environment))
        return self.processes[-1]

    def stop(self) -> None:
        for each in self.processes:
            each.kill()
        self.target.close()

    def invite(self, capsys: pytest.CaptureFixture[str], name: str = "home") -> str:
        capsys.readouterr()
        assert (
            run(["agents", "invite", name, "--network", "mobile", "--hub", str(self.config)]) == ExitCode.OK
        )
        return capsys.readouterr().out.strip()

    def arrived(self) -> tuple[int, int]:
        book = Book(beside(self.folder / "lightship.db"))
        try:
            return book.count("home")
        finally:
            book.close()

    def heard(self) -> int:
        return self.arrived()[0]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    made = Place(tmp_path_factory.mktemp("place"))
    yield made
    made.stop()


@pytest.fixture
def hub(place: Place) -> Iterator[Process]:
    made = place.start_hub()
    yield made
    made.kill()


def enrol(place: Place, url: str, invitation: str, folder: Path, authority: str) -> int:
    return run(["agent", "enrol", url, invitation, "--data", str(folder), "--authority", authority])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["office", "--network", "x"], "office is this machine"), (["a b", "--network", "x"], "letters, digits"),
        (["a", "--network", " "], "the access network"), (["a", "--network", "x\ny"], "one line"),
        (["a", "--network", "x" * 81], "80 characters"),
    ],
)  # fmt: skip
def test_nobody_is_invited_by_a_name_or_network_that_will_not_do(
    place: Place, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["agents", "invite", *words, "--hub", str(place.config)]) == ExitCode.BAD_INPUT
    assert said in capsys.readouterr().err


def test_who_is_not_trusted_or_not_invited_is_not_enrolled(
    place: Place, hub: Process, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    invitation = place.invite(capsys)
    assert (
        run(["agent", "enrol", place.url, invitation, "--data", str(tmp_path / "a")]) == ExitCode.UNREACHABLE
    )
    assert "certificate is not trusted" in capsys.readouterr().err
    other = invitation[:-32] + "0" * 32
    assert enrol(place, place.url, other, tmp_path / "b", place.authority) == ExitCode.UNREACHABLE
    assert "another key" in capsys.readouterr().err
    assert enrol(place, place.url, invitation, tmp_path / "c", place.authority) == ExitCode.UNREACHABLE
    assert "not good" in capsys.readouterr().err, "it was used up by the one that did not trust the key"
    assert enrol(place, place.url, "rubbish", tmp_path / "d", place.authority) == ExitCode.BAD_INPUT
    assert run(["agent", "run", "--data", str(tmp_path / "e")]) == ExitCode.BAD_INPUT
    assert not (tmp_path / "b").joinpath("identity.json").exists()


def test_killed_and_cut_off_nothing_is_lost_and_nothing_comes_twice(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = place.start_hub()
    assert enrol(place, place.url, place.invite(capsys), place.agent, place.authority) == ExitCode.OK
    own = place.agent / "agent.yaml"
    own.write_text(own.read_text().replace("own: []", "own: [127.0.0.0/8]"))
    agent = place.start_agent()
    until(lambda: place.heard() >= 3)
    hub.kill()
    kept = place.heard()
    until(lambda: peek(place.agent / "spool.db")[0] >= 1)
    agent.kill()
    agent = place.start_agent()  # it goes on by the orders of before
    until(lambda: peek(place.agent / "spool.db")[0] >= 3)
    capsys.readouterr()
    assert run(["agent", "status", "--json", "--data", str(place.agent)]) == ExitCode.OK
    status = json.loads(capsys.readouterr().out)
    assert status["targets"] == [f"tcp://127.0.0.1:{place.target.getsockname()[1]}"]
    hub = place.start_hub()
    until(lambda: place.heard() >= kept + status["waiting"])
    agent.kill()
    hub.kill()
    held, different = place.arrived()
    assert held == different
    epochs = _gaps(place)
    assert len(epochs) == 2
    assert set(epochs.values()) == {0}, "kill -9 costs the last half second, and leaves no gap"
    assert run(["agents", "list", "--json", "--hub", str(place.config)]) == ExitCode.OK
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["name"], listed["network"], listed["dropped"]) == ("home", "mobile", 0)
    assert abs(listed["clock"]) < 500


def _gaps(place: Place) -> dict[str, int]:
    """How many seqs are missing of each run of the agent, below the highest that arrived."""
    import sqlite3

    db = sqlite3.connect(beside(place.folder / "lightship.db"))
    rows = db.execute("SELECT epoch, max(seq) - count(*) FROM result GROUP BY epoch").fetchall()
    db.close()
    return dict(rows)


def test_a_proxy_is_used_and_an_agent_that_was_let_go_is_refused(
    place: Place, hub: Process, capsys: pytest.CaptureFixture[str]
) -> None:
    with Tunnel() as tunnel:
        agent = place.start_agent(https_proxy=f"http://user:word@127.0.0.1:{tunnel.port}", no_proxy="")
        until(lambda: tunnel.asked >= 1)
        agent.kill()
    assert tunnel.lines[0] == f"CONNECT 127.0.0.1:{place.listen} HTTP/1.0"
    assert "Proxy-Authorization: Basic dXNlcjp3b3Jk" in tunnel.lines
    agent = place.start_agent()
    assert run(["agents", "remove", "home", "--hub", str(place.config)]) == ExitCode.OK
    until(lambda: "does not know this agent any more" in (place.folder / "agent.log").read_text())
    agent.kill()
    assert run(["agents", "remove", "home", "--hub", str(place.config)]) == ExitCode.BAD_INPUT


class Tunnel:
    """A proxy that says what it was asked, and then lets through what comes."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port, self.lines, self.asked = int(self._listening.getsockname()[1]), list[str](), 0

    def __enter__(self) -> "Tunnel":
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return
            head = b""
            while b"\r\n\r\n" not in head:
                head += near.recv(4096)
            self.lines += head.decode().split("\r\n")
            self.asked += 1
            near.close()
