"""What the page says of mail: the copies, calendars, and the second way to send."""

from collections.abc import Iterator

from lightship.endure.ready.answer import Answer, proof, span
from lightship.endure.ready.facts import CalendarFacts, Found, MailFacts
from lightship.vocabulary.time import DAY, HOUR, Instant

COPY_FRESH, VERIFY_FRESH, RESTORE_FRESH, CALENDARS_FRESH = 6 * HOUR, 32 * DAY, 92 * DAY, 2 * DAY
"""Ours: an hour's outage should not find a copy of yesterday."""


def mail(each: MailFacts, now: Instant) -> Iterator[Answer]:
    """The copy of one account: how old, how complete, how sound, and whether it was ever put back."""
    keep = f"lightship mail keep {each.account}"
    yield _copy_age(each, now, keep)
    yield _copy_complete(each, keep)
    yield _sound(each, now)
    yield proof("mail-restored", f"Was a restore of {each.account} tried?", each.restored_at, each.restored,
                 RESTORE_FRESH, "lightship mail verify --test-restore imaps://USER@HOST", now)  # fmt: skip


def _copy_age(each: MailFacts, now: Instant, mend: str) -> Answer:
    question = f"How old is the copy of {each.account}?"
    if each.passed_at is None:
        return Answer("mail-copy", question, "missing", "There was no complete pass yet.", mend)
    fresh = now - each.passed_at <= COPY_FRESH
    said = f"{span(now - each.passed_at)} old."
    return Answer(
        "mail-copy", question, "ready" if fresh else "old", said, "" if fresh else mend, each.passed_at
    )


def _copy_complete(each: MailFacts, mend: str) -> Answer:
    question = f"Is the copy of {each.account} complete?"
    if each.trouble:
        return Answer("mail-complete", question, "missing", f"Something waits: {each.trouble}", mend)
    if each.at_provider is None:
        return Answer(
            "mail-complete",
            question,
            "unknown",
            f"{each.kept:,} messages are kept; of how many is not known.",
            mend,
        )
    said = f"{each.kept:,} of {each.at_provider:,} messages."
    if each.missing or each.kept < each.at_provider:
        return Answer(
            "mail-complete",
            question,
            "missing",
            f"{said} The provider did not deliver {each.missing:,}.",
            mend,
        )
    return Answer("mail-complete", question, "ready", said)


def _sound(each: MailFacts, now: Instant) -> Answer:
    """A check reads a thirtieth; the copy is sound when, one by one, all of it was read."""
    id, question, mend = (
        "mail-verified",
        f"Is the copy of {each.account} sound?",
        "lightship mail verify --all",
    )
    if each.damaged:
        return Answer(id, question, "missing", f"Damaged: {each.damaged:,}.", mend, each.verified_at)
    if each.unread and each.verified_at is not None:
        said = f"{each.unread:,} messages were not read again for {VERIFY_FRESH // DAY} days."
        return Answer(id, question, "old", said, mend, each.verified_at)
    return proof(id, question, each.verified_at, each.verified, VERIFY_FRESH, mend, now)


def calendars(kept: tuple[CalendarFacts, ...], now: Instant) -> Answer:
    """All calendars and address books, by the oldest."""
    question, mend = "How old are the copies of calendars and contacts?", "lightship mail calendars"
    never = [each.name for each in kept if each.passed_at is None]
    if never:
        return Answer("calendars", question, "missing", f"No complete pass yet: {', '.join(never)}.", mend)
    oldest = min(each.passed_at for each in kept if each.passed_at is not None)
    fresh = now - oldest <= CALENDARS_FRESH
    said = f"{len(kept)}, the oldest {span(now - oldest)} old."
    return Answer("calendars", question, "ready" if fresh else "old", said, "" if fresh else mend, oldest)


def route(found: Found) -> Answer:
    """A second way to send, and whether anything ever went by it."""
    question = "Can mail be sent while the provider is down?"
    if found.waiting:
        letters = (
            "1 letter of the outbox is"
            if found.waiting == 1
            else f"{found.waiting:,} letters of the outbox are"
        )
        return Answer("send", question, "missing", f"{letters} not settled.", "lightship mail send --outbox")
    if not found.routes:
        mend = "lightship mail route backup --host NAME --address ADDRESS"
        return Answer("send", question, "missing", "No second way is set up.", mend)
    if not found.used_routes:
        said = f"Set up, and no letter ever went that way: {', '.join(found.routes)}."
        return Answer(
            "send", question, "unknown", said, f"lightship mail send --to ADDRESS --via {found.routes[0]}"
        )
    return Answer("send", question, "ready", f"By {', '.join(found.used_routes)}.")
