"""The short way to the page: the same answer as the ordinary one, and nothing that is not plain goes it."""

import re
import socket
import time
from collections.abc import Iterator

import pytest

from lightship.edges.web import quick
from lightship.edges.web.asked import plain_get
from lightship.edges.web.front import Front
from lightship.edges.web.mounting import Mounted, Receive, Scope, Send
from lightship.edges.web.published import MOST_LYING, Published
from tests.edges.test_site_server import Running, release
from tests.support import fictional

PATHS = [
    "/",
    "/index.html",
    "/a/01904",
    "/a/01904/",
    "/status.txt",
    "/map.svg",
    "/api/v2/summary.json",
    "/no-such",
]
CODINGS = ["", "gzip", "br, gzip;q=0.5", "identity"]


async def other(scope: Scope, receive: Receive, send: Send) -> None:
    body = scope["path"].encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]}
    )
    await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def page() -> Iterator[tuple[Running, Published]]:
    files = Published()
    files.swap(release(fictional.rich()))
    running = Running(Front(files, None, [Mounted("/a/01904", other)]))
    yield running, files
    running.stop()


def ask(port: int, *parts: bytes) -> bytes:
    """What comes back for octets that are sent piece by piece, without the date."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as asked:
        asked.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        asked.sendall(parts[0])
        for each in parts[1:]:
            time.sleep(0.05)  # so that it comes in two pieces
            asked.sendall(each)
        got = b""
        while b"\r\n\r\n" not in got or len(got) < whole(got):
            got += asked.recv(65536)
    return re.sub(rb"date: [^\r]+\r\n", b"", got)


def whole(got: bytes) -> int:
    head, _, _ = got.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    return len(head) + 4 + (int(length[1]) if length and b" 304 " not in head else 0)


def request(path: str, coding: str = "", more: str = "") -> bytes:
    accepts = f"Accept-Encoding: {coding}\r\n" if coding else ""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{accepts}{more}\r\n".encode()


def parts_of(answer: bytes) -> tuple[bytes, set[bytes], bytes]:
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *headers = head.split(b"\r\n")
    return status, set(headers), body


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("path", PATHS)
def test_both_ways_give_the_same_answer(page: tuple[Running, Published], path: str, coding: str) -> None:
    asked = request(path, coding)
    short, ordinary = ask(page[0].port, asked), ask(page[0].port, asked[:20], asked[20:])
    assert parts_of(short) == parts_of(ordinary)


def test_not_changed_is_said_on_both_ways(page: tuple[Running, Published]) -> None:
    tag = re.search(rb"etag: ([^\r]+)", ask(page[0].port, request("/", "gzip")))
    assert tag is not None
    asked = request("/", "gzip", f"If-None-Match: {tag[1].decode()}\r\n")
    short, ordinary = ask(page[0].port, asked), ask(page[0].port, asked[:20], asked[20:])
    assert short.startswith(b"HTTP/1.1 304 ")
    assert parts_of(short) == parts_of(ordinary)


def test_every_answer_has_a_date(page: tuple[Running, Published]) -> None:
    with socket.create_connection(("127.0.0.1", page[0].port), timeout=10) as asked:
        asked.sendall(request("/status.txt"))
        assert re.search(rb"\r\ndate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n", asked.recv(65536))


def test_what_another_application_answers_never_goes_the_short_way(page: tuple[Running, Published]) -> None:
    assert ask(page[0].port, request("/a/01904/")).endswith(b"\r\n\r\n/a/01904/")


def test_several_requests_at_once_are_answered_in_order(page: tuple[Running, Published]) -> None:
    with socket.create_connection(("127.0.0.1", page[0].port), timeout=10) as asked:
        asked.sendall(request("/status.txt") + request("/robots.txt"))
        got = b""
        while got.count(b"HTTP/1.1 200") < 2 or len(got) < whole(got):
            got += asked.recv(65536)
    assert got.index(b"Simulation") < got.index(b"User-agent")


def test_a_new_release_is_served_at_once(page: tuple[Running, Published]) -> None:
    running, files = page
    before = ask(running.port, request("/status.txt"))
    files.swap(release(fictional.calm(), 9))
    assert ask(running.port, request("/status.txt")) != before


def test_strangers_inventions_do_not_pile_up() -> None:
    files = Published()
    files.swap(release(fictional.calm()))
    for n in range(MOST_LYING + 10):
        assert files.ready(request("/", more=f"X-Number: {n}\r\n")) is not None
    assert files._shelf is not None
    assert len(files._shelf.lying) <= MOST_LYING


@pytest.mark.parametrize(
    "octets",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"GET / HTTP/1.0\r\nHost: x\r\n\r\n",
        b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        b"GET /?live HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /%2e%2e/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
        b"GET / HTTP/1.1\nHost: x\n\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\r\n\r\n",
        b"",
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
    ],
)
def test_what_is_not_plain_goes_the_ordinary_way(octets: bytes) -> None:
    assert plain_get(octets) is None


def test_whoever_sends_half_a_request_is_not_waited_for(
    page: tuple[Running, Published], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick, "PATIENCE_SECONDS", 0.2)
    for half in (b"", b"GET / HT"):
        with socket.create_connection(("127.0.0.1", page[0].port), timeout=5) as asked:
            asked.sendall(half)
            try:
                got = asked.recv(1)
            except ConnectionResetError:
                got = b""
            assert got == b""
