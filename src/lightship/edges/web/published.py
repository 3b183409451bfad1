"""The published files as an ASGI application, from memory: any path that was not published does not exist.

It never reads the disk and knows nothing of the core, so it answers while both are in trouble. A new release takes the
place of the old one in one assignment: a request sees one or the other, whole.
"""

from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from html import escape
from typing import Any
from urllib.parse import parse_qs

import msgspec

from lightship.edges.mirrors.packing import Packed, Release
from lightship.edges.web.asked import PlainGet, plain_get
from lightship.edges.web.coding import Coding, readable
from lightship.edges.web.find import Entry, Finder, Found
from lightship.edges.web.reporting import Choices, Place, Reporting, asked_area
from lightship.edges.web.small_pages import small_page

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]

CACHE = b"public, max-age=15, stale-while-revalidate=60, stale-if-error=86400"
"""RFC 5861: a cache may go on serving for a day when it cannot reach us."""
POLICY = b"default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'"
KINDS = {
    "html": b"text/html; charset=utf-8", "json": b"application/json", "svg": b"image/svg+xml",
    "txt": b"text/plain; charset=utf-8", "atom": b"application/atom+xml; charset=utf-8",
    "ics": b"text/calendar; charset=utf-8",
}  # fmt: skip
RELOAD_SECONDS = 10
FIND = "/find"
REPORT = "/report"
LONGEST_QUERY = 1024


class Answer:
    """One published file, ready to be sent: its headers and body in each coding, and its entity tag in each."""

    def __init__(self, path: str, file: Packed, common: tuple[Header, ...]) -> None:
        kind = KINDS.get(path.rpartition(".")[2], b"application/octet-stream")
        bodies: dict[Coding, bytes | None] = {"br": file.brotli, "gzip": file.gzip, "identity": file.raw}
        self.raw = file.raw
        self.forms = {
            coding: _form(body, coding, file.digest, kind, common)
            for coding, body in bodies.items()
            if body is not None
        }

    def form(self, codings: tuple[Coding, ...]) -> "Form":
        """The first of these forms that there is; plain text is always."""
        return next(found for each in codings if (found := self.forms.get(each)) is not None)


class Form:
    """A file in one coding."""

    __slots__ = ("body", "headers", "tag", "unchanged")

    def __init__(self, body: bytes, tag: bytes, headers: list[Header], unchanged: list[Header]) -> None:
        self.body, self.tag, self.headers, self.unchanged = body, tag, headers, unchanged


def _form(body: bytes, coding: Coding, digest: str, kind: bytes, common: tuple[Header, ...]) -> Form:
    tag = f'"{digest[:24]}-{coding}"'.encode()
    told = [(b"etag", tag), (b"vary", b"accept-encoding"), (b"cache-control", CACHE), *common]
    coded = [(b"content-encoding", coding.encode())] if coding != "identity" else []
    length = (b"content-length", str(len(body)).encode())
    return Form(body, tag, [(b"content-type", kind), length, *coded, *told], told)


Lying = tuple[bytes, bytes]
"""An answer that lies ready: its head without the date and the empty line, and its body."""
MOST_LYING, LONGEST_LYING = 1024, 2048
"""Answers of one release that are kept by the request that they are for, and octets of such a request."""


class Shelf:
    """Everything of one release by the paths that people ask for."""

    def __init__(self, release: Release) -> None:
        self.sequence, self.simulated = release.sequence, release.simulated
        self.common = common_headers(release.simulated)
        self.by_path: dict[str, Answer] = {}
        for path, file in (*release.files.items(), *release.seals()):
            answer = Answer(path, file, self.common)
            self.by_path[f"/{path}"] = answer
            if path.endswith("index.html"):
                folder = f"/{path.removesuffix('index.html')}"
                self.by_path[folder] = answer
                self.by_path[folder.removesuffix("/") or "/"] = answer
        self.lying: dict[bytes, Lying] = {}
        codes = release.files.get("codes.json")
        self.finder = Finder.of(codes.raw) if codes is not None else None
        choices = release.files.get("report/choices.json")
        self.form = self._form(choices.raw) if choices is not None else None

    def _form(self, choices: bytes) -> Place:
        areas = {
            path: answer.raw
            for path, answer in self.by_path.items()
            if path.startswith("/a/") and path.endswith(".json")
        }
        return Place(msgspec.json.decode(choices, type=Choices), self.finder, areas)


def common_headers(simulated: bool) -> tuple[Header, ...]:
    """What every answer carries."""
    always = (
        (b"content-security-policy", POLICY), (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"), (b"access-control-allow-origin", b"*"),
    )  # fmt: skip
    marked = ((b"x-robots-tag", b"noindex"), (b"lightship-simulated", b"yes")) if simulated else ()
    return (*always, *marked)


class Published:
    """The application. Before the first release it says so, with 503.

    Args:
        reporting: takes customers' reports; None: nobody may report here.
    """

    def __init__(self, reporting: Reporting | None = None) -> None:
        self._reporting = reporting
        self._shelf: Shelf | None = None
        self._codings: dict[bytes, tuple[Coding, ...]] = {}

    @property
    def sequence(self) -> int:
        """Of the release that is served; 0 before the first."""
        return self._shelf.sequence if self._shelf else 0

    @property
    def place(self) -> Place | None:
        """What reports may say and what is known, as published; None: nobody may report, or nothing is published."""
        return self._shelf.form if self._shelf else None

    def swap(self, release: Release) -> None:
        """Serve this release from the next request on. May be called from another thread. An older one is ignored."""
        if self._shelf is None or release.sequence >= self._shelf.sequence:
            self._shelf = Shelf(release)

    def raw(self, path: str) -> bytes | None:
        """A published file as it stands, such as "/subscribe/"; None: there is none."""
        found = self._shelf.by_path.get(path) if self._shelf else None
        return found.raw if found is not None else None

    @property
    def finder(self) -> Finder | None:
        """Finds areas by what people type; None: areas mean nothing here, or nothing is published yet."""
        return self._shelf.finder if self._shelf else None

    @property
    def common(self) -> tuple[Header, ...]:
        """Headers of every answer."""
        return self._shelf.common if self._shelf else common_headers(simulated=False)

    def ready(self, request: bytes, ours: Callable[[str], bool] = lambda path: True) -> Lying | None:
        """The answer to a request as it came, where a published file alone is one; see `quick`.

        Args:
            ours: whether a path is for the files at all. Not asked again for a request that was seen before.
        """
        shelf = self._shelf
        if shelf is None:
            return None
        found = shelf.lying.get(request)
        if found is None and (asked := plain_get(request)) is not None and ours(asked.path):
            found = self._lay(shelf, asked)
            if found is not None and len(request) <= LONGEST_LYING:
                if len(shelf.lying) >= MOST_LYING:
                    shelf.lying.clear()
                shelf.lying[request] = found
        return found

    def _lay(self, shelf: Shelf, asked: PlainGet) -> Lying | None:
        answer = shelf.by_path.get(asked.path)
        if answer is None or asked.path.rstrip("/") in (REPORT, FIND):
            return None
        form = answer.form(self._codings_of(asked.accepts))
        if asked.matches and _matches(asked.matches, form.tag):
            return _head(b"304 Not Modified", form.unchanged), b""
        return _head(b"200 OK", form.headers), form.body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        shelf, method = self._shelf, scope["method"]
        if (
            self._reporting is not None
            and shelf is not None
            and scope["path"].rstrip("/") == REPORT
            and shelf.form
        ):
            await self._report(shelf, self._reporting, scope, receive, send)
        elif method not in ("GET", "HEAD"):
            await _refuse(send, shelf)
        elif shelf is None:
            await _say(send, 503, "Nothing has been published here yet", "Please reload in a few seconds.", None,
                       ((b"retry-after", b"5"),), method)  # fmt: skip
        elif scope["path"].rstrip("/") == FIND and shelf.finder is not None:
            await self._find(shelf, scope, send, method)
        else:
            await self._serve(shelf, scope, send, method)

    async def _serve(self, shelf: Shelf, scope: Scope, send: Send, method: str) -> None:
        answer = shelf.by_path.get(scope["path"])
        status = 200
        if answer is None:
            status, answer = 404, shelf.by_path.get("/404.html")
            if answer is None:
                await _say(
                    send, 404, "There is no such page", "The address may be mistyped.", shelf, (), method
                )
                return
        accepts, matches = b"", b""
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                accepts = value
            elif name == b"if-none-match":
                matches = value
        form = answer.form(self._codings_of(accepts))
        if matches and status == 200 and _matches(matches, form.tag):
            await _send(send, 304, form.unchanged, b"")
            return
        headers = form.headers
        if scope.get("query_string") == b"live":
            headers = [*headers, (b"refresh", str(RELOAD_SECONDS).encode())]
        await _send(send, status, headers, form.body if method == "GET" else b"")

    def _codings_of(self, accepts: bytes) -> tuple[Coding, ...]:
        """Clients send few different headers, so each is read once; strangers' inventions do not pile up."""
        known = self._codings.get(accepts)
        if known is None:
            if len(self._codings) >= 256:
                self._codings.clear()
            known = self._codings[accepts] = readable(accepts.decode("latin-1"))
        return known

    async def _report(
        self, shelf: Shelf, reporting: Reporting, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """The form, with the area filled in that a link names; or the answer to one that was sent."""
        assert shelf.form is not None, "only called where there is one"
        said = await reporting.take(scope, receive, shelf.form) if scope["method"] == "POST" else None
        raw = shelf.by_path["/report/"].raw
        if said is None:
            page, status = _between(raw, "area", escape(asked_area(scope.get("query_string", b"")))), 200
        else:
            page, status = _between(_between(raw, "answer", said.html()), "area", ""), said.status
            if status == 200:
                page = _without_form(page)
        more = ((b"retry-after", b"60"),) if status in (429, 503) else ()
        body = b"" if scope["method"] == "HEAD" else page
        await _send(send, status, [*_once(page), *shelf.common, *more], body)

    async def _find(self, shelf: Shelf, scope: Scope, send: Send, method: str) -> None:
        query = scope.get("query_string", b"")[:LONGEST_QUERY].decode("latin-1")
        typed = parse_qs(query, encoding="utf-8", errors="replace").get("code", [""])[0]
        assert shelf.finder is not None, "only called where there is one"
        found = shelf.finder.find(typed)
        if found.page is not None:
            where = (b"location", f"/{found.page}".encode())
            headers = [where, (b"content-length", b"0"), (b"cache-control", b"no-store"), *shelf.common]
            await _send(send, 303, headers, b"")
            return
        page = _found_page(shelf, typed, found)
        await _send(send, 200, [*_once(page), *shelf.common], page if method == "GET" else b"")


def _found_page(shelf: Shelf, typed: str, found: Found) -> bytes:
    """The published page for looking up, with what was found in its middle."""
    published = shelf.by_path.get("/find")
    if published is None:
        return small_page("Look up your area", "Nothing found.", shelf.simulated)
    return _between(published.raw, "found", _words(typed, found))


def _between(page: bytes, mark: str, words: str) -> bytes:
    """A page with other words between two marks; without the marks, the page as it is."""
    before, found, rest = page.partition(f"<!--{mark}-->".encode())
    _, ended, after = rest.partition(f"<!--/{mark}-->".encode())
    return before + words.encode() + after if found and ended else page


def _without_form(page: bytes) -> bytes:
    """Once a report is counted there is nothing more to fill in."""
    return _between(page, "form", "")


def _words(typed: str, found: Found) -> str:
    if not typed.strip():
        return "<h1>Look up your area</h1><p>Type a telephone area code, such as 01904, or a town.</p>"
    said = f"<h1>No area found for “{escape(typed.strip()[:64])}”</h1>"
    if not found.near:
        hint = "We look up telephone area codes and towns, not postcodes."
        return f'{said}<p>{hint} <a href="../codes/">All area codes by town</a>.</p>'
    return f"{said}<p>Did you mean one of these?</p><ul>{''.join(_link(each) for each in found.near)}</ul>"


def _link(entry: Entry) -> str:
    return f'<li><a href="../{escape(entry.page)}">{escape(entry.code)} {escape(entry.name)}</a>'


def _head(status: bytes, headers: Sequence[Header]) -> bytes:
    return b"HTTP/1.1 %b\r\n%b" % (status, b"".join(b"%b: %b\r\n" % each for each in headers))


def _matches(header: bytes, tag: bytes) -> bool:
    """`If-None-Match` (RFC 9110, section 13.1.2), compared weakly: a proxy may have marked our tag as weak."""
    return header.strip() == b"*" or tag in (each.strip().removeprefix(b"W/") for each in header.split(b","))


async def _refuse(send: Send, shelf: Shelf | None) -> None:
    allow = ((b"allow", b"GET, HEAD"),)
    await _say(send, 405, "This page only reads", "It cannot take what was sent to it.", shelf, allow, "GET")


async def _say(
    send: Send, status: int, title: str, text: str, shelf: Shelf | None, more: tuple[Header, ...], method: str
) -> None:
    simulated = shelf is not None and shelf.simulated
    page = small_page(title, text, simulated)
    await _send(
        send, status, [*_once(page), *common_headers(simulated), *more], page if method == "GET" else b""
    )


def _once(page: bytes) -> tuple[Header, ...]:
    """Headers of a page that was made for one request."""
    length = str(len(page)).encode()
    return ((b"content-type", KINDS["html"]), (b"content-length", length), (b"cache-control", b"no-store"))


async def _send(send: Send, status: int, headers: list[Header], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
