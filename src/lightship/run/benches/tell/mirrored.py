"""From a release in which every page is new to copies that were looked at: a folder and one by rsync, read by HTTP."""

import functools
import http.server
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from lightship.edges.clock import now
from lightship.edges.files.templates import template_texts
from lightship.edges.mirrors.mirror import open_mirror
from lightship.edges.mirrors.packing import Packer, Release
from lightship.edges.mirrors.pushing import Pushing, Standing
from lightship.edges.mirrors.reading_back import over_http
from lightship.edges.mirrors.signing import Signer
from lightship.run.benches.measured import Measured
from lightship.run.benches.publish import national, with_another_headline
from lightship.tell.site import Site
from lightship.vocabulary.time import iso

BAR_SECONDS = 10.0


def measure() -> Measured:
    """Seconds until the slower of both was seen whole, signed and new; rendering counted in."""
    with tempfile.TemporaryDirectory(prefix="lightship-bench-") as name:
        folder = Path(name)
        before, site, packer = national(folder), Site(template_texts()), Packer()
        signer = Signer(folder / "site.key")

        def release(number: int) -> Release:
            texts = site.files(with_another_headline(before, number))
            made = packer.pack(texts, before.sequence + number, iso(before.at), simulated=True)
            return msgspec.structs.replace(made, signature=signer.seal(made.manifest.raw, made.sequence))

        with _serving(folder) as url:
            kinds = ["directory", *(["rsync"] if shutil.which("rsync") else [])]
            copies = [
                _pushing(kind, folder / f"copy-{kind}", folder, f"{url}/copy-{kind}", signer)
                for kind in kinds
            ]
            first = release(0)
            for each in copies:
                each.once(first, now())
            began = time.perf_counter()
            second = release(1)
            made = time.perf_counter() - began
            took = {each.standing.kind: _pushed(each, second) for each in copies}
        good = all(each.standing.release == second.sequence for each in copies)
    beside: dict[str, float | str] = {"render and compress, s": made, "files": len(second.files)}
    beside |= {f"{kind}, push and read back, s": seconds for kind, seconds in took.items()}
    beside |= {"rsync": "not here, so not measured"} if "rsync" not in took else {}
    beside |= {each.standing.kind: each.standing.trouble for each in copies if each.standing.trouble}
    figure = made + max(took.values()) if good else None
    what = "a release with every page new, until each copy was seen whole and signed"
    return Measured(
        what, "s", figure, bar=BAR_SECONDS, beside=beside, why_not="" if good else "a copy is not good"
    )


def _pushing(kind: str, to: Path, folder: Path, url: str, signer: Signer) -> Pushing:
    mirror = open_mirror(kind, {"to": str(to)}, folder / f"staging-{kind}", "bench")
    return Pushing(kind, kind, mirror, over_http(url), url, signer.public, now, lambda: 0.5, _hear)


def _hear(standing: Standing) -> None:
    """The standing is looked at afterwards."""


def _pushed(push: Pushing, release: Release) -> float:
    began = time.perf_counter()
    push.once(release, now())
    return time.perf_counter() - began


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *words: object) -> None:
        """Nothing."""


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
