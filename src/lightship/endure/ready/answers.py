"""The page: one answer a question. What nobody has seen work counts as missing, however likely it is."""

from collections.abc import Iterator

from lightship.endure.ready.answer import Answer, proof, span
from lightship.endure.ready.facts import Found, Held, Uplink
from lightship.endure.ready.mail import calendars, mail, route
from lightship.vocabulary.time import DAY, Instant

LINE_FRESH, DRILL_FRESH = DAY, 92 * DAY
BILL_FRESH, HELD_FRESH = 100 * DAY, 92 * DAY
"""Ours: an hour's outage should not find a drill of last year."""
_WANTED = ("bill", "contract", "numbers")


def answers(found: Found, now: Instant) -> tuple[Answer, ...]:
    """Every line of the page, in order."""
    return tuple(_all(found, now))


def is_ready(page: tuple[Answer, ...]) -> bool:
    """Whether nothing is missing, old or unknown."""
    return all(each.state == "ready" for each in page)


def _all(found: Found, now: Instant) -> Iterator[Answer]:
    yield from _lines(found, now)
    if found.mail:
        for each in found.mail:
            yield from mail(each, now)
    else:
        yield Answer("mail-copy", "Is there a copy of the mail?", "missing", "No mail is kept here.",
                     "lightship mail keep ADDRESS")  # fmt: skip
    if found.calendars:
        yield calendars(found.calendars, now)
    yield route(found)
    yield from _account(found.held, now)
    yield from _plan(found)


def _lines(found: Found, now: Instant) -> Iterator[Answer]:
    question = "Does a second line work?"
    others = _others(found.uplinks or ())
    if found.uplinks is None:
        yield Answer(
            "second-line", question, "unknown", "No line was seen to work from here.", "lightship wan watch"
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
        yield proof("account-verified", "Are those files as they were?", held.verified_at, not held.damaged,
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
