"""Reports from the page: a form in, one durable report, and an answer that says what is known there at that moment.

It is the first thing to give way: under a flood reports are turned away in a few words, and the page goes on.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from html import escape, unescape
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import parse_qs

import msgspec

from lightship.edges.clock import Clock, now
from lightship.edges.intake.desk.desk import Accepted, DeskFull
from lightship.edges.intake.desk.draft import Draft, prefix_of
from lightship.edges.intake.desk.limits import Limits
from lightship.edges.intake.desk.rows import Choices as RowChoices
from lightship.edges.web.find import Entry, Finder
from lightship.edges.web.forms import Receive, Refused, Scope, form, headers
from lightship.edges.web.senders import Senders
from lightship.edges.web.turnstile import Turnstile
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.signals import Symptom

Chosen = TypeVar("Chosen", bound=str)

A_TURN = 2
"""Reports that are worked on at a turn of the event loop; a reader waits for no more than these."""

UNDER_WAY = 512
"""Reports that are read or written at once; the next is turned away."""

PATIENCE_SECONDS = 5.0


class Takes(Protocol):
    """Whoever writes reports down."""

    def submit(self, draft: Draft) -> Accepted:
        """Soon. Raises DeskFull."""


class Choices(msgspec.Struct, frozen=True):
    """`report/choices.json`: what a report may say. Ids to names; `failing`: services with an open incident."""

    services: dict[ServiceId, str]
    symptoms: dict[Symptom, str]
    brands: dict[str, str]
    tries: tuple[str, ...]
    failing: tuple[str, ...] = ()


class _Known(msgspec.Struct, frozen=True):
    service: ServiceId
    state: str | None


class AreaKnown(msgspec.Struct, frozen=True):
    """What `a/CODE.json` says of each service there."""

    services: tuple[_Known, ...]


class Place(msgspec.Struct, frozen=True):
    """What is published, as far as an answer needs it.

    Args:
        choices: what may be said. finder: finds areas; None where areas mean nothing. areas: path -> document.
    """

    choices: Choices
    finder: Finder | None
    areas: Mapping[str, bytes]

    def rows(self) -> RowChoices:
        """What rows of batches may say."""
        services, brands = frozenset(self.choices.services), frozenset(self.choices.brands)
        return RowChoices(frozenset(str(each) for each in services), brands, self._area)

    def _area(self, text: str) -> AreaId | None:
        found = self.finder.find(text) if self.finder is not None else None
        entry = self.finder.of_page(found.page) if self.finder and found and found.page is not None else None
        return AreaId(entry.code) if entry else None


def published_place(folder: Path) -> Place | None:
    """The place as it lies in a published folder; None: nothing lies there, or nobody may report."""
    choices, codes = folder / "report" / "choices.json", folder / "codes.json"
    if not choices.is_file():
        return None
    finder = Finder.of(codes.read_bytes()) if codes.is_file() else None
    return Place(msgspec.json.decode(choices.read_bytes(), type=Choices), finder, {})


class Places:
    """The place as it is published now; None: nothing is, or nobody may report."""

    def __init__(self) -> None:
        self.now: Place | None = None


class Said(msgspec.Struct, frozen=True):
    """An answer: HTTP status, heading, sentences and a list, already escaped; `data`: the same for programs."""

    status: int
    heading: str
    sentences: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    data: dict[str, object] = {}

    @property
    def plain_heading(self) -> str:
        """The heading as a sentence without mark-up."""
        return f"{unescape(self.heading)}."

    @property
    def plain(self) -> tuple[str, ...]:
        """Sentences and list without mark-up."""
        return tuple(unescape(each) for each in (*self.sentences, *self.items))

    def html(self) -> str:
        """For the middle of the page."""
        said = "".join(f"<p>{each}</p>" for each in self.sentences)
        listed = f"<ul>{''.join(f'<li>{each}' for each in self.items)}</ul>" if self.items else ""
        return f"<h1>{self.heading}</h1>{said}{listed}"


class Reporting:
    """Takes forms.

    Args:
        desk: writes reports down.
        senders: who sends a request.
    """

    def __init__(self, desk: Takes, senders: Senders, clock: Clock = now) -> None:
        self._desk, self._senders, self._clock = desk, senders, clock
        self._limits, self._under_way, self._turnstile = Limits(), 0, Turnstile(A_TURN)

    async def take(self, scope: Scope, receive: Receive, place: Place) -> Said:
        """The form on the page, whatever becomes of it."""
        told = headers(scope)
        sender = self._senders.sender(_peer(scope), told.get("x-forwarded-for", ()))
        return await self._guarded(self._form(scope, receive, place, sender, told.get("user-agent", [""])[0]))

    async def counted(self, fields: Mapping[str, str], place: Place, sender: str, voice: str) -> Said:
        """A report that came another way, whatever becomes of it."""
        return await self._guarded(self._take(fields, place, sender, voice))

    async def _guarded(self, work: Coroutine[None, None, Said]) -> Said:
        if self._under_way >= UNDER_WAY:
            work.close()
            return _BUSY
        self._under_way += 1
        try:
            await self._turnstile.turn()
            return await work
        except Refused as refused:
            return Said(refused.status, "This report was not taken", (escape(str(refused)),))
        finally:
            work.close()  # nothing where it has ended; where it never began, it never will
            self._under_way -= 1

    async def _form(self, scope: Scope, receive: Receive, place: Place, sender: str, voice: str) -> Said:
        return await self._take(await form(scope, receive), place, sender, voice)

    async def _take(self, fields: Mapping[str, str], place: Place, sender: str, voice: str) -> Said:
        entry = _entry(fields, place)
        if isinstance(entry, Said):
            return entry
        draft = _draft(fields, place, entry, sender, voice)
        if not self._limits.allow(prefix_of(sender), self._clock()):
            return _TOO_MANY
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                # Shielded: who has lost patience must not call off what the desk is about to write down.
                counted = await asyncio.shield(asyncio.wrap_future(self._desk.submit(draft)))
            await self._turnstile.turn()  # a commit wakes all that it has written at once
        except (DeskFull, TimeoutError):
            return _BUSY
        except StoreRefused:
            return _CANNOT
        return _answer(draft, entry, counted, place)


_BUSY = Said(503, "Too many reports at once", ("Your report was not taken. Please try again in a minute.",))
_TOO_MANY = Said(
    429, "Many reports from your network", ("We have heard it, and take no more from there for a moment.",)
)
_CANNOT = Said(503, "Your report could not be kept", ("The fault is ours. Please try again later.",))


def _peer(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _entry(fields: Mapping[str, str], place: Place) -> Entry | Said | None:
    """The area that was meant; None: none was named; or the question which one."""
    typed = fields.get("area", "").strip()
    if not typed or place.finder is None:
        return None
    found = place.finder.find(typed)
    if found.page is not None:
        return place.finder.of_page(found.page)
    links = tuple(f"{escape(each.code)} {escape(each.name)}" for each in found.near)
    hint = (
        "Did you mean one of these? Please type its code."
        if links
        else "Type a telephone area code, or a town."
    )
    return Said(422, f"No area found for “{escape(typed[:64])}”", (hint, "Nothing was sent yet."), links)


def _draft(fields: Mapping[str, str], place: Place, entry: Entry | None, sender: str, voice: str) -> Draft:
    choices = place.choices
    service = _one_of(fields, "service", choices.services, "what does not work")
    symptom = _one_of(fields, "symptom", choices.symptoms, "what it is like")
    brand = fields.get("brand", "")
    if brand and brand not in choices.brands:
        raise Refused(422, "Please choose your provider from the list.")
    return Draft(service, AreaId(entry.code) if entry else None, symptom, sender, voice[:256], brand)


def _one_of(fields: Mapping[str, str], name: str, choices: Mapping[Chosen, str], what: str) -> Chosen:
    found = next((each for each in choices if each == fields.get(name)), None)
    if found is None:
        raise Refused(422, f"Please choose {what}.")
    return found


def _answer(draft: Draft, entry: Entry | None, counted: bool, place: Place) -> Said:
    """Thanks, and what is known there now."""
    name = place.choices.services[draft.service]
    heading = "Thank you. Your report is counted" if counted else "Thank you. We have your report already"
    where = f" in {escape(entry.name)}" if entry else ""
    failing = _failing(draft, entry, place)
    data: dict[str, object] = {
        "counted": counted, "service": draft.service, "area": draft.area,
        "known": "failing" if failing else "nothing known yet",
    }  # fmt: skip
    if failing:
        said = f"You are one of many: we know of a problem with {escape(name)}{where}."
        page = entry.page if entry else ""
        return Said(
            200, heading, (said, _more(entry)), data={**data, "says": unescape(said), "page": f"/{page}"}
        )
    nothing = f"We know of no problem with {escape(name)}{where} yet. Your report helps us to notice one."
    tries = place.choices.tries
    return Said(
        200, heading, (nothing, "What you can try:"), tuple(escape(each) for each in tries),
        {**data, "says": unescape(nothing), "try": list(tries)},
    )  # fmt: skip


def _failing(draft: Draft, entry: Entry | None, place: Place) -> bool:
    """Whether an incident is open there; where no area was named, anywhere."""
    if entry is None:
        return draft.service in place.choices.failing
    document = place.areas.get(f"/{entry.page.rstrip('/')}.json")
    if document is None:
        return False
    known = msgspec.json.decode(document, type=AreaKnown).services
    return any(each.service == draft.service and each.state in ("affected", "likely") for each in known)


def _more(entry: Entry | None) -> str:
    if entry is None:
        return '<a href="../">What is known, and what to do</a>'
    return f'<a href="../{escape(entry.page)}">What is known there, and what to do</a>'


def asked_area(query: bytes) -> str:
    """The area that a link to the form names."""
    return parse_qs(query[:1024].decode("latin-1")).get("area", [""])[0][:64]
