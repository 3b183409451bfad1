"""The page: one answer a question. What nobody has seen work counts as missing, however likely it is."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from lightship.endure.ready.facts import CalendarFacts, Found, Held, MailFacts, Uplink
from lightship.vocabulary.time import DAY, HOUR, MINUTE, Instant

State = Literal["ready", "old", "missing", "unknown"]
"""old: it worked, too long ago to rely on. unknown: nothing tells."""

LINE_FRESH, DRILL_FRESH = DAY, 92 * DAY
COPY_FRESH, VERIFY_FRESH, RESTORE_FRESH = 6 * HOUR, 32 * DAY, 92 * DAY
BILL_FRESH, HELD_FRESH = 100 * DAY, 92 * DAY
CALENDARS_FRESH = 2 * DAY
"""Ours: an hour's outage should not find a copy of yesterday, nor a drill of last year."""
_WANTED = ("bill", "contract", "numbers")


class Answer(msgspec.Struct, frozen=True):
    """One line of the page.

    Args:
        id: stable ("second-line"); question: as people ask it; said: what was found, in a sentence.
        mend: the command that mends it; empty where nothing has to be done.
        seen_at: when it was last seen to work; None: never, or it has no time.
    """

    id: str
    question: str
    state: State
    said: str
    mend: str = ""
    seen_at: Instant | None = None


def answers(found: Found, now: Instant) -> tuple[Answer, ...]:
    """Every line of the page, in order."""
    return tuple(_all(found, now))


def is_ready(page: tuple[Answer, ...]) -> bool:
    """Whether nothing is missing, old or unknown."""
    return all(each.state == "ready" for each in page)


def span(milliseconds: int) -> str:
    """How long, roughly, for people.

    >>> span(12 * MINUTE), span(3 * HOUR), span(90 * DAY), span(-5)
    ('12 minutes', '3 hours', '90 days', '0 minutes')
    """
    for unit, word in ((DAY, "days"), (HOUR, "hours")):
        if milliseconds >= 2 * unit:
            return f"{milliseconds // unit:,} {word}"
    return f"{max(0, milliseconds) // MINUTE} minutes"


def _all(found: Found, now: Instant) -> Iterator[Answer]:
    yield from _lines(found, now)
    if found.mail:
        for each in found.mail:
            yield from _mail(each, now)
    else:
        yield Answer("mail-copy", "Is there a copy of the mail?", "missing", "No mail is kept here.",
                     "lightship mail keep ADDRESS")  # fmt: skip
    if found.calendars:
        yield _calendars(found.calendars, now)
    yield _route(found)
    yield from _account(found.held, now)
    yield from _plan(found)


def _lines(found: Found, now: Instant) -> Iterator[Answer]:
    question = "Does a second line work?"
    others = _others(found.uplinks or ())
    if found.uplinks is None:
        yield Answer(
            "second-line", question, "unknown", "No line was ever watched from here.", "lightship wan watch"
        )
    elif not others:
        yield Answer(
            "second-line", question, "missing", "Only one line was seen to work.", "lightship wan watch"
        )
    else:
        best = max(others, key=lambda each: each.proven_at)
        fresh = now - best.proven_at <= LINE_FRESH
        yield Answer(
            "second-line", question, "ready" if fresh else "old",
            f"{best.name} was proven {span(now - best.proven_at)} ago.", "" if fresh else "lightship wan watch",
            best.proven_at,
        )  # fmt: skip
    yield _drill(found, now)


def _others(uplinks: tuple[Uplink, ...]) -> tuple[Uplink, ...]:
    """The lines besides the first: the metered ones, or where none is, all but the one proven last."""
    metered = tuple(each for each in uplinks if each.metered)
    return metered or tuple(sorted(uplinks, key=lambda each: each.proven_at)[:-1])


def _drill(found: Found, now: Instant) -> Answer:
    question, mend = "Was the change-over exercised?", "sudo lightship wan test"
    drill = found.drill
    if drill is None:
        return Answer("drill", question, "missing", "Never.", mend)
    ago = span(now - drill.at)
    if drill.after is None or drill.gap is None:
        return Answer(
            "drill", question, "missing", f"{ago} ago, and no other line took over.", mend, drill.at
        )
    said = f"{ago} ago; {drill.after} took over after {drill.gap:.1f} s."
    fresh = now - drill.at <= DRILL_FRESH
    return Answer("drill", question, "ready" if fresh else "old", said, "" if fresh else mend, drill.at)


def _mail(each: MailFacts, now: Instant) -> Iterator[Answer]:
    keep = f"lightship mail keep {each.account}"
    yield _copy_age(each, now, keep)
    yield _copy_complete(each, keep)
    yield _proof("mail-verified", f"Is the copy of {each.account} sound?", each.verified_at, each.verified,
                 VERIFY_FRESH, "lightship mail verify", now)  # fmt: skip
    yield _proof("mail-restored", f"Was a restore of {each.account} tried?", each.restored_at, each.restored,
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


def _proof(
    id: str, question: str, at: Instant | None, passed: bool, fresh_for: int, mend: str, now: Instant
) -> Answer:  # fmt: skip
    if at is None:
        return Answer(id, question, "missing", "Never.", mend)
    if not passed:
        return Answer(id, question, "missing", f"It failed {span(now - at)} ago.", mend, at)
    fresh = now - at <= fresh_for
    return Answer(
        id, question, "ready" if fresh else "old", f"Yes, {span(now - at)} ago.", "" if fresh else mend, at
    )


def _calendars(kept: tuple[CalendarFacts, ...], now: Instant) -> Answer:
    question, mend = "How old are the copies of calendars and contacts?", "lightship mail calendars"
    never = [each.name for each in kept if each.passed_at is None]
    if never:
        return Answer("calendars", question, "missing", f"No complete pass yet: {', '.join(never)}.", mend)
    oldest = min(each.passed_at for each in kept if each.passed_at is not None)
    fresh = now - oldest <= CALENDARS_FRESH
    said = f"{len(kept)}, the oldest {span(now - oldest)} old."
    return Answer("calendars", question, "ready" if fresh else "old", said, "" if fresh else mend, oldest)


def _route(found: Found) -> Answer:
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
    return Answer("send", question, "ready", f"By {', '.join(found.routes)}.")


def _account(held: Held | None, now: Instant) -> Iterator[Answer]:
    question, mend = (
        "Are bill, contract and numbers in your own hands?",
        "lightship keep account add FILE --kind ",
    )
    lacking = [kind for kind in _WANTED if held is None or not held.kinds.get(kind)]
    if held is None or lacking:
        said = f"Not held: {', '.join(lacking)}."
        yield Answer("account", question, "missing", said, mend + lacking[0])
    elif held.newest_bill_at is not None and now - held.newest_bill_at > BILL_FRESH:
        said = f"The newest bill was added {span(now - held.newest_bill_at)} ago."
        yield Answer("account", question, "old", said, mend + "bill", held.newest_bill_at)
    else:
        yield Answer(
            "account", question, "ready", f"{sum(held.kinds.values()):,} files.", "", held.newest_bill_at
        )
    if held is not None:
        yield _proof("account-verified", "Are those files as they were?", held.verified_at, not held.damaged,
                     HELD_FRESH, "lightship keep account verify", now)  # fmt: skip


def _plan(found: Found) -> Iterator[Answer]:
    question = "Is there a plan on paper?"
    if found.plan is None:
        yield Answer(
            "plan",
            question,
            "missing",
            "Nothing is written down of this home or firm.",
            "lightship ready --begin",
        )
        return
    if found.gaps:
        yield Answer("plan", question, "missing", " ".join(found.gaps), f"edit {found.plan}")
    else:
        yield Answer(
            "plan",
            question,
            "ready",
            f"{found.plan} leaves nothing open; print it with `lightship ready --plan`.",
        )
    asked = "Does what the work depends on answer, over each line?"
    if found.checked is None:
        yield Answer("applications", asked, "unknown", "Not tried just now.", "lightship ready")
    elif found.silent:
        yield Answer(
            "applications",
            asked,
            "missing",
            f"No answer: {'; '.join(found.silent)}.",
            "lightship check ADDRESS",
        )
    elif not found.checked:
        yield Answer(
            "applications", asked, "unknown", "No application with an address is named.", f"edit {found.plan}"
        )
    else:
        yield Answer(
            "applications",
            asked,
            "ready",
            f"{found.checked:,} of {found.checked:,} addresses and lines answered.",
        )
