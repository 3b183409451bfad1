"""How each account's copy stands: how old, how complete, and when it was last proved."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from lightship.edges.mailboxes.copy.kept import KeptAccount, Proof
from lightship.edges.mailboxes.copy.reader import Reader
from lightship.endure.ready.mail import VERIFY_FRESH
from lightship.run.output import counted
from lightship.vocabulary.time import DAY, HOUR, MINUTE, Instant, iso


class Standing(msgspec.Struct, frozen=True):
    """One account's copy.

    Args:
        age: milliseconds since the latest complete pass; None: there was none yet.
        unread: messages of the whole copy neither written nor read again within `VERIFY_FRESH`; damaged: found so.
    """

    account: str
    passed_at: Instant | None
    age: int | None
    at_provider: int | None
    kept: int
    missing: int
    gone: int
    to_index: int
    unread: int
    damaged: int
    trouble: str
    verified: Proof | None
    test_restored: Proof | None


def standings(reader: Reader, at: Instant) -> tuple[Standing, ...]:
    """Of every account in a copy."""
    return tuple(_standing(reader, account, at) for account in reader.accounts())


def _standing(reader: Reader, account: KeptAccount, at: Instant) -> Standing:
    unread, damaged = reader.unproven(Instant(at - VERIFY_FRESH))
    return Standing(
        account.name, account.passed_at, None if account.passed_at is None else at - account.passed_at,
        account.at_provider, account.kept, account.missing, account.gone, reader.to_index(), unread, damaged,
        account.trouble,
        next((each for each in reader.proofs() if each.kind.startswith("verify")), None),
        next((each for each in reader.proofs("test restore") if each.account in (None, account.id)), None),
    )  # fmt: skip


def lines(folder: Path, found: Sequence[Standing]) -> Iterator[str]:
    """For people."""
    yield f"Mail kept in {folder}"
    for each in found:
        yield f"\n{each.account}"
        yield f"  copy          {_age(each)}"
        yield f"  complete      {_complete(each)}"
        if each.gone:
            yield f"  kept besides  {counted(each.gone, 'message')} that the provider no longer has"
        if each.to_index:
            yield f"  search        {counted(each.to_index, 'message')} not searchable yet"
        yield f"  verified      {_verified(each)}"
        yield f"  test restore  {_proof(each.test_restored)}"
        if each.trouble:
            yield f"  trouble       {each.trouble}"


def _age(each: Standing) -> str:
    if each.passed_at is None or each.age is None:
        return "no complete pass yet"
    return f"{span(each.age)} old (complete pass at {iso(Instant(each.passed_at // 1000 * 1000))})"


def _complete(each: Standing) -> str:
    if each.at_provider is None:
        return "not known yet"
    missing = f"; {counted(each.missing, 'message')} not delivered by the provider" if each.missing else ""
    return f"{each.kept:,} of {each.at_provider:,} messages{missing}"


def _verified(each: Standing) -> str:
    if each.damaged:
        return f"{counted(each.damaged, 'message')} damaged; `lightship mail verify --all` names them"
    unread = (
        f"; {counted(each.unread, 'message')} not read for {VERIFY_FRESH // DAY} days" if each.unread else ""
    )
    return f"{_proof(each.verified)}{unread}"


def _proof(proof: Proof | None) -> str:
    if proof is None:
        return "never"
    return f"{'passed' if proof.passed else 'FAILED'} at {iso(Instant(proof.at // 1000 * 1000))}"


def span(milliseconds: int) -> str:
    """A span of time, roughly, for people.

    >>> span(12 * MINUTE), span(3 * DAY)
    ('12 min', '3 days')
    """
    for unit, word in ((DAY, "day"), (HOUR, "hour")):
        if milliseconds >= 2 * unit:
            return f"{milliseconds // unit:,} {word}s"
    return f"{max(0, milliseconds) // MINUTE} min"
