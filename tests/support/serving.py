"""Real servers that run in the foreground, in a folder of their own, for as long as a test wants them."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


class Foreground:
    """One process; started by `start`, stopped by `stop`.

    Args:
        words: the command line.
        ready: whether it answers yet.
        folder: where its output goes.
    """

    def __init__(self, words: list[str], folder: Path, ready: Callable[[], bool]) -> None:
        self.words, self.ready, self.log = words, ready, folder / "output.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when it answers. Raises AssertionError with its output where it does not within ten seconds."""
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                self.words, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        for _ in range(500):
            if self._process.poll() is not None or self.ready():
                break
            time.sleep(0.02)
        if self._process.poll() is not None or not self.ready():
            self.stop()
            raise AssertionError(self.log.read_text())

    def stop(self) -> None:
        """Returns when it is gone."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)  # with its children, which would outlive it
                self._process.wait(5)
            self._process = None


def free_udp_port() -> int:
    """A port of 127.0.0.1 that is free for UDP and for TCP now."""
    for _ in range(50):
        with socket.socket(type=socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
            udp.bind(("127.0.0.1", 0))
            port = int(udp.getsockname()[1])
            try:
                tcp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port is free for both")
