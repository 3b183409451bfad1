"""Whatever a name, a step, a redirect or a telephone leads to: nothing goes where an agent's owner did not allow it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from lightship.edges.agents.own.allowed import Allowed
from lightship.edges.probes.address import check, probe_for
from lightship.edges.probes.probe import Result, Secret
from lightship.edges.probes.reach import bounded
from lightship.edges.probes.scripts import steps
from tests.support.certificates import Authority
from tests.support.places import open_folder
from tests.support.telephony import Telephone
from tests.support.webmail import PASSWORD, Webmail


def only_first(address: str) -> str:
    """Of the machine's own addresses, the first alone."""
    return "" if address == "127.0.0.1" else f"{address} is not ours"


def measure(address: str, **options: Any) -> Result:
    made = check(address, **options)
    with bounded(only_first):
        return asyncio.run(probe_for(made.scheme).measure(made))


@pytest.mark.parametrize("scheme", ["tcp", "http", "smtp", "sip", "path", "icmp", "ntp"])
def test_a_forbidden_address_is_not_gone_to_and_that_is_no_outage(scheme: str) -> None:
    port = "" if scheme in ("path", "icmp") else ":9"
    result = measure(f"{scheme}://127.0.0.2{port}", timeout=1.0)
    assert (result.up, result.unknown, result.stage) == (False, True, "name")
    assert result.detail == "127.0.0.2 is not ours"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    with Webmail(authority.issue(tmp_path / "site", "127.0.0.1", "127.0.0.2")) as made:
        yield made


def test_neither_a_step_nor_a_redirect_leads_out_of_bounds(site: Webmail) -> None:
    site.fault, site.elsewhere = "downgrade", f"https://127.0.0.2:{site.port}/inbox"
    redirected = measure(f"web://ann@127.0.0.1:{site.port}/login", secret=Secret(PASSWORD))
    assert (redirected.stage, redirected.unknown) == ("login", True)
    own = steps("web", [{"step": "away", "get": f"https://127.0.0.2:{site.port}/login"}], str)
    asked = len(site.said)
    stepped = measure(f"web://127.0.0.1:{site.port}/", steps=own)
    assert (stepped.stage, stepped.unknown, stepped.detail) == ("away", True, "127.0.0.2 is not ours")
    assert len(site.said) == asked


@pytest.mark.needs("sip-tester")
def test_sound_is_not_sent_where_a_telephone_would_have_it() -> None:
    with open_folder() as folder, Telephone(folder, sound=9, host="127.0.0.2") as phone:
        result = measure(f"sip://127.0.0.1:{phone.port}?call=echo&seconds=0.5", timeout=4.0)
    assert (result.stage, result.failure) == ("audio", "wrong-answer")
    assert "127.0.0.2 is not ours" in result.detail


def test_an_owner_allows_what_is_public_and_what_he_named() -> None:
    allowed = Allowed(["192.168.7.0/24"])
    assert allowed.why_not("192.168.7.9") == ""
    assert allowed.why_not("8.8.8.8") == ""
    assert "not public" in allowed.why_not("192.168.8.9")
    assert "not public" in allowed.why_not("::ffff:10.0.0.1")
