"""The interface for programs, over real connections: who gets in, what is refused, and how it says so."""

import gzip
import http.client
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard

from lightship.edges.stores.tokens import TokenFile
from lightship.edges.web.api import ROUTES
from lightship.edges.web.api.app import Api
from lightship.edges.web.api.exchange import Answer, Parts, Request, answer
from lightship.edges.web.api.route import EVERYBODY, Route, handler
from lightship.edges.web.front import Front
from lightship.edges.web.published import Published
from lightship.edges.web.senders import Senders
from lightship.vocabulary.time import DAY, Instant
from tests.edges.test_site_server import Running, release
from tests.support import fictional
from tests.support.markdown import ROOT

HERE = "tests.edges.test_api"
OWN = {
    "POST /api/v1/echo/{name}": Route(f"{HERE}:echo", "push", most=1000),
    "GET /api/v1/desk": Route(f"{HERE}:needs_a_desk", EVERYBODY),
    **ROUTES,
}


class Absent:
    """A part that this hub does not have."""


async def echo(request: Request) -> Answer:
    return answer({"name": request.named["name"], "body": request.body.decode(), "sender": request.sender})


async def needs_a_desk(request: Request) -> Answer:
    return answer(str(request.parts.find(Absent)))


class Hub:
    """A page with its interface, and the file of its tokens."""

    def __init__(self, folder: Path) -> None:
        self.now = Instant(1_900_000_000_000)
        self.tokens = TokenFile(folder / "tokens.db", lambda: self.now)
        files = Published()
        files.swap(release(fictional.rich()))
        api = Api(self.tokens, Parts(), Senders(["127.0.0.1"]), lambda: self.now, OWN)
        self.running = Running(Front(files, api))

    def ask(
        self, method: str, path: str, token: str = "", body: bytes | None = None, **headers: str
    ) -> tuple[http.client.HTTPResponse, Any]:
        client = http.client.HTTPConnection("127.0.0.1", self.running.port, timeout=10)
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            told["authorization"] = f"Bearer {token}"
        client.request(method, path, body, told)
        found = client.getresponse()
        text = found.read()
        client.close()
        return found, json.loads(text) if "json" in (found.headers["content-type"] or "") else text


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    made = Hub(tmp_path_factory.mktemp("hub"))
    yield made
    made.running.stop()
    made.tokens.close()


@pytest.fixture(scope="module")
def pusher(hub: Hub) -> str:
    return hub.tokens.add("pusher", ["push"])


def test_a_token_says_what_it_is(hub: Hub, pusher: str) -> None:
    found, said = hub.ask("GET", "/api/v1/whoami", pusher)
    assert (found.status, said) == (200, {"name": "pusher", "may": ["push"]})
    assert found.headers["cache-control"] == "no-store"


def test_the_page_and_its_own_interface_stay_beside_it(hub: Hub) -> None:
    assert hub.ask("GET", "/")[0].status == 200
    assert hub.ask("GET", "/api/v2/summary.json")[0].status == 200


def test_a_token_can_be_the_password_of_anybody(hub: Hub, pusher: str) -> None:
    import base64

    basic = base64.b64encode(f"any:{pusher}".encode()).decode()
    assert hub.ask("GET", "/api/v1/whoami", authorization=f"Basic {basic}")[0].status == 200


@pytest.mark.parametrize("line", [line for line, route in OWN.items() if route.may != EVERYBODY])
def test_without_a_good_token_nothing_is_said(hub: Hub, line: str) -> None:
    method, _, path = line.partition(" ")
    found, said = hub.ask(method, path)
    assert (found.status, found.headers["content-type"]) == (401, "application/problem+json")
    assert (said["status"], said["title"]) == (401, "Unauthorized")
    assert "Bearer" in found.headers["www-authenticate"]
    # A good id with another secret, from an address each, so that the limit on bad tokens is not what answers.
    number = list(OWN).index(line)
    good = hub.tokens.add(f"other{number}", ["read"])
    wrong = good[:-1] + ("A" if good[-1] != "A" else "B")
    for last, bad in enumerate((wrong, good.replace("lsh", "xxx"), "lsh_", "\xff", "lsh_" + "a" * 400)):
        sender = f"198.51.{number}.{last}"
        assert hub.ask(method, path, bad, x_forwarded_for=sender)[0].status == 401


def test_a_token_may_only_what_it_may(hub: Hub) -> None:
    reader = hub.tokens.add("reader", ["read"])
    found, said = hub.ask("POST", "/api/v1/echo/x", reader, b"{}")
    assert (found.status, said["detail"]) == (
        403,
        "This token may not hand in counts, heartbeats and words of feeds.",
    )


def test_a_revoked_or_ended_token_is_good_for_nothing(hub: Hub) -> None:
    short = hub.tokens.add("short", ["read"], Instant(hub.now + DAY))
    gone = hub.tokens.add("gone", ["read"])
    hub.tokens.revoke("gone")
    assert hub.ask("GET", "/api/v1/whoami", gone)[0].status == 401
    assert hub.ask("GET", "/api/v1/whoami", short)[0].status == 200
    hub.now = Instant(hub.now + DAY)
    assert hub.ask("GET", "/api/v1/whoami", short)[0].status == 401
    assert hub.tokens.add("gone", ["read"]) != gone


def test_many_bad_tokens_of_one_network_are_turned_away_and_good_ones_pass(hub: Hub, pusher: str) -> None:
    asked = [hub.ask("GET", "/api/v1/whoami", "bad", x_forwarded_for="203.0.113.9") for _ in range(12)]
    assert [each.status for each, _ in asked[-2:]] == [429, 429]
    assert asked[-1][0].headers["retry-after"] == "60"
    assert hub.ask("GET", "/api/v1/whoami", pusher, x_forwarded_for="203.0.113.9")[0].status == 200


def test_the_file_holds_no_token_and_others_may_not_read_it(hub: Hub, pusher: str) -> None:
    held = b"".join(each.read_bytes() for each in hub.tokens.path.parent.iterdir())
    assert pusher.rpartition("_")[2].encode() not in held
    assert hub.tokens.path.stat().st_mode & 0o077 == 0


def test_last_use_is_known_to_a_minute(hub: Hub) -> None:
    fresh = hub.tokens.add("fresh", ["read"])
    assert next(each.used_at for each in hub.tokens.all() if each.name == "fresh") is None
    hub.ask("GET", "/api/v1/whoami", fresh)
    assert next(each.used_at for each in hub.tokens.all() if each.name == "fresh") == hub.now


@pytest.mark.parametrize("coding", ["", "gzip", "zstd"])
def test_a_body_may_be_packed(hub: Hub, pusher: str, coding: str) -> None:
    packed = {"gzip": gzip.compress(b"hello", mtime=0), "zstd": zstandard.ZstdCompressor().compress(b"hello")}
    sent = packed.get(coding, b"hello")
    found, said = hub.ask("POST", "/api/v1/echo/one", pusher, sent, content_encoding=coding)
    assert (found.status, said["name"], said["body"]) == (200, "one", "hello")


@pytest.mark.parametrize(
    ("sent", "coding", "status"),
    [
        (b"x" * 1001, "", 413), (gzip.compress(b"x" * 10_000_000, mtime=0), "gzip", 413),
        (zstandard.ZstdCompressor().compress(b"x" * 10_000_000), "zstd", 413), (b"rubbish", "gzip", 400),
        (gzip.compress(b"hello", mtime=0)[:-6], "gzip", 400), (b"rubbish", "zstd", 400), (b"x", "br", 415),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_taken_says_why(
    hub: Hub, pusher: str, sent: bytes, coding: str, status: int
) -> None:
    found, said = hub.ask("POST", "/api/v1/echo/one", pusher, sent, content_encoding=coding)
    assert (found.status, said["status"]) == (status, status)


def test_an_unknown_address_or_method_is_a_problem_document(hub: Hub) -> None:
    found, said = hub.ask("GET", "/api/v1/nothing")
    assert (found.status, said["title"]) == (404, "Not Found")
    found, said = hub.ask("DELETE", "/api/v1/whoami")
    assert (found.status, found.headers["allow"]) == (405, "GET")


def test_what_is_not_switched_on_says_so(hub: Hub) -> None:
    found, said = hub.ask("GET", "/api/v1/desk")
    assert found.status == 404
    assert "not switched on" in said["detail"]


def test_a_file_of_tokens_that_cannot_be_read_is_our_trouble(tmp_path: Path) -> None:
    hub = Hub(tmp_path)
    hub.tokens.close()
    found, said = hub.ask("GET", "/api/v1/whoami", "lsh_a_b")
    hub.running.stop()
    assert (found.status, said["detail"]) == (503, "This cannot be kept just now.")


@pytest.mark.parametrize("line", ROUTES)
def test_every_route_has_its_handler_and_its_row_in_the_reference(line: str) -> None:
    assert callable(handler(ROUTES[line]))
    assert f"`{line}`" in (ROOT / "docs/reference/api.md").read_text()


def test_the_interface_describes_itself(hub: Hub) -> None:
    found, told = hub.ask("GET", "/api/v1/openapi.json")
    assert found.status == 200
    assert told["openapi"] == "3.1.0"
    lines = {f"{method.upper()} {path}" for path, methods in told["paths"].items() for method in methods}
    assert lines == set(ROUTES)
    names = [each["operationId"] for methods in told["paths"].values() for each in methods.values()]
    assert len(names) == len(set(names))
    act = told["paths"]["/api/v1/incidents/{incident}/acts"]["post"]
    shape = act["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert "act" in told["components"]["schemas"][shape]["properties"]
    assert [each["name"] for each in act["parameters"]] == ["incident"]
    assert all(each["summary"] for methods in told["paths"].values() for each in methods.values())
    wanted = re.findall(r'"\$ref":\s*"#/components/schemas/([^"]+)"', json.dumps(told))
    assert set(wanted) <= set(told["components"]["schemas"])
