"""The folder behind a real nginx, with the very configuration that the manual gives."""

import gzip
import http.client
import json
import re
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path

import pytest

from lightship.edges.mirrors.directory import Directory
from tests.edges.test_site_server import release
from tests.support import fictional
from tests.support.markdown import ROOT, fences
from tests.support.nginx import Nginx, free_port

pytestmark = pytest.mark.needs("nginx-light")

MANUAL = ROOT / "docs" / "how-to" / "run-behind-nginx.md"


class AsTheManualSays(Nginx):
    """Serves a folder by the manual's block, on loopback, with nobody behind it."""

    site: Path

    def _configuration(self) -> str:
        block = next(each.body for each in fences(MANUAL) if each.info == ("nginx",))
        block = re.sub(r"listen \[::\]:80;", "", block).replace(
            "listen 80;", f"listen 127.0.0.1:{self.port};"
        )
        block = block.replace("/var/lib/lightship/site", str(self.site)).replace(":8080", f":{free_port()}")
        plain = super()._configuration()
        return f"{plain[: plain.index('server {')]} types {{ text/html html; application/json json; }} {block} }}"


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AsTheManualSays]:
    folder = tmp_path_factory.mktemp("nginx")
    folder.chmod(0o755)
    running = AsTheManualSays(folder)
    running.site = folder / "site"
    Directory(running.site).publish(release(fictional.rich(), 3))
    running.start()
    yield running
    running.stop()


def ask(nginx: AsTheManualSays, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    """One request."""
    connection = http.client.HTTPConnection("127.0.0.1", nginx.port, timeout=5)
    connection.request(
        "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def test_the_front_page_comes_compressed_and_harmless(nginx: AsTheManualSays) -> None:
    answer, body = ask(nginx, "/", Accept_Encoding="gzip")
    assert answer.status == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert fictional.HEADLINE in gzip.decompress(body).decode()
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["etag"] is not None


def test_a_code_is_an_address_on_any_web_server(nginx: AsTheManualSays) -> None:
    answer, _ = ask(nginx, "/a/01904")
    assert answer.status == 301
    assert answer.headers["location"].endswith("/a/01904/")
    answer, body = ask(nginx, "/a/01904/")
    assert answer.status == 200
    assert b"York (01904)" in body
    assert json.loads(ask(nginx, "/a/01904.json")[1])["name"] == "York"


def test_what_is_not_there_gets_our_page(nginx: AsTheManualSays) -> None:
    answer, body = ask(nginx, "/nowhere")
    assert answer.status == 404
    assert b"There is no such page" in body


def test_looking_up_without_the_process_leads_to_the_list(nginx: AsTheManualSays) -> None:
    answer, body = ask(nginx, "/find?code=01904")
    assert answer.status == 200
    assert b"This copy of the page cannot search" in body
    assert b'href="../codes/"' in body
