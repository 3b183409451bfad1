"""The journey of a message, there and back: our CPU beside that of Nagios' plug-in, over real Postfix and Dovecot."""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import uvloop

from lightship.edges.probes.address import check, probe_for
from lightship.edges.probes.probe import Secret
from lightship.edges.probes.stages import verified
from lightship.run.benches.mail.postfix import DOMAIN, Postfix
from lightship.run.benches.mail.programs import program
from lightship.run.benches.mail.server import PASSWORD, Dovecot
from lightship.run.benches.measured import Measured
from lightship.run.benches.probes.certificates import Authority

PLUGIN = Path("/usr/lib/nagios/plugins/check_email_delivery")
WHAT = "mail there and back: CPU / check_email_delivery"
PARTS = {"postfix": "postfix", "dovecot": "dovecot-imapd"}


class Trips(msgspec.Struct, frozen=True):
    """CPU seconds and seconds of one journey: medians over several, without the first of a process."""

    cpu: float
    wall: float


def measure(runs: int) -> Measured:
    """The ratio of CPU for one journey; ours with TLS and verified certificates, theirs without TLS."""
    missing = [package for name, package in PARTS.items() if program(name) is None]
    if not PLUGIN.exists():
        missing += ["monitoring-plugins-contrib", "libmail-imapclient-perl"]
    if missing or os.geteuid():
        why = f"not here: apt-get install {' '.join(missing)}" if missing else "wants root"
        return Measured(WHAT, "ratio", None, bar=0.125, why_not=why)
    with tempfile.TemporaryDirectory(prefix="ls-", dir="/var/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        authority = Authority(folder)
        certificate, key = authority.issue(folder / "site", "localhost", "127.0.0.1")
        with (
            Dovecot(folder / "d", certificate=certificate, key=key) as dovecot,
            Postfix(folder / "p", dovecot, certificate, key) as postfix,
        ):
            trip = _ours(postfix, dovecot, authority.certificate)
            pairs = [(trip(), _theirs(postfix, dovecot)) for _ in range(runs)]
    return _told(pairs)


def _told(pairs: list[tuple[Trips, Trips]]) -> Measured:
    ratios = [ours.cpu / theirs.cpu for ours, theirs in pairs]
    beside: dict[str, float | str] = {}
    for name, sides in (("ours", [a for a, _ in pairs]), ("theirs", [b for _, b in pairs])):
        beside[f"{name}, ms CPU"] = statistics.median(each.cpu for each in sides) * 1e3
        beside[f"{name}, ms in all"] = statistics.median(each.wall for each in sides) * 1e3
    return Measured(WHAT, "ratio", statistics.median(ratios), tuple(ratios), 0.125, beside)


def _ours(postfix: Postfix, dovecot: Dovecot, trusted: Path) -> Callable[[], Trips]:
    address = (
        f"mail://ann@127.0.0.1:{dovecot.tls_port}?submit=127.0.0.1:{postfix.submission_port}&to=ann@{DOMAIN}"
    )
    words = [sys.executable, "-m", __name__, address]

    def trip() -> Trips:
        done = subprocess.run(  # noqa: S603 - our own words
            words, check=True, capture_output=True, env={**os.environ, "SSL_CERT_FILE": str(trusted)}
        )
        return msgspec.json.decode(done.stdout, type=Trips)

    return trip


def _theirs(postfix: Postfix, dovecot: Dovecot) -> Trips:
    words = [
        str(PLUGIN), "-H", "127.0.0.1", "--smtp-port", str(postfix.port), "--mailto", f"ann@{DOMAIN}",
        "--mailfrom", f"probe@{DOMAIN}", "--imap-port", str(dovecot.port), "--username", "ann",
        "--password", PASSWORD, "--imap-check-interval", "1", "--libexec", str(PLUGIN.parent), "-w", "60,60",
        "-c", "120,120",
    ]  # fmt: skip
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if done.returncode:
        raise ValueError(f"check_email_delivery: {done.stdout}{done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Trips(spent, time.monotonic() - began)


async def _run(address: str, many: int) -> Trips:
    made, probe = check(address, timeout=30.0, secret=Secret(PASSWORD)), probe_for("mail")
    verified()
    await probe.measure(made)
    spent, took = list[float](), list[float]()
    for _ in range(many):
        began, wall = time.process_time(), time.monotonic()
        result = await probe.measure(made)
        if not result.up:
            raise ValueError(f"our own journey failed: {result.failure} at {result.stage}: {result.detail}")
        spent.append(time.process_time() - began)
        took.append(time.monotonic() - wall)
    return Trips(statistics.median(spent), statistics.median(took))


if __name__ == "__main__":
    sys.stdout.write(msgspec.json.encode(uvloop.run(_run(sys.argv[1], 5))).decode())
