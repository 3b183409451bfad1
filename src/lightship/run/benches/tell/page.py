"""The page under readers: our own process beside nginx with the same files, per second of the processor."""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lightship.edges.files.templates import template_texts
from lightship.edges.mirrors.directory import Directory
from lightship.edges.mirrors.packing import Packer
from lightship.run.benches.measured import Measured
from lightship.run.benches.publish import national
from lightship.run.benches.tell.load import Load, load
from lightship.tell.site import Site
from lightship.vocabulary.time import iso

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
RUNS, SECONDS = 3, 2.0
PAGE_LEAST, UNCHANGED_LEAST = 0.30, 0.35
_CONFIGURATION = """\
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off; keepalive_requests 1000000000; sendfile on; types {{ text/html html; }} charset utf-8;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; root {site}; index index.html; gzip_static on; gzip_vary on; }}
}}
"""


def bars() -> Iterator[tuple[str, Measured]]:
    """Both servers with one folder, in turn, median of three."""
    if NGINX is None:
        for what, least in (("page", PAGE_LEAST), ("304", UNCHANGED_LEAST)):
            yield (
                what,
                Measured(_name(what), "ratio", None, least=least, why_not="Debian's nginx is not here"),
            )
        return
    with tempfile.TemporaryDirectory(prefix="lightship-bench-") as folder:
        site = _site(Path(folder))
        with _ours(site) as (our_port, our_tree), _nginx(Path(folder), site) as (its_port, its_tree):
            for what, least in (("page", PAGE_LEAST), ("304", UNCHANGED_LEAST)):
                yield what, _beside(what, least, (our_port, our_tree), (its_port, its_tree))


def _name(what: str) -> str:
    return f"front page, {'gzip' if what == 'page' else 'not changed (304)'}: answers per CPU second, ours / nginx"


def _beside(what: str, least: float, ours: tuple[int, list[int]], its: tuple[int, list[int]]) -> Measured:
    rounds = [(_loaded(what, *ours), _loaded(what, *its)) for _ in range(RUNS)]
    ratios = [a.per_cpu_second / b.per_cpu_second for a, b in rounds]
    middle = sorted(rounds, key=lambda pair: pair[0].per_cpu_second / pair[1].per_cpu_second)[RUNS // 2]
    beside: dict[str, float | str] = {
        "ours, answers per CPU s": middle[0].per_cpu_second, "nginx, answers per CPU s": middle[1].per_cpu_second,
        "ours, p99, ms": middle[0].quantile(0.99) * 1000,
    }  # fmt: skip
    return Measured(
        _name(what), "ratio", statistics.median(ratios), tuple(ratios), least=least, beside=beside
    )


def _loaded(what: str, port: int, tree: list[int]) -> Load:
    """nginx and we have tags of our own, so each is asked for its own."""
    tag = _tag(port) if what == "304" else b""
    found = load(port, _request(tag), tree, SECONDS)
    assert found.status == (304 if tag else 200), f"{found.status} from port {port}"
    return found


def _request(tag: bytes = b"") -> bytes:
    unless = b"If-None-Match: " + tag + b"\r\n" if tag else b""
    return b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n" + unless + b"\r\n"


def _tag(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as asked:
        asked.sendall(_request())
        head = asked.recv(65536)
    line = next(each for each in head.split(b"\r\n") if each.lower().startswith(b"etag:"))
    return line.partition(b":")[2].strip()


def _site(folder: Path) -> Path:
    """Half an hour into a simulated national outage."""
    found = national(folder)
    release = Packer().pack(Site(template_texts()).files(found), 1, iso(found.at), simulated=True)
    Directory(folder / "site").publish(release)
    return folder / "site"


@contextmanager
def _ours(site: Path) -> Iterator[tuple[int, list[int]]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "lightship.run.benches.tell.serve", str(site)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline()), [process.pid]
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def _nginx(folder: Path, site: Path) -> Iterator[tuple[int, list[int]]]:
    assert NGINX is not None, "asked for only where it is"
    # As root nginx's worker becomes a user of its own, who has to reach the files.
    for each in (folder, site):
        each.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    written = folder / "nginx.conf"
    written.write_text(_CONFIGURATION.format(folder=folder, port=port, site=site))
    process = subprocess.Popen([NGINX, "-c", str(written), "-e", str(folder / "error.log")])
    try:
        _wait(port)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield port, [process.pid, *map(int, children)]
    finally:
        process.terminate()
        process.wait(10)


def _wait(port: int) -> None:
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise ConnectionError(f"nothing listens on port {port}")
