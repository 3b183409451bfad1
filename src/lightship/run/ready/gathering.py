"""What is on this machine: lines that were watched, copies of mail, papers, ways to send."""

from pathlib import Path

from lightship.edges.account_folder.folder import LIST, AccountFolder
from lightship.edges.links.history import drills, last_proofs
from lightship.edges.mailboxes.copy.catalogue import FILE as CATALOGUE
from lightship.edges.mailboxes.copy.reader import Reader
from lightship.edges.mailboxes.dav.shelf import LIST as LIST_OF_CALENDAR
from lightship.edges.mailboxes.dav.shelf import read_list
from lightship.edges.mailboxes.sending.outbox import FILE, glance
from lightship.endure.ready.facts import CalendarFacts, DrillFacts, Found, Held, MailFacts, Uplink
from lightship.run.mail.calendars import BELOW
from lightship.run.mail.standing import Standing, standings
from lightship.vocabulary.time import Instant


def gather(mail: Path, account: Path, lines: Path | None, at: Instant) -> Found:
    """Everything but the plan. What cannot be read counts as not known, or as missing; it never stops the page."""
    proofs, exercises = last_proofs(lines), drills(lines)
    routes, used, waiting = glance(mail) if (mail / FILE).exists() else ((), (), 0)
    latest = max(exercises, key=lambda each: each.at_ms, default=None)
    return Found(
        uplinks=tuple(Uplink(each.uplink, each.metered, Instant(each.at_ms)) for each in proofs) or None,
        drill=DrillFacts(Instant(latest.at_ms), latest.after, latest.gap) if latest else None,
        mail=_mail(mail, at), calendars=_calendars(mail), routes=routes, used_routes=used,
        waiting=waiting, held=_held(account),
    )  # fmt: skip


def _mail(folder: Path, at: Instant) -> tuple[MailFacts, ...] | None:
    if not (folder / CATALOGUE).exists():
        return None
    reader = Reader(folder)
    try:
        return tuple(_facts(each) for each in standings(reader, at)) or None
    finally:
        reader.close()


def _facts(each: Standing) -> MailFacts:
    verified, restored = each.verified, each.test_restored
    return MailFacts(
        each.account, each.passed_at, each.at_provider, each.kept, each.missing, each.trouble,
        verified.at if verified else None, bool(verified and verified.passed),
        restored.at if restored else None, bool(restored and restored.passed), each.unread, each.damaged,
    )  # fmt: skip


def _calendars(folder: Path) -> tuple[CalendarFacts, ...]:
    lists = (read_list(path.parent) for path in sorted((folder / BELOW).glob(f"*/*/{LIST_OF_CALENDAR}")))
    return tuple(CalendarFacts(each.name, each.passed_at) for each in lists if each is not None)


def _held(folder: Path) -> Held | None:
    if not (folder / LIST).exists():
        return None
    listing = AccountFolder(folder).listing()
    kinds: dict[str, int] = {}
    for each in listing.items:
        kinds[each.kind] = kinds.get(each.kind, 0) + 1
    bills = [each.added_at for each in listing.items if each.kind == "bill"]
    return Held(kinds, max(bills, default=None), listing.verified_at, len(listing.damaged))
