"""The reader as an ASGI application. It only reads, and it answers nobody who does not hold the address."""

from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lightship.edges.clock import Clock, now
from lightship.edges.mailboxes.copy.kept import KeptMessage
from lightship.edges.mailboxes.copy.reader import Reader
from lightship.edges.web.reader.guard import ALWAYS, FILE_POLICY, Guard, Header, Scope, policy
from lightship.edges.web.reader.letter import letter
from lightship.edges.web.reader.lists import folder_page, search_page
from lightship.edges.web.reader.pictures import kind_of
from lightship.edges.web.reader.taken_apart import TakenApart
from lightship.tell.site.shell import ICON, small
from lightship.vocabulary.errors import LightshipError

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HTML: Header = (b"content-type", b"text/html; charset=utf-8")
LONGEST_QUERY = 2048
SHORTEST_NAME = 12
"""Digits of a message's name in an address; fewer could come to mean another message."""
_TEMPLATES = Path(__file__).parent / "templates"


class Answer(Exception):
    """What is sent; raised where a page ends early."""

    def __init__(self, status: int, headers: tuple[Header, ...], body: bytes) -> None:
        super().__init__(status)
        self.status, self.headers, self.body = status, headers, body


class MailReader:
    """The application.

    Args:
        reader: of the copy.
        guard: decides who gets an answer.
        secret: that the addresses begin with.
        zone: for the times on the pages.
    """

    def __init__(self, reader: Reader, guard: Guard, secret: str, zone: str, clock: Clock = now) -> None:
        self._reader, self._guard, self._secret = reader, guard, secret
        self._zone, self._clock = zone, clock
        self._open = TakenApart(reader)
        self._paper = Environment(
            loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self._css = small((_TEMPLATES / "style.css").read_text("utf-8"))
        self._page_headers: tuple[Header, ...] = (
            HTML,
            (b"content-security-policy", policy(self._css)),
            *ALWAYS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        answer = self.answer(scope)
        length = (b"content-length", str(len(answer.body)).encode())
        await send(
            {"type": "http.response.start", "status": answer.status, "headers": [*answer.headers, length]}
        )
        body = b"" if scope["method"] == "HEAD" else answer.body
        await send({"type": "http.response.body", "body": body})

    def answer(self, scope: Scope) -> Answer:
        """What a request gets."""
        path = self._guard.path(scope)
        if path is None:
            return Answer(
                404, (HTML, FILE_POLICY, *ALWAYS), b"<!doctype html><title>Nothing here</title>Nothing here."
            )
        if scope["method"] not in ("GET", "HEAD"):
            return self._trouble(405, "This reader only reads", "Nothing can be changed from here.")
        try:
            return self._route(
                path, parse_qs(scope.get("query_string", b"")[:LONGEST_QUERY].decode("latin-1"))
            )
        except Answer as early:
            return early
        except KeyError:
            return self._trouble(
                404, "There is no such page", "The address may be mistyped, or the message was purged."
            )
        except (OSError, LightshipError) as error:
            return self._trouble(503, "The copy cannot be read just now", str(error))

    def _route(self, path: str, asked: dict[str, list[str]]) -> Answer:
        match path.split("/"):
            case [""]:
                return self._list(asked)
            case ["m", name]:
                return self._letter(self._one(name), asked)
            case ["m", name, "part", number, _]:
                return self._file(self._one(name), number)
            case ["m", name, "picture", number]:
                return self._picture(self._one(name), number)
            case ["m", name, "raw"]:
                message = self._one(name)
                return _download(self._reader.raw(message.id), f"{message.short}.eml")
            case _:
                raise KeyError(path)

    def _list(self, asked: dict[str, list[str]]) -> Answer:
        def first(name: str) -> str:
            return asked.get(name, [""])[0]

        if "q" in asked:
            page = int(first("page")) if first("page").isdigit() and len(first("page")) < 6 else 0
            shown = search_page(self._reader, first("q"), page, self._clock(), self._zone)
        else:
            folder = first("folder")
            if folder and not (folder.isascii() and folder.isdigit() and len(folder) < 12):
                raise KeyError(folder)
            number = int(folder) if folder else None
            shown = folder_page(self._reader, number, first("before"), self._clock(), self._zone)
        return self._page("list.html", 200, title=shown.heading, page=shown, query=shown.query)

    def _letter(self, message: KeptMessage, asked: dict[str, list[str]]) -> Answer:
        as_text = asked.get("form") == ["text"]
        shown = letter(self._reader, message, self._open(message), as_text, self._clock(), self._zone)
        return self._page("message.html", 200, title=shown.subject, page=shown, query="")

    def _file(self, message: KeptMessage, number: str) -> Answer:
        leaf = self._open.part(message, _number(number))
        return _download(leaf.content, leaf.name)

    def _picture(self, message: KeptMessage, number: str) -> Answer:
        leaf = self._open.part(message, _number(number))
        kind = kind_of(leaf.content)
        if kind is None:
            raise KeyError(number)
        return Answer(200, ((b"content-type", kind.encode()), FILE_POLICY, *ALWAYS), leaf.content)

    def _one(self, name: str) -> KeptMessage:
        found = self._reader.find(name) if len(name) >= SHORTEST_NAME else ()
        if len(found) != 1:
            raise KeyError(name)
        return found[0]

    def _trouble(self, status: int, heading: str, words: str) -> Answer:
        return self._page("trouble.html", status, title=heading, words=words, query="")

    def _page(self, template: str, status: int, **values: object) -> Answer:
        frame = {"css": self._css, "icon": ICON, "root": f"/{self._secret}/"}
        text = self._paper.get_template(template).render(**frame, **values)
        return Answer(status, self._page_headers, text.encode("utf-8", "replace"))


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise KeyError(text)
    return int(text)


def _download(data: bytes, name: str) -> Answer:
    """A file that a browser saves and never shows, whatever it is."""
    plain = "".join(each if each.isascii() and (each.isalnum() or each in "-_. ") else "_" for each in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = (
        (b"content-type", b"application/octet-stream"),
        (b"content-disposition", disposition.encode("ascii")), FILE_POLICY, *ALWAYS,
    )  # fmt: skip
    return Answer(200, headers, data)
