"""What is probed, on loopback: a web server with and without TLS, and a name server. Real ones, of a bench's own."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lightship.run.benches.mail.programs import program
from lightship.run.benches.mail.server import free_port
from lightship.run.benches.probes.certificates import Authority

NAME = "localhost"
PATIENCE_SECONDS = 10.0

_NGINX = """\
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; worker_rlimit_nofile 4096;
events {{ worker_connections 2048; }}
http {{
  access_log off; ssl_session_cache off; ssl_session_tickets off; client_body_temp_path {folder}/body;
  server {{
    listen 127.0.0.1:{plain} backlog=1024; listen 127.0.0.1:{tls} ssl backlog=1024;
    ssl_certificate {certificate}; ssl_certificate_key {key};
    location / {{ default_type text/plain; return 200 "working well, thank you\\n"; }}
  }}
}}
"""

_KNOT = """\
server:
  rundir: "{folder}"
  listen: 127.0.0.1@{port}
  udp-workers: 1
database:
  storage: "{folder}"
zone:
  - domain: example.test
    file: "{folder}/zone"
"""

_ZONE = """\
$ORIGIN example.test.
$TTL 60
@ SOA ns1 admin 1 3600 600 86400 60
@ NS ns1
ns1 A 127.0.0.1
www A 192.0.2.80
"""


@contextmanager
def running(words: Sequence[str], core: int | None = None, **environment: str) -> Iterator[int]:
    """A program, while the block runs; gives its process id."""
    child = subprocess.Popen(  # noqa: S603 - our own words
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **environment}
    )
    pin(child.pid, core)
    try:
        yield child.pid
    finally:
        child.terminate()
        child.wait(PATIENCE_SECONDS)


def pin(process: int, core: int | None) -> None:
    """Let a process use one core alone; not where there is only one."""
    if core is not None and len(os.sched_getaffinity(0)) > 1:
        os.sched_setaffinity(process, {sorted(os.sched_getaffinity(0))[core]})


class Targets:
    """What a bench probes; every one on the second core. `missing`: what is not installed here."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.plain, self.tls, self.dns = folder, free_port(), free_port(), free_port()
        authority = Authority(folder)
        self.authority = authority.certificate
        certificate, key = authority.issue(folder / "site", NAME, "127.0.0.1")
        (folder / "nginx.conf").write_text(
            _NGINX.format(folder=folder, plain=self.plain, tls=self.tls, certificate=certificate, key=key)
        )
        (folder / "knot.conf").write_text(_KNOT.format(folder=folder, port=self.dns))
        (folder / "zone").write_text(_ZONE)

    @contextmanager
    def up(self) -> Iterator[None]:
        """They answer while the block runs."""
        nginx, knot = program("nginx") or "", program("knotd") or ""
        with (
            running([nginx, "-e", f"{self.folder}/start.log", "-c", f"{self.folder}/nginx.conf"], 1),
            running([knot, "-c", f"{self.folder}/knot.conf"], 1),
        ):
            for port in (self.plain, self.tls, self.dns):
                until_open(port)
            yield


def until_open(port: int, patience: float = PATIENCE_SECONDS) -> None:
    """Wait until it accepts. Raises TimeoutError."""
    ends = time.monotonic() + patience
    while time.monotonic() < ends:
        with socket.socket() as sock:
            if sock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(f"nothing listens on port {port}")
