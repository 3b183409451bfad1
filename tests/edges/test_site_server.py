"""Our own server: the published bytes, over real connections on loopback."""

import asyncio
import gzip
import http.client
import logging
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from http.client import HTTPResponse

import brotli
import msgspec
import pytest

from lightship.edges.files.templates import template_texts
from lightship.edges.mirrors.packing import Packer, Release
from lightship.edges.web.forms import Receive, Scope
from lightship.edges.web.published import Published, Send
from lightship.edges.web.server import serving
from lightship.tell.site import files
from lightship.tell.situation import Situation
from lightship.vocabulary.errors import BadInput
from tests.support import fictional

ASGI = Callable[[Scope, Receive, Send], Awaitable[None]]


def release(situation: Situation, sequence: int = 1) -> Release:
    """What a situation is published as."""
    texts = files(situation, template_texts())
    return Packer().pack(texts, sequence, "2031-03-05T09:00:00Z", situation.settings.simulated)


class Running:
    """The server on a thread with a loop of its own, as a test's client is not one of its coroutines."""

    def __init__(self, app: ASGI) -> None:
        self.app, self.address = app, ""
        self._ready, self._loop = threading.Event(), asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))
        self._thread.start()
        assert self._ready.wait(10)

    async def _run(self) -> None:
        self._stop = asyncio.Event()
        async with serving(self.app) as self.address:
            self._ready.set()
            await self._stop.wait()

    def stop(self) -> None:
        """Returns when nobody listens any more."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        assert not self._thread.is_alive()
        self._loop.close()

    @property
    def port(self) -> int:
        return int(self.address.rstrip("/").rpartition(":")[2])

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=named)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    app = Published()
    app.swap(release(fictional.rich()))
    running = Running(app)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    return files(fictional.rich(), template_texts())


def test_every_published_file_is_served_byte_for_byte(server: Running, site: dict[str, str]) -> None:
    for path in (
        "index.html",
        "index.json",
        "a/01904.json",
        "i/20310305-1/index.html",
        "map.svg",
        "robots.txt",
    ):
        answer, body = server.ask(f"/{path}")
        assert answer.status == 200
        assert body.decode() == site[path]


@pytest.mark.parametrize("path", ["/a/01904", "/a/01904/", "/a/01904/index.html"])
def test_a_code_is_an_address(server: Running, site: dict[str, str], path: str) -> None:
    answer, body = server.ask(path)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert body.decode() == site["a/01904/index.html"]


@pytest.mark.parametrize(
    ("accepts", "coding"),
    [
        ("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("gzip;q=0", None), ("", None),
        ("*", "br"), ("nonsense;;q=,,", None), ("BR", "br"),
    ],
)  # fmt: skip
def test_each_client_gets_a_form_that_it_can_read(
    server: Running, site: dict[str, str], accepts: str, coding: str | None
) -> None:
    answer, body = server.ask("/", Accept_Encoding=accepts)
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    assert answer.headers["content-encoding"] == coding
    assert answer.headers["vary"] == "accept-encoding"
    assert unpack(body).decode() == site["index.html"]


def test_a_file_without_brotli_goes_out_in_gzip(server: Running) -> None:
    assert server.ask("/a/01904", Accept_Encoding="br, gzip")[0].headers["content-encoding"] == "gzip"
    assert server.ask("/a/01904", Accept_Encoding="br")[0].headers["content-encoding"] is None


def test_what_the_client_has_is_not_sent_again(server: Running) -> None:
    tag = server.ask("/", Accept_Encoding="gzip")[0].headers["etag"]
    assert tag.startswith('"')
    for match in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer, body = server.ask("/", Accept_Encoding="gzip", If_None_Match=match)
        assert (answer.status, body) == (304, b"")
        assert answer.headers["etag"] == tag
    assert server.ask("/", Accept_Encoding="br", If_None_Match=tag)[0].status == 200, (
        "another form, another tag"
    )


def test_head_says_what_get_would(server: Running) -> None:
    get, body = server.ask("/index.json")
    head, nothing = server.ask("/index.json", "HEAD")
    assert nothing == b""
    assert head.headers["content-length"] == get.headers["content-length"] == str(len(body))
    assert head.headers["etag"] == get.headers["etag"]


def test_headers_keep_caches_useful_and_pages_harmless(server: Running) -> None:
    headers = server.ask("/")[0].headers
    assert headers["cache-control"] == "public, max-age=15, stale-while-revalidate=60, stale-if-error=86400"
    assert headers["content-security-policy"].startswith(
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["set-cookie"] is None


@pytest.mark.parametrize(
    "path", ["/", "/a/01904.json", "/map.svg", "/nowhere", "/find?code=York", "/find?code=?"]
)
def test_a_simulation_says_so_in_every_header(server: Running, path: str) -> None:
    headers = server.ask(path)[0].headers
    assert headers["x-robots-tag"] == "noindex"
    assert headers["lightship-simulated"] == "yes"


def test_a_real_page_has_no_such_header() -> None:
    app = Published()
    app.swap(release(msgspec.structs.replace(fictional.calm(), settings=fictional.settings(simulated=False))))
    running = Running(app)
    headers = running.ask("/")[0].headers
    running.stop()
    assert headers["x-robots-tag"] is None
    assert headers["lightship-simulated"] is None


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere", "/a/99999", "/../../etc/passwd", "/..%2f..%2fetc/passwd", "//etc/passwd",
        "/a/01904/../../index.html", "/%00", "/a//",
    ],
)  # fmt: skip
def test_what_was_not_published_does_not_exist(server: Running, path: str) -> None:
    answer, body = server.ask(path)
    assert answer.status == 404
    assert b"There is no such page" in body
    assert b"root:" not in body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_the_page_only_reads(server: Running, method: str) -> None:
    answer, body = server.ask("/", method)
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert b"<h1>This page only reads</h1>" in body


def test_looking_up_leads_to_the_page(server: Running) -> None:
    answer, _ = server.ask("/find?code=01904+123456")
    assert (answer.status, answer.headers["location"]) == (303, "/a/01904/")
    assert server.ask("/find?code=%2B44%201904%20123456")[0].headers["location"] == "/a/01904/"
    assert server.ask("/find/?code=York")[0].headers["location"] == "/a/01904/"


def test_looking_up_in_vain_helps_on(server: Running) -> None:
    answer, body = server.ask("/find?code=Yorck")
    assert answer.status == 200
    assert "No area found for “Yorck”" in body.decode()
    assert '<a href="../a/01904/">01904 York</a>' in body.decode()
    assert "<!--" not in body.decode()
    assert answer.headers["cache-control"] == "no-store"


def test_what_was_typed_cannot_break_out(server: Running) -> None:
    body = server.ask("/find?code=%3Cscript%3Ealert(1)%3C/script%3E")[1]
    assert b"<script" not in body
    assert b"&lt;script&gt;" in body


@pytest.mark.parametrize("query", ["", "code=", "other=1", "code=%ff%fe", "code=" + "x" * 5_000])
def test_a_strange_query_is_answered_with_the_form(server: Running, query: str) -> None:
    answer, body = server.ask(f"/find?{query}")
    assert answer.status == 200
    assert b"<form" in body


def test_who_asks_for_it_gets_a_page_that_reloads_itself(server: Running) -> None:
    assert server.ask("/?live")[0].headers["refresh"] == "10"
    assert server.ask("/")[0].headers["refresh"] is None


def test_a_new_release_takes_the_place_of_the_old_one_whole() -> None:
    app = Published()
    running = Running(app)
    answer, body = running.ask("/")
    assert (answer.status, answer.headers["retry-after"]) == (503, "5")
    assert b"Nothing has been published here yet" in body
    app.swap(release(fictional.calm(), 1))
    assert b"No problems that we know of" in running.ask("/")[1]
    app.swap(release(fictional.rich(), 2))
    assert fictional.HEADLINE in running.ask("/")[1].decode()
    app.swap(release(fictional.calm(), 1))
    assert app.sequence == 2, "never backwards"
    running.stop()


def test_stopping_closes_the_door_and_lets_a_successor_in() -> None:
    running = Running(Published())
    port = running.port
    running.stop()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_an_address_that_is_taken_is_named() -> None:
    async def start(port: int) -> None:
        async with serving(Published(), port=port):
            pass

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(
            BadInput, match=rf"127\.0\.0\.1:{port}: cannot be listened on \(Address already in use\)"
        ):
            asyncio.run(start(port))


def test_serving_prints_nothing(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    running = Running(Published())
    running.ask("/")
    running.stop()
    assert capfd.readouterr() == ("", "")
