"""What several bars share: ratios of runs, and the bound that the server sets."""

import statistics
import time
from pathlib import Path

from lightship.edges.mailboxes.copy.reader import Reader
from lightship.edges.mailboxes.imap.bodies import fetch
from lightship.edges.mailboxes.imap.client import Client
from lightship.edges.mailboxes.imap.connecting import Server
from lightship.endure.keeping.groups import groups
from lightship.run.benches.mail.programs import Run
from lightship.run.benches.mail.server import PASSWORD
from lightship.run.benches.measured import Measured


def served_in(port: int, messages: int) -> float:
    """Seconds in which a server sends all messages to a client that keeps nothing: no pull can be quicker."""
    began = time.perf_counter()
    with Client.at(Server("127.0.0.1", port, "me", "none"), PASSWORD) as client:
        client.open(b"INBOX")
        wanted = groups((each.uid, each.size) for each in client.survey(b"1:*"))
        came = sum(1 for _ in fetch(client.session, list(wanted)))
    assert came == messages, "it sends all"
    return time.perf_counter() - began


def ratio(
    what: str, unit: str, peer: list[Run] | None, mine: list[Run] | None, least: float, why: str = "",
    server: float | None = None,
) -> Measured:  # fmt: skip
    """How much quicker ours was, run by run."""
    if peer is None or mine is None:
        package = "offlineimap3" if "offlineimap" in unit else "isync"
        return Measured(what, unit, None, least=least, why_not=why or absent(unit.split()[1], package))
    ratios = tuple(theirs.seconds / own.seconds for theirs, own in zip(peer, mine, strict=True))
    beside: dict[str, float | str] = {
        f"{unit[2:]}, s": median(peer),
        "Lightship, s": median(mine),
        "peak, MB": max(r.peak for r in mine) / 1e6,
    }
    if server is not None:
        beside["Dovecot sends it in, s"] = server
    return Measured(what, unit, statistics.median(ratios), ratios, least=least, beside=beside)


def absent(program: str, package: str) -> str:
    """Why it was not measured."""
    return f"{program} is not here: apt-get install {package}"


def sound(run: Run) -> None:
    """Raises RuntimeError where a program failed."""
    if run.code:
        raise RuntimeError(f"a program that was to be measured failed ({run.code}): {run.said[-500:]}")


def median(runs: list[Run]) -> float:
    """Seconds."""
    return statistics.median(run.seconds for run in runs)


def milliseconds(reader: Reader, query: str) -> float:
    """Of one search."""
    began = time.perf_counter()
    reader.search(query)
    return (time.perf_counter() - began) * 1000


def size(copy: Path) -> int:
    """Bytes of a copy's catalogue."""
    return sum(path.stat().st_size for path in copy.glob("catalogue.db*"))
