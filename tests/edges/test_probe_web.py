"""Logging in to a website as a browser does: hidden fields, cookies, redirects, and where a password may go."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lightship.edges.probes.address import check
from lightship.edges.probes.probe import Result, Secret
from lightship.edges.probes.scripts import steps
from lightship.edges.probes.website.pages import read
from lightship.vocabulary.errors import BadInput
from tests.support.certificates import Authority
from tests.support.measuring import measure
from tests.support.webmail import PASSWORD, Webmail

LOGIN = Secret(PASSWORD)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def one(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Webmail]:
    with Webmail(authority.issue(tmp_path_factory.mktemp("site"), "localhost", "127.0.0.1")) as made:
        yield made


@pytest.fixture(scope="module")
def other() -> Iterator[Webmail]:
    """Somebody else's, without TLS."""
    with Webmail() as made:
        yield made


@pytest.fixture
def site(one: Webmail, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Webmail:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    one.fault, one.elsewhere = "", ""
    one.said.clear()
    one.posted.clear()
    return one


def script(*raw: dict[str, Any]) -> tuple[Any, ...]:
    return steps("web", raw, lambda n: f"steps[{n}]")


def visit(site: Webmail, path: str = "/login", query: str = "", **options: Any) -> Result:
    return measure(f"web://ann@localhost:{site.port}{path}{query}", **{"secret": LOGIN, **options})


def test_without_steps_it_finds_the_form_logs_in_and_leaves_again(site: Webmail) -> None:
    result = visit(site, "/")
    assert result.up, result.detail
    assert [stage for stage, _ in result.phases] == ["page", "login", "log-out"]
    assert site.said == ["GET /", "GET /login", "POST /login", "GET /inbox", "POST /logout"]
    assert site.posted[0]["lang"] == "en", "what stands in the form is sent as it stands"


def test_steps_are_the_operators_own_and_are_the_stages(site: Webmail) -> None:
    own = script(
        {"step": "front-door", "get": "/login", "keep": {"csrf": 'name=csrf value="([0-9a-f]+)"'}},
        {"step": "sign-in", "post": "/login",
         "fields": {"user": "{user}", "password": "{secret}", "csrf": "{csrf}", "lang": "en"}},
        {"step": "inbox", "get": "/inbox", "contains": "3 messages", "absent": "Sign in", "at": "/inbox"},
        {"step": "leave", "press": "sign out", "contains": "Good bye"},
    )  # fmt: skip
    result = visit(site, steps=own)
    assert result.up, result.detail
    assert [stage for stage, _ in result.phases] == ["front-door", "sign-in", "inbox", "leave"]


def test_a_wrong_password_is_refused_at_the_login_and_shown_nowhere(site: Webmail) -> None:
    result = visit(site, secret=Secret("hunter2"))
    assert (result.up, result.stage, result.failure) == (False, "login", "login-refused")
    assert "hunter2" not in str(result)


@pytest.mark.parametrize(
    ("fault", "stage", "failure"),
    [
        ("down", "page", "server-failed"),
        ("maintenance", "login", "wrong-answer"),
        ("inbox", "login", "server-failed"),
    ],
)
def test_each_step_fails_in_its_own_way(site: Webmail, fault: str, stage: str, failure: str) -> None:
    site.fault = fault
    result = visit(site)
    assert (result.up, result.stage, result.failure) == (False, stage, failure)


def test_a_page_that_hangs_times_out_where_it_hangs(site: Webmail) -> None:
    site.fault = "hangs"
    result = visit(site, timeout=0.5)
    assert (result.stage, result.failure) == ("page", "timeout")


def test_whoever_was_logged_in_is_logged_out_although_a_later_step_failed(site: Webmail) -> None:
    own = script(
        {"step": "page", "get": "/login"},
        {"step": "login", "form": {}},
        {"step": "mail", "get": "/settings"},
        {"step": "never", "get": "/"},
        {"step": "log-out", "press": "sign out", "always": True},
    )
    result = visit(site, steps=own)
    assert (result.stage, result.failure) == ("mail", "wrong-status")
    assert site.said[-1] == "POST /logout"


@pytest.mark.parametrize("fault", ["phished", "moved"])
def test_the_password_goes_to_no_other_origin_not_even_by_a_redirect(
    site: Webmail, other: Webmail, fault: str
) -> None:
    site.fault, site.elsewhere = fault, f"https://127.0.0.1:{site.port}/login"
    result = visit(site)
    assert (result.stage, result.failure) == ("login", "not-protected")
    assert PASSWORD not in str(result)
    assert len(site.posted) == (fault == "moved"), "the one who moved it had it before, and nobody else"


def test_another_origin_may_be_named_by_the_operator(site: Webmail) -> None:
    site.fault, site.elsewhere = "phished", f"https://127.0.0.1:{site.port}/login"
    result = visit(site, query=f"?password-to=https://127.0.0.1:{site.port}")
    # It got there, and the session of the other host is another one.
    assert (result.stage, "403" in result.detail) == ("login", True)
    assert site.posted[0]["password"] == PASSWORD


def test_the_password_is_put_into_no_address(site: Webmail) -> None:
    site.fault = "by-get"
    result = visit(site)
    assert (result.stage, result.failure) == ("login", "not-protected")
    assert not any("password" in each for each in site.said)


def test_a_step_back_to_plain_http_is_not_taken(site: Webmail, other: Webmail) -> None:
    site.fault, site.elsewhere = "downgrade", f"http://127.0.0.1:{other.port}/inbox"
    result = visit(site)
    assert (result.stage, result.failure) == ("login", "not-protected")
    assert other.said == []


def test_redirects_in_a_circle_end(site: Webmail) -> None:
    result = visit(site, "/loop")
    assert (result.stage, result.failure) == ("page", "wrong-answer")
    assert "redirects" in result.detail


def test_a_certificate_that_is_not_trusted_fails_the_step_at_tls(
    site: Webmail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    result = visit(site)
    assert (result.stage, result.failure) == ("page", "certificate-invalid")
    assert "at tls" in result.detail


def test_a_port_that_is_closed_and_a_name_that_is_none_say_so(site: Webmail) -> None:
    closed = measure("web://ann@localhost:1/", secret=LOGIN)
    nowhere = measure("web://ann@no-such-host.invalid/", secret=LOGIN)
    assert (closed.stage, closed.failure, "at connect" in closed.detail) == ("page", "refused", True)
    assert (nowhere.stage, nowhere.failure) == ("page", "name-not-found")


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"step": "a", "get": "/?p={secret}"}, "password in an address"),
        ({"step": "a"}, "nothing to do"),
        ({"step": "a", "get": "/", "press": "x"}, "get and press"),
        ({"step": "Log In", "get": "/"}, "no name of a step"),
        ({"step": "a", "get": "/", "keep": {"x": "("}}, "no pattern"),
        ({"step": "a", "get": "/", "keep": {"x": "abc"}}, "one .group."),
        ({"step": "a", "got": "/"}, "got"),
        ({"step": "a", "get": 5}, "Expected `str`"),
    ],
)
def test_a_step_that_means_nothing_is_refused_and_its_place_named(raw: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said) as raised:
        script({"step": "first", "get": "/"}, raw)
    assert raised.value.place == "steps[1]"


def test_what_stands_in_braces_has_to_stand_for_something() -> None:
    with pytest.raises(BadInput, match="nothing stands for"):
        check("web://x/", steps=script({"step": "a", "post": "/", "fields": {"t": "{token}"}}))


def test_a_page_made_to_be_slow_is_read_in_time() -> None:
    began = time.monotonic()
    for evil in ("<p>word</p>" * 25_000, "<form><input name=x>" * 9_000, "<a href=x>" * 9_000, "<" * 90_000,
                 "<a href=x>" + "<b>word</b>" * 25_000, "<select><option>" * 9_000):  # fmt: skip
        read("https://x/", 200, evil)
    assert time.monotonic() - began < 20


def test_forms_of_all_kinds_are_read_as_a_browser_reads_them(tmp_path: Path) -> None:
    page = read("https://x/a/b", 200, """<base href=/c/><form name=f action=go method=POST>
        <input name=on type=checkbox checked><input name=off type=checkbox><textarea name=t>
hi</textarea><input name=no disabled value=1><select name=s><option value=1>a<option value=2>b</select>
        <input type=submit name=do value=Go></form><a href=d>a  <b>link</b></a><form><p>never closed""")  # fmt: skip
    form = page.forms[0]
    assert (form.action, form.method) == ("https://x/c/go", "post")
    assert form.filled({}) == [("on", "on"), ("t", "hi"), ("s", "1")]
    assert form.buttons[0][0] == "Go"
    assert page.links == [("a link", "https://x/c/d")]
