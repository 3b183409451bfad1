"""CPU per probe, ours beside theirs, in turn: the ratio of each pair, and the median of the ratios."""

import os
import resource
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from lightship.run.benches.mail.programs import program
from lightship.run.benches.measured import Measured
from lightship.run.benches.probes import ours
from lightship.run.benches.probes.blackbox import NAME, Blackbox, blackbox
from lightship.run.benches.probes.targets import Targets

Bar = tuple[str, Measured]

WANTED = {"nginx": "nginx-light", "knotd": "knot", NAME: NAME, "fping": "fping"}
"""Program -> Debian's package."""


def cpu(many: int, runs: int) -> Iterator[Bar]:
    """Every bar of CPU per probe.

    Args:
        many: probes a run. runs: of each side, in turn.
    """
    missing = [package for name, package in WANTED.items() if program(name) is None]
    if missing:
        why = f"not here: apt-get install {' '.join(missing)}"
        yield (
            "http",
            Measured("HTTP, CPU per probe / blackbox_exporter", "ratio", None, bar=0.25, why_not=why),
        )
        return
    with tempfile.TemporaryDirectory(prefix="lightship-bench-") as name:
        targets = Targets(Path(name))
        with targets.up(), blackbox(Path(name)) as theirs:
            yield from _streams(targets, theirs, many, runs)
            yield "dns", _pair(
                "DNS over UDP", 0.5, runs, _ours(f"dns://127.0.0.1:{targets.dns}/www.example.test?type=A", many, 32),
                lambda: theirs.cost("dns", f"127.0.0.1:{targets.dns}", many, 32),
            )  # fmt: skip
            yield from _echoes(theirs, many, runs)


def _streams(targets: Targets, theirs: Blackbox, many: int, runs: int) -> Iterator[Bar]:
    plain, tls = f"127.0.0.1:{targets.plain}", f"127.0.0.1:{targets.tls}"
    yield "http", _pair(
        "HTTP, a new connection each", 0.25, runs, _ours(f"http://{plain}/", many, 64),
        lambda: theirs.cost("http", f"http://{plain}/", many, 64),
    )  # fmt: skip
    few = max(300, many // 3)
    trusted = _ours(f"https://{tls}/", few, 32, SSL_CERT_FILE=str(targets.authority))
    yield "https", _pair(
        "HTTPS, a full handshake; ours verifies, theirs does not", 1.0, runs, trusted,
        lambda: theirs.cost("https", f"https://{tls}/", few, 32),
    )  # fmt: skip
    yield (
        "tcp",
        _pair(
            "TCP connect",
            0.25,
            runs,
            _ours(f"tcp://{plain}", many, 64),
            lambda: theirs.cost("tcp", plain, many, 64),
        ),
    )


def _echoes(theirs: Blackbox, many: int, runs: int) -> Iterator[Bar]:
    if os.geteuid():
        yield (
            "icmp",
            Measured("ICMP echo, CPU per probe / fping", "ratio", None, bar=1.5, why_not="wants root"),
        )
        return
    each = 10_000
    one_by_one = statistics.median(ours.cost("checks", "", 5_000, 0) for _ in range(runs))
    told: dict[str, float | str] = {"as a check, to its observation, us": one_by_one * 1e6}
    yield "icmp-fping", _pair(
        f"ICMP echo to {each:,} addresses / fping -r0 -i0", 1.5, runs, lambda: ours.cost("echoes", "", each, 0),
        lambda: _fping(each), told,
    )  # fmt: skip
    yield "icmp", _pair(
        "ICMP echo", 0.05, runs, lambda: ours.cost("echoes", "", each, 0),
        lambda: theirs.cost("icmp", "127.0.0.1", many, 64), told,
    )  # fmt: skip


def _ours(address: str, many: int, at_once: int, **environment: str) -> Callable[[], float]:
    return lambda: ours.cost("probes", address, many, at_once, **environment)


def _fping(many: int) -> float:
    """CPU seconds for one echo."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(  # noqa: S603 - our own words
        [program("fping") or "", "-q", "-r0", "-i0"], input="\n".join(ours.loopback(many)).encode(), check=True,
        capture_output=True,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / many


def _pair(
    what: str, bar: float, runs: int, our: Callable[[], float], their: Callable[[], float],
    beside: Mapping[str, float | str] | None = None,
) -> Measured:  # fmt: skip
    pairs = [(our(), their()) for _ in range(runs)]
    mine, theirs = (statistics.median(each) * 1e6 for each in zip(*pairs, strict=True))
    ratios = tuple(a / b for a, b in pairs)
    against = "" if "/" in what else " / blackbox_exporter"
    told: dict[str, float | str] = {"ours, us CPU": mine, "theirs, us CPU": theirs, **(beside or {})}
    return Measured(f"{what}: CPU per probe{against}", "ratio", statistics.median(ratios), ratios, bar, told)
