"""A real nginx on loopback, in a folder of its own."""

import signal
import socket
import subprocess
import time
from pathlib import Path

from tests.support.debian import command


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Nginx:
    """Started by `start`, stopped by `stop`; its answers are set by `serve`, which reloads it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._answer = 'return 200 "working\\n";'

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def serve(self, answer: str) -> None:
        """What `location /` does from here on, for example `return 500;`."""
        self._answer = answer
        if self._process is not None:
            self.stop()
            self.start()

    def start(self) -> None:
        """Returns when it accepts connections."""
        (self.folder / "nginx.conf").write_text(self._configuration())
        self._process = subprocess.Popen(
            [
                command("nginx"),
                "-p",
                str(self.folder),
                "-c",
                "nginx.conf",
                "-e",
                str(self.folder / "error.log"),
            ]
        )
        for _ in range(200):
            with socket.socket() as sock:
                if sock.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError((self.folder / "error.log").read_text())

    def stop(self) -> None:
        """Returns when it is gone."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def freeze(self) -> None:
        """From here on connections are accepted, by the kernel, and nothing answers."""
        assert self._process is not None, "it must have been started"
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Answer again."""
        assert self._process is not None, "it must have been started"
        self._process.send_signal(signal.SIGCONT)

    def _configuration(self) -> str:
        return f"""
            daemon off; master_process off; pid {self.folder}/pid; error_log {self.folder}/error.log;
            events {{ worker_connections 64; }}
            http {{
              access_log off;
              client_body_temp_path {self.folder}; proxy_temp_path {self.folder}; fastcgi_temp_path {self.folder};
              uwsgi_temp_path {self.folder}; scgi_temp_path {self.folder};
              server {{ listen 127.0.0.1:{self.port}; location / {{ default_type text/plain; {self._answer} }} }}
            }}
        """
