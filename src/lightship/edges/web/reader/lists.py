"""What a page of messages shows: folders, rows, the way to older ones."""

import re
from collections.abc import Sequence
from urllib.parse import urlencode

import msgspec

from lightship.edges.mailboxes.copy.kept import KeptAccount, KeptFolder, KeptMessage, KeptPlace
from lightship.edges.mailboxes.copy.reader import Reader
from lightship.edges.web.reader.conversation import head
from lightship.endure.reading.asking import asked
from lightship.endure.reading.neutral import one_line
from lightship.tell.times import moment
from lightship.vocabulary.time import DAY, HOUR, MINUTE, Instant

PAGE = 50


class Row(msgspec.Struct, frozen=True):
    """One message of a list. `gone`: the provider no longer has it; `unread`: nobody has opened it there."""

    name: str
    subject: str
    people: str
    when: str
    attachments: int
    unread: bool
    gone: bool


class FolderLink(msgspec.Struct, frozen=True):
    """A folder to choose."""

    name: str
    address: str
    messages: int
    unread: int
    here: bool


class Listing(msgspec.Struct, frozen=True):
    """A page of a list. `older`, `newer`: addresses of the pages beside it; empty: there is none."""

    heading: str
    rows: tuple[Row, ...]
    folders: tuple[tuple[str, tuple[FolderLink, ...]], ...]
    standing: tuple[str, ...]
    query: str = ""
    older: str = ""
    newer: str = ""
    note: str = ""


def folder_page(reader: Reader, number: int | None, before: str, now: Instant, zone: str) -> Listing:
    """Messages of a folder, or of all, newest first. Raises KeyError where there is no such folder."""
    known = {each.id: each for each in reader.folders()}
    if number is not None and number not in known:
        raise KeyError(number)
    found = reader.listed(number, PAGE + 1, _mark(before))
    rows = tuple(row(reader, message, place, now, zone) for message, place in found[:PAGE])
    older = ""
    if len(found) > PAGE:
        last, place = found[PAGE - 1]
        chosen = {} if number is None else {"folder": number}
        older = "?" + urlencode({**chosen, "before": f"{place.received}.{last.id}"})
    home = "" if number is None else f"?folder={number}"
    return Listing(
        heading="All mail" if number is None else one_line(known[number].name),
        rows=rows, folders=_folders(reader, number), standing=standing(reader, now), older=older,
        newer=(home or "?") if before else "",
    )  # fmt: skip


def search_page(reader: Reader, typed: str, page: int, now: Instant, zone: str) -> Listing:
    """Messages that hold every word typed."""
    query = asked(typed)
    found = reader.search(query, PAGE + 1, page * PAGE) if query else ()
    rows = tuple(row(reader, each, _place(reader, each), now, zone) for each in found[:PAGE])

    def beside(number: int) -> str:
        return "?" + urlencode({"q": typed, "page": number})

    return Listing(
        heading=f"Search: {one_line(typed, 80)}" if query else "Search", rows=rows, folders=_folders(reader, None),
        standing=standing(reader, now), query=typed, older=beside(page + 1) if len(found) > PAGE else "",
        newer=beside(page - 1) if page else "", note=_note(reader, query),
    )  # fmt: skip


def standing(reader: Reader, now: Instant) -> tuple[str, ...]:
    """One sentence for each account: how old and how complete the copy is."""
    return tuple(_account(each, now) for each in reader.accounts())


def row(reader: Reader, message: KeptMessage, place: KeptPlace | None, now: Instant, zone: str) -> Row:
    """One line of a list; of a message that is not indexed yet, from its own head."""
    subject, people, at = message.subject, message.sender, message.sent_at
    if not message.indexed:
        told = head(reader, message)
        subject, at = told.subject, told.at
        people = ", ".join(name or address for name, address in told.senders)
    shown = at if at is not None else place.received if place else None
    return Row(
        name=message.short, subject=one_line(subject, 200) or "(no subject)",
        people=one_line(people, 120) or "(no sender)", when=moment_of(shown, now, zone),
        attachments=message.attachments, unread=place is not None and "\\Seen" not in place.flags,
        gone=place is not None and place.gone_at is not None,
    )  # fmt: skip


def moment_of(at: Instant | None, now: Instant, zone: str) -> str:
    """When, for people; a date that no calendar holds is not known."""
    try:
        return moment(at, now, zone) if at is not None else "date not known"
    except (ValueError, OverflowError, OSError):
        return "date not known"


def age(milliseconds: int) -> str:
    """How old something is, roughly.

    >>> age(12 * MINUTE), age(49 * HOUR), age(-5)
    ('12 minutes', '2 days', '0 minutes')
    """
    for unit, word in ((DAY, "days"), (HOUR, "hours")):
        if milliseconds >= 2 * unit:
            return f"{milliseconds // unit:,} {word}"
    return f"{max(0, milliseconds) // MINUTE} minutes"


def _account(each: KeptAccount, now: Instant) -> str:
    if each.passed_at is None:
        return f"{each.name}: no complete copy yet, {each.kept:,} messages so far."
    of = "" if each.at_provider is None else f", {each.kept:,} of {each.at_provider:,} messages"
    return f"{each.name}: copy {age(now - each.passed_at)} old{of}."


def _note(reader: Reader, query: str) -> str:
    if not query:
        return "Type one word or more. from:ann, to:bob and subject:invoice look there alone; inv* finds any ending."
    left = reader.to_index()
    return (
        f"{left:,} messages cannot be searched yet; `lightship mail keep` goes on with them." if left else ""
    )


def _folders(reader: Reader, here: int | None) -> tuple[tuple[str, tuple[FolderLink, ...]], ...]:
    grouped: dict[int, list[KeptFolder]] = {}
    for each in reader.folders():
        grouped.setdefault(each.account, []).append(each)
    names = {each.id: each.name for each in reader.accounts()}
    return tuple((names.get(number, ""), _links(each, here)) for number, each in grouped.items())


def _links(folders: Sequence[KeptFolder], here: int | None) -> tuple[FolderLink, ...]:
    return tuple(
        FolderLink(one_line(each.name, 80), f"?folder={each.id}", each.messages, each.unseen, each.id == here)
        for each in folders
    )


def _place(reader: Reader, message: KeptMessage) -> KeptPlace | None:
    return next(iter(reader.places(message.id)), None)


def _mark(before: str) -> tuple[Instant, int] | None:
    found = re.fullmatch(r"(-?[0-9]{1,15})\.([0-9]{1,15})", before)
    if found is None:
        return None
    return Instant(int(found[1])), int(found[2])
