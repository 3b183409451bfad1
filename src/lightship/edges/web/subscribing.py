"""Subscribing, confirming, changing, stopping: forms of the page, without a script, and one-click stops (RFC 8058).

Whoever asks gets the same answer whether an address is known or not. Opening a link changes nothing; posting does.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import ParamSpec, TypeVar
from urllib.parse import parse_qs

import msgspec

from lightship.edges.intake.desk.draft import prefix_of
from lightship.edges.subscribers.links import FOLDER, Links
from lightship.edges.subscribers.office import Office, TooMany
from lightship.edges.subscribers.wants import Contact, Wants
from lightship.edges.web import subscribing_pages as pages
from lightship.edges.web.forms import Receive, Refused, Scope, fields, headers, whole
from lightship.edges.web.mounting import Send
from lightship.edges.web.published import Published
from lightship.edges.web.senders import Senders
from lightship.edges.web.small_pages import small_page
from lightship.edges.web.subscribing_pages import Choices, Page
from lightship.tell.outbox.selector import Term, written
from lightship.vocabulary.errors import BadInput, LightshipError
from lightship.vocabulary.letters import Pace
from lightship.vocabulary.places import AreaId

Given = ParamSpec("Given")
Found = TypeVar("Found")
Fields = Mapping[str, Sequence[str]]

PREFIX = f"/{FOLDER}"
UNDER_WAY = 64
"""Requests at once; the next is turned away. Each waits for the disk on a thread."""
INCIDENT = re.compile(r"[0-9]{8}-[0-9]{1,6}")
FORM, AREA = '<form action="/subscribe" method="post">', '<input id="area" name="area"'
BUSY = (503, "<h1>Too many requests at once</h1><p>Please try again in a minute.</p>")
TOO_MANY = (429, "<h1>Too many requests from your network</h1><p>Please try again in a few minutes.</p>")
CANNOT = (503, "<h1>This could not be kept</h1><p>The fault is ours. Please try again later.</p>")


class Subscribing:
    """The application behind `/subscribe`.

    Args:
        files: what is published: the frame of the pages, what may be asked for, and how areas are found.
    """

    def __init__(self, office: Office, files: Published, senders: Senders) -> None:
        self._office, self._files, self._senders = office, files, senders
        self._links, self._under_way = Links(""), 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._under_way >= UNDER_WAY:
            await self._answer(scope, send, BUSY)
            return
        self._under_way += 1
        try:
            answer = await self._route(scope, receive)
        except Refused as refused:
            answer = pages.refused(str(refused), refused.status)
        except BadInput as error:
            answer = pages.refused(
                " ".join(f"{part[:1].upper()}{part[1:]}." for part in (error.found, error.would_do))
            )
        except TooMany:
            answer = TOO_MANY
        except LightshipError:
            answer = CANNOT
        finally:
            self._under_way -= 1
        await self._answer(scope, send, answer)

    async def _route(self, scope: Scope, receive: Receive) -> Page:
        parts = [part for part in scope["path"].removeprefix(PREFIX).split("/") if part]
        posted = scope["method"] == "POST"
        if not posted and scope["method"] not in ("GET", "HEAD"):
            return 405, "<h1>Only reading and sending forms</h1>"
        match parts:
            case [] if posted:
                return await self._ask(scope, await fields(scope, receive))
            case []:
                return 200, self._prepared(parse_qs(scope["query_string"][:1024].decode("latin-1")))
            case ["confirm", person, channel, token]:
                return await self._confirm(person, channel, token, posted)
            case ["stop", person, channel, token]:
                if posted:
                    await whole(
                        receive
                    )  # RFC 8058: "List-Unsubscribe=One-Click", in whichever form; the link says it all
                return await self._stop(person, channel, token, posted)
            case ["manage", person, token]:
                given = await fields(scope, receive) if posted else None
                return await self._manage(scope, person, token, given)
            case _:
                return 404, pages.GONE

    def _prepared(self, given: Fields) -> str:
        """The form, with the area or the incident filled in that a link names."""
        frame = self._files.raw(f"{PREFIX}/")
        if frame is None:
            raise Refused(503, "Nothing has been published here yet. Please try again in a minute.")
        middle = frame.partition(b"<!--answer-->")[2].partition(b"<!--/form-->")[0].decode()
        middle = middle.replace('"../', '"/')
        area, incident = _first(given, "area")[:64], _first(given, "incident")
        if INCIDENT.fullmatch(incident):
            about = f"<p>You will hear how <b>incident {incident}</b> goes on, and of nothing else.</p>"
            hidden = f'<input type="hidden" name="incident" value="{incident}">'
            return _without(middle, pages.WHAT_AND_WHERE).replace(FORM, f"{about}{FORM}{hidden}", 1)
        return middle.replace(AREA, f'{AREA} value="{escape(area)}"', 1)

    async def _ask(self, scope: Scope, given: Fields) -> Page:
        wants = self._wants(given)
        await _quietly(
            self._office.ask, _first(given, "channel"), _first(given, "contact"), wants, self._network(scope)
        )
        return 202, pages.SENT

    async def _confirm(self, person: str, channel: str, token: str, posted: bool) -> Page:
        if not posted:
            contact = await _quietly(self._office.linked, "confirm", person, channel, token)
            if contact is None:
                return 404, pages.GONE
            where = f"{PREFIX}/confirm/{person}/{channel}/{token}"
            words = pages.wanted(contact, self._choices())
            return 200, pages.button(where, "Shall we tell you?", words, "Yes, tell me")
        contact = await _quietly(self._office.confirm, person, channel, token)
        if contact is None:
            return 404, pages.GONE
        others = await _quietly(self._office.book.of, person)
        manage = await _quietly(self._manage_link, person)
        return 200, pages.confirmed(contact, manage, self._choices(), others)

    def _manage_link(self, person: str) -> str:
        key = self._office.book.key(person)
        return self._links.manage(person, key) if key is not None else "/"

    async def _stop(self, person: str, channel: str, token: str, posted: bool) -> Page:
        if posted:
            # Twice is once: a mail program may ask again, and is told the same.
            await _quietly(self._office.stop, person, channel, token)
            return 200, pages.STOPPED
        if await _quietly(self._office.linked, "stop", person, channel, token) is None:
            return 404, pages.GONE
        where = f"{PREFIX}/stop/{person}/{channel}/{token}"
        return 200, pages.button(where, "Stop these messages?", "The address is deleted.", "Stop")

    async def _manage(self, scope: Scope, person: str, token: str, given: Fields | None) -> Page:
        contacts = await _quietly(self._office.contacts, person, token)
        if not contacts:
            return 404, pages.GONE
        manage, note = f"{PREFIX}/manage/{person}/{token}", ""
        if given is not None:
            done = await self._do(scope, person, token, given, contacts)
            if isinstance(done, tuple):
                return done
            note = f'<p role="status"><b>{escape(done)}</b></p>'
            contacts = await _quietly(self._office.contacts, person, token)
            if not contacts:
                return 200, pages.STOPPED
        return 200, note + pages.managed(contacts, manage, self._choices())

    async def _do(
        self, scope: Scope, person: str, token: str, given: Fields, contacts: Sequence[Contact]
    ) -> str | Page:  # fmt: skip
        """What a form of the manage page asks for: a note on what was done, or a page of its own."""
        office, channel = self._office, _first(given, "channel")
        match _first(given, "do"):
            case "erase":
                await _quietly(office.erase, person)
                return 200, pages.ERASED
            case "stop":
                await _quietly(office.end, person, channel)
                return "Stopped."
            case "change":
                changed = await _quietly(office.change, person, token, channel, self._wants(given))
                return "Changed." if changed else "Nothing was changed."
            case "second":
                wants = contacts[0].wants
                await _quietly(
                    office.ask, channel, _first(given, "contact"), wants, self._network(scope), person
                )
                return "We sent a message there. Open its link to add it."
            case _:
                return pages.refused("This form is not one of ours.")

    def _wants(self, given: Fields) -> Wants:
        choices, incident = self._choices(), _first(given, "incident")
        services = [each for each in given.get("service", ()) if each in choices.services]
        if len(services) == len(choices.services) or len(services) > 6:
            services = []
        pace = _first(given, "pace") or "each"
        if pace not in choices.paces:
            raise Refused(422, "Please choose how often.")
        if incident and not INCIDENT.fullmatch(incident):
            raise Refused(422, "There is no such incident.")
        area = None if incident else self._area(_first(given, "area"))
        terms = (
            [Term(incident=incident)]
            if incident
            else [Term(area or "", service) for service in services or [""]]
        )
        return Wants(
            written(terms), _pace(pace), AreaId(area) if area else None, _first(given, "priority") == "yes"
        )

    def _area(self, typed: str) -> str | None:
        finder = self._files.finder
        if not typed.strip() or finder is None:
            return None
        found = finder.find(typed)
        entry = finder.of_page(found.page) if found.page is not None else None
        if entry is None:
            near = ", ".join(f"{each.code} {each.name}" for each in found.near)
            hint = f"Did you mean one of these: {near}?" if near else "Type a telephone area code, or a town."
            raise Refused(422, f"No area found for “{typed.strip()[:64]}”. {hint}")
        return entry.code

    def _choices(self) -> Choices:
        raw = self._files.raw(f"{PREFIX}/choices.json")
        if raw is None:
            raise Refused(503, "Nothing has been published here yet. Please try again in a minute.")
        return msgspec.json.decode(raw, type=Choices)

    def _network(self, scope: Scope) -> str:
        client = scope.get("client")
        told = headers(scope).get("x-forwarded-for", ())
        return prefix_of(self._senders.sender(str(client[0]) if client else "", told))

    async def _answer(self, scope: Scope, send: Send, page: Page) -> None:
        status, middle = page
        frame = self._files.raw(f"{PREFIX}/")
        body = (
            _framed(frame, middle)
            if frame is not None
            else small_page("Subscriptions", "Please try later.", False)
        )
        told = [
            (b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"), (b"x-robots-tag", b"noindex"), *self._files.common,
            *([(b"retry-after", b"60")] if status in (429, 503) else []),
        ]  # fmt: skip
        await send({"type": "http.response.start", "status": status, "headers": told})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _framed(page: bytes, middle: str) -> bytes:
    """The published page with an answer in the place of its form; its links then lead from the root."""
    before, _, rest = page.partition(b"<!--answer-->")
    after = rest.partition(b"<!--/form-->")[2]
    return before.replace(b'"../', b'"/') + middle.encode() + after.replace(b'"../', b'"/')


def _pace(text: str) -> Pace:
    found: Pace = msgspec.convert(text, Pace)
    return found


def _first(given: Fields, name: str) -> str:
    return next(iter(given.get(name, ())), "")


async def _quietly(work: Callable[Given, Found], *given: Given.args, **named: Given.kwargs) -> Found:
    """On a thread: it waits for the disk, and the page must not."""
    return await asyncio.to_thread(work, *given, **named)


def _without(page: str, marks: tuple[str, str]) -> str:
    """A page without what stands between two marks."""
    before, found, rest = page.partition(marks[0])
    return before + rest.partition(marks[1])[2] if found else page
