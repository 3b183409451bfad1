"""Proving a copy: its hashes, a share a day or all."""

import msgspec

from lightship.edges.mailboxes.copy.bodies import Bodies
from lightship.edges.mailboxes.copy.copy import Copy
from lightship.edges.mailboxes.copy.verifying import Finding, fetch_again, prove, record, verify
from lightship.endure.keeping.shares import DAYS, share_today
from lightship.run.progress import Progress
from lightship.vocabulary.time import DAY, Instant


class Verified(msgspec.Struct, frozen=True):
    """What a verification found.

    Args:
        read: messages; of: in the copy.
        damaged: "short id: what is wrong" of each that is not what it was.
        fetched_again: of those, how many the next pass fetches from the provider.
    """

    read: int
    of: int
    damaged: tuple[str, ...]
    fetched_again: int


def verified(copy: Copy, at: Instant, *, everything: bool) -> Verified:
    """Read today's thirtieth of the messages, or everything, and write down what was found."""
    (of,) = copy.db.execute("SELECT count(*) FROM message").fetchone()
    bodies = Bodies(copy.folder, copy.db)
    findings: list[Finding] = []
    with Progress("messages read again", total=of if everything else of // DAYS) as progress:
        for each in verify(copy.db, bodies, None if everything else share_today(at)):
            findings.append(each)
            progress.advance()
    record(copy.db, findings, at)
    damaged = [each for each in findings if each.wrong]
    found = Verified(
        len(findings), of, tuple(f"{each.hash.hex()[:12]}: {each.wrong}" for each in damaged),
        fetch_again(copy.folder, copy.db, bodies, damaged),
    )  # fmt: skip
    kind = "verify all" if everything else "verify"
    if findings:  # nothing read proves nothing
        prove(copy.db, kind, None, at, not damaged, msgspec.json.encode(found).decode())
    return found


def due_today(copy: Copy, at: Instant) -> bool:
    """Whether nothing was verified yet today."""
    row = copy.db.execute("SELECT max(at) FROM proof WHERE kind LIKE 'verify%'").fetchone()
    return row[0] is None or row[0] // DAY < at // DAY
