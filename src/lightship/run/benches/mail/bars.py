"""The bars of keeping mail, each measured beside the program that it is held against."""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from importlib import util
from pathlib import Path

from lightship.edges.mailboxes.copy.reader import Reader
from lightship.run.benches.mail import made_up
from lightship.run.benches.mail.comparing import absent, milliseconds, ratio, served_in, size, sound
from lightship.run.benches.mail.far_away import FarAway
from lightship.run.benches.mail.programs import Run, program
from lightship.run.benches.mail.programs_beside import (
    Pull,
    bare_python,
    client_alone,
    files,
    fresh,
    mbsync,
    offlineimap,
    ours,
    ours_again,
    ours_in_service,
)
from lightship.run.benches.mail.server import PASSWORD, Dovecot
from lightship.run.benches.measured import Measured

ROUND_TRIP = 0.030
_ENOUGH = 10_000
"""Messages from which on waiting for the server weighs more than the start of a process."""
LARGE = 50_000_000
_QUERIES = (
    "bill",
    "person",
    "made",
    "subject: of",
    "zz*",
    "an*",
    "the",
    "people: 17",
    "pdf",
    "up example",
)
_SETTLE_SECONDS = 1.5
"""mbsync sleeps where a folder was changed within the last second."""

_OURS = ("ours", "compact")

Bar = tuple[str, Measured]


def short() -> Iterator[Bar]:
    """Few messages, one run of each: the ratios, roughly."""
    return bars(messages=2_000, runs=1, slow_peer=False)


def bars(messages: int, runs: int, *, slow_peer: bool, above: Path | None = None) -> Iterator[Bar]:
    """Every bar, as it is measured.

    Args:
        runs: of each program in each cell, in turn.
        slow_peer: whether offlineimap3 runs, too: it takes a minute or more for 20,000 messages.
        above: where the folder of the bench is made: on the disk that is meant.
    """
    if program("dovecot") is None:
        yield (
            "pull",
            Measured(
                "first pull", "x mbsync", None, why_not="Dovecot is not here: apt-get install dovecot-imapd"
            ),
        )
        return
    # The server runs as a user without rights, who has to get there.
    with tempfile.TemporaryDirectory(prefix="lightship-bench-", dir=above) as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = Dovecot(folder / "server")
        on_the_wire = made_up.fill(server.mail("me"), messages)
        with server:
            bench = _Bench(folder, server, messages, on_the_wire, runs)
            yield from bench.pulls(slow_peer)
            yield from bench.again()
            yield from bench.far_away()
            yield from bench.memory()
            yield from bench.search()
            yield from bench.numbered_anew()
            yield from bench.restore()


class _Bench:
    def __init__(self, folder: Path, server: Dovecot, messages: int, on_the_wire: int, runs: int) -> None:
        self.folder, self.server, self.messages, self.runs = folder, server, messages, runs
        self.about = f"{messages:,} messages, {on_the_wire / 1e6:,.0f} MB, durable, same disk"
        self.on_the_wire = on_the_wire

    def pulls(self, slow_peer: bool) -> Iterator[Bar]:
        """First pulls, beside mbsync and offlineimap3."""
        pulls: dict[str, Pull] = {"mbsync": mbsync, "ours": ours, "compact": _compact}
        if slow_peer:
            pulls["offlineimap"] = offlineimap
        found = self._rounds(pulls, self.server.port)
        peer, mine, slow = found.get("mbsync"), found["ours"], found.get("offlineimap")
        yield (
            "pull",
            ratio(
                f"first pull: {self.about}",
                "x mbsync",
                peer,
                mine,
                2.5,
                server=served_in(self.server.port, self.messages),
            ),
        )
        yield "pull, compact", ratio("the same, compressed", "x mbsync", peer, found["compact"], 3.5)
        why = "" if slow_peer else "left out of the short form"
        yield "pull, offlineimap3", ratio("the first", "x offlineimap3", slow, mine, 10, why)

    def far_away(self) -> Iterator[Bar]:
        """At a distance of 30 ms."""
        with FarAway(self.server.port, ROUND_TRIP) as far:
            pulls: dict[str, Pull] = {"mbsync": mbsync, "ours": ours, "compact": _compact}
            found = self._rounds(pulls, far.port)
            alone = self._windows(far.port) if self.messages >= _ENOUGH else []
        peer = found.get("mbsync")
        yield "pull at 30 ms", ratio("first pull, 30 ms round trip", "x mbsync", peer, found["ours"], 1.0)
        why = (
            ""
            if self.messages >= _ENOUGH
            else f"below {_ENOUGH:,} messages the start of the process hides it"
        )
        what, unit = "our client alone, four commands under way", "x one at a time"
        ratios = tuple(one / four for one, four in alone)
        middle = statistics.median(ratios) if ratios else None
        yield "side by side at 30 ms", Measured(what, unit, middle, ratios, least=2.0, why_not=why)
        yield "compact at 30 ms", ratio("the same, compressed", "x mbsync", peer, found["compact"], 1.0)

    def _windows(self, port: int) -> list[tuple[float, float]]:
        """Seconds with one command under way at a time, and with four, in turn."""
        times = max(3, self.runs)
        return [
            (
                client_alone(self.folder, port, self.messages, 1),
                client_alone(self.folder, port, self.messages, 4),
            )
            for _ in range(times)
        ]

    def again(self) -> Iterator[Bar]:
        """A pass in which nothing changed."""
        what = "pass without a change, process and all"
        if program("mbsync") is None:
            yield "no change", Measured(what, "x mbsync's", None, why_not=absent("mbsync", "isync"))
            return
        time.sleep(_SETTLE_SECONDS)
        times = max(5, self.runs)
        near, port = self.folder / "mbsync", self.server.port
        pairs = [
            (ours_again(self.folder / "ours", port, "me"), mbsync(near, port, "me")) for _ in range(times)
        ]
        mine, peer = (statistics.median(each.seconds for each in runs) for runs in zip(*pairs, strict=True))
        ratios = tuple(own.seconds / theirs.seconds for own, theirs in pairs)
        start = statistics.median(each.seconds for each in (bare_python(near) for _ in range(times)))
        beside: dict[str, float | str] = {
            "Lightship, s": mine,
            "mbsync, s": peer,
            "Python's bare start, s": start,
            "it said": pairs[0][0].said.strip(),
        }
        yield "no change", Measured(what, "x mbsync's", mine / peer, ratios, bar=1.0, beside=beside)
        passes = ours_in_service(self.folder / "ours", "me")
        what, own = "the same pass, as `--every` makes it", statistics.median(passes)
        ratios = tuple(each / peer for each in passes)
        beside = {"Lightship, s": own, "mbsync, s": peer}
        yield (
            "no change, in service",
            Measured(what, "x mbsync's", own / peer, ratios, bar=1.0, beside=beside),
        )

    def memory(self) -> Iterator[Bar]:
        """With a message of 50 MB among the others."""
        made_up.large(self.server.mail("me") / "cur" / "1500000000.large.made:2,", LARGE)
        self.server.own()
        kinds: dict[str, tuple[str, ...]] = {"memory": (), "memory, compact": ("--compact",)}
        if util.find_spec("sqlcipher3"):
            kinds["memory, encrypted"] = ("--encrypt", "--passphrase-command", "echo of the bench")
        for name, options in kinds.items():
            run = ours(fresh(self.folder / "large"), self.server.port, "me", *options)
            sound(run)
            peak = run.peak / 1e6
            yield name, Measured(f"peak while pulling, a message of 50 MB{name[6:]}", "MB", peak, (peak,), 64)
        sound(ours(fresh(self.folder / "large"), self.server.port, "me"))

    def search(self) -> Iterator[Bar]:
        """Queries, and the size of the index."""
        began = time.perf_counter()
        from lightship.edges.clock import now
        from lightship.edges.mailboxes.copy.copy import Copy
        from lightship.run.mail.keeping import make_searchable

        copy = self.folder / "large" / "copy"
        before = size(copy)
        with Copy(copy, now()) as opened:
            made = make_searchable(opened)
            opened.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        took = time.perf_counter() - began
        share = (size(copy) - before) / (self.on_the_wire + LARGE) * 100
        reader = Reader(copy)
        spent = sorted(milliseconds(reader, query) for query in _QUERIES for _ in range(5))
        reader.close()
        beside = {"slowest, ms": spent[-1], "messages indexed a second": made / took}
        yield (
            "search",
            Measured("a search, median of 50", "ms", statistics.median(spent), tuple(spent), 20, beside),
        )
        yield "index", Measured("the index, of the mail", "%", share, (share,), 20)

    def numbered_anew(self) -> Iterator[Bar]:
        """UIDVALIDITY changes, with new mail at the same time."""
        folder = self.folder / "large"
        self.server.stop()
        self.server.forget("me")
        new = max(1, self.messages // 100)
        made_up.fill(self.server.mail("me"), new, seed=2, first=10_000_000)
        self.server.start()
        run = ours_again(folder, self.server.port, "me")
        sound(run)
        expected = self.messages + 1 + new
        wrong = abs(files(folder / "copy") - expected)
        yield (
            "numbered anew",
            Measured(
                "UIDVALIDITY changed: messages doubled or missed",
                "messages",
                wrong,
                (wrong,),
                0,
                {"said": run.said.strip()},
            ),
        )
        fetched = int(run.said.split(": ")[1].split(" ")[0].replace(",", ""))
        share = (fetched - new) / self.messages * 100
        yield "fetched again", Measured("of them, messages fetched again", "%", share, (share,), 5)

    def restore(self) -> Iterator[Bar]:
        """To an empty mailbox of another user."""
        import sys

        from lightship.run.benches.mail.programs import run

        done = run(
            [sys.executable, "-m", "lightship", "mail", "restore", "--to", f"imap://you@127.0.0.1:{self.server.port}",
             "--password-command", f"echo {PASSWORD}", "--copy", str(self.folder / "large" / "copy")],
            self.folder,
        )  # fmt: skip
        same, _, of = done.said.strip().splitlines()[-1].split(" ")[:3]
        share = int(same.replace(",", "")) / int(of.replace(",", "")) * 100
        yield (
            "restore",
            Measured(
                "restored: equal by hash, flags and date",
                "%",
                share,
                (share,),
                least=100,
                beside={"s": done.seconds},
            ),
        )

    def _rounds(self, pulls: Mapping[str, Pull], port: int) -> dict[str, list[Run]]:
        """Each program in turn, round by round, so that what else the machine does meets all alike."""
        here = {name: pull for name, pull in pulls.items() if name in _OURS or program(name)}
        found: dict[str, list[Run]] = {name: [] for name in here}
        for _ in range(self.runs):
            for name, pull in here.items():
                empty = fresh(self.folder / name)
                # What the removal of the last round leaves to the disk is nobody's time.
                os.sync()
                run = pull(empty, port, "me")
                sound(run)
                found[name].append(run)
        return found


def _compact(folder: Path, port: int, user: str) -> Run:
    return ours(folder, port, user, "--compact")
