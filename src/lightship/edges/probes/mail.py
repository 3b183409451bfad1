"""mail://user@imap-host?submit=smtp-host - is what is sent also received? A message handed in, and read back.

The whole journey of a subscriber's mail: submission with TLS and a login, the provider's own delivery, and the mailbox.
Each leg is a stage, so a failure says which of the three is out.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from typing import TypeVar
from urllib.parse import urlsplit

from msgspec.structs import replace

from lightship.edges.probes import imap, smtp
from lightship.edges.probes.agreeing import numbers, plain
from lightship.edges.probes.dialogue import Dialogue, wrong
from lightship.edges.probes.probe import Check, Result, Stage
from lightship.edges.probes.received import Hop, hops, told, waits
from lightship.edges.probes.stages import Course, Failed

FIRST_LOOK, SLOWER, SLOWEST = 0.01, 1.5, 2.0
"""Seconds until the first look into the mailbox, how much longer each next wait is, and the longest.

Not IDLE: servers hold its notices back for half a second and more, and a poll costs them nothing.
"""

MARK = "X-Lightship-Probe"

MOST_LATE = 20
"""Late messages that are deleted at once."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""As IMAP writes them (RFC 9051), whatever the machine's language."""

T = TypeVar("T")


class MailProbe:
    """Up when a message that was handed in is found in the mailbox within the time; it is then deleted.

    `submit` names the server that takes mail: HOST[:PORT], or an address of `smtps` or `submission`; `to` the
    address of the mailbox, where the user's name is none; `delivered` the seconds that delivery may take.
    """

    default_port = 993
    options: Mapping[str, frozenset[str]] | None = {
        "submit": frozenset(), "to": frozenset(), "delivered": frozenset(),
        "starttls": frozenset({"require", "if-offered", "never"}), "over": frozenset({"imaps", "imap"}),
    }  # fmt: skip
    takes_login = True

    def agree(self, check: Check) -> None:
        """Times that are some, and an address in one line."""
        numbers(check, {"delivered": (0.1, 3600.0)})
        plain(check, "to", "submit")

    async def measure(self, check: Check) -> Result:
        """One message, there and back."""
        course, expires = Course(check), None
        try:
            mark = secrets.token_hex(12)
            expires = await _within(course, "submit", _submit(check, mark, course.left()))
            way = await _found(course, check, mark)
        except Failed as failed:
            return course.down(failed, expires)
        slowest = max((each for each in waits(way) if each is not None), default=0.0)
        figures = {"hops": float(len(way)), "slowest_hop_s": slowest}
        return course.up(told(way), expires, figures, {"hops": tuple(each.by for each in way)})


async def _submit(check: Check, mark: str, left: float) -> float | None:
    """Hand the message in; seconds that the server's certificate is still good for."""
    talk = Dialogue(Course(_submission(check, left)))
    address = check.options.get("to", check.user)
    try:
        await smtp.enter(talk)
        smtp.expect(await smtp.ask(talk, "request", f"MAIL FROM:<{address}>"), 250, "request")
        smtp.expect(await smtp.ask(talk, "request", f"RCPT TO:<{address}>"), 250, "request")
        smtp.expect(await smtp.ask(talk, "request", "DATA"), 354, "request")
        smtp.expect(await smtp.ask(talk, "answer", _message(address, mark) + "\r\n."), 250, "answer")
    finally:
        talk.close()
    return talk.expires


def _submission(check: Check, left: float) -> Check:
    said = check.options.get("submit", "")
    parts = urlsplit(said if "://" in said else f"submission://{said}")
    host = parts.hostname or check.host
    port = parts.port or (465 if parts.scheme == "smtps" else 587)
    peer = check.peer if host == check.host else ""
    return replace(check, scheme=parts.scheme, host=host, port=port, timeout=left, peer=peer)


def _message(address: str, mark: str) -> str:
    return (
        f"From: <{address}>\r\nTo: <{address}>\r\nDate: {formatdate(usegmt=True)}\r\n"
        f"Message-ID: <{mark}@lightship.invalid>\r\nSubject: Lightship probe {mark}\r\n{MARK}: {mark}\r\n"
        "Auto-Submitted: auto-generated\r\n\r\nThis message measures delivery and is deleted when it is found.\r\n"
    )


async def _found(course: Course, check: Check, mark: str) -> tuple[Hop, ...]:
    """Look into the mailbox until the message is there; the way that it came."""
    host = replace(check, scheme=check.options.get("over", "imaps"), timeout=course.left())
    talk = imap.Tagged(Dialogue(Course(host)))
    try:
        await _within(course, "read", _entered(talk))
        number = await _within(course, "deliver", _delivered(talk, check, mark))
        return await _within(course, "read", _taken_out(talk, number))
    finally:
        talk.line.close()


async def _entered(talk: imap.Tagged) -> None:
    await imap.enter(talk)
    await imap.open_inbox(talk, "SELECT")


async def _delivered(talk: imap.Tagged, check: Check, mark: str) -> str:
    """Its number in the mailbox. Raises Failed when it does not come."""
    wait, limit = FIRST_LOOK, _limit(check)
    try:
        async with asyncio.timeout(limit):
            while True:
                await talk.ask("answer", "NOOP")
                _, lines = await talk.ask("answer", f'UID SEARCH HEADER "{MARK}" "{mark}"')
                found = next((line.split()[2:] for line in lines if line.upper().startswith("* SEARCH")), [])
                if found:
                    return found[0]
                await asyncio.sleep(wait)
                wait = min(wait * SLOWER, SLOWEST)
    except TimeoutError:
        raise Failed("answer", "not-delivered", "accepted, and not in the mailbox in time") from None


def _limit(check: Check) -> float | None:
    said = check.options.get("delivered")
    return None if said is None else float(said)


async def _taken_out(talk: imap.Tagged, number: str) -> tuple[Hop, ...]:
    """Delete it, with those that came too late on earlier days; the servers that it came by."""
    if not number.isdigit():
        raise wrong("answer", "malformed", f"this is no number of a message: {number}")
    _, lines = await talk.ask("answer", f"UID FETCH {number} (BODY.PEEK[HEADER.FIELDS (RECEIVED)])")
    for each in (number, *await _late(talk)):
        await talk.ask("answer", f"UID STORE {each} +FLAGS.SILENT (\\Deleted)")
        await talk.ask("answer", f"UID EXPUNGE {each}")
    return hops(lines)


async def _late(talk: imap.Tagged) -> list[str]:
    """Messages of ours that nobody waits for any more: from before yesterday, so that no other vantage's is taken."""
    day = datetime.now(UTC) - timedelta(days=1)
    before = f"{day.day}-{MONTHS[day.month - 1]}-{day.year}"
    _, lines = await talk.ask("answer", f'UID SEARCH HEADER "{MARK}" "" BEFORE {before}')
    found = next((line.split()[2:] for line in lines if line.upper().startswith("* SEARCH")), [])
    return [each for each in found if each.isdigit()][:MOST_LATE]


async def _within(course: Course, stage: Stage, work: Awaitable[T]) -> T:
    """One leg of the journey: its time counts for the leg, and what fails in it fails there."""
    try:
        with course.at(stage):
            return await work
    except Failed as failed:
        late = stage == "deliver" and failed.failure == "timeout"
        said = f"{failed.detail} (at {failed.stage})" if failed.stage != stage else failed.detail
        raise Failed(stage, "not-delivered" if late else failed.failure, said) from failed
