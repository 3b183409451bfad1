"""A dialogue of one's own: say this, expect that, change over to TLS, against servers of whatever kind."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lightship.edges.probes.address import check
from lightship.edges.probes.probe import Result, Secret
from lightship.edges.probes.scripts import steps
from lightship.vocabulary.errors import BadInput
from tests.support.certificates import Authority
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.mailbox import fill, message
from tests.support.measuring import measure
from tests.support.places import open_folder


def script(*raw: dict[str, Any]) -> tuple[Any, ...]:
    return steps("dialogue", raw, lambda n: f"steps[{n}]")


@pytest.fixture
def chat() -> Iterator[tuple[int, list[bytes]]]:
    """Greets, and answers each line with its own words turned round."""
    heard: list[bytes] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def serve() -> None:
            talk, _ = listener.accept()
            with talk, talk.makefile("rb") as lines:
                talk.settimeout(5)
                talk.sendall(b"* noise\r\nhello token=abc42 {secret}\r\n")
                for line in lines:
                    heard.append(line)
                    talk.sendall(b"you said: " + line)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1], heard
        thread.join(5)


def talk(port: int, *raw: dict[str, Any], query: str = "", **options: Any) -> Result:
    return measure(
        f"dialogue://127.0.0.1:{port}{query}", **{"steps": script(*raw), "timeout": 1.0, **options}
    )


def test_lines_are_expected_and_their_parts_said_again(chat: tuple[int, list[bytes]]) -> None:
    port, heard = chat
    result = talk(
        port,
        {"step": "hello", "expect": r"token=(?P<key>\w+)(.*)", "send": "LOGIN ${key} $2"},
        {"step": "echo", "expect": "^you said: LOGIN abc42"},
    )
    assert result.up, result.detail
    assert [stage for stage, _ in result.phases][2:] == ["hello", "hello", "hello", "echo"]
    assert heard == [b"LOGIN abc42  {secret}\r\n"], "what a server says is never taken for a secret"


def test_what_does_not_come_says_what_came_instead(chat: tuple[int, list[bytes]]) -> None:
    result = talk(chat[0], {"step": "hello", "expect": "^READY"})
    assert (result.stage, result.failure) == ("hello", "wrong-answer")
    assert "token=abc42" in result.detail


def test_what_must_not_come_fails_at_once(chat: tuple[int, list[bytes]]) -> None:
    result = talk(chat[0], {"expect": "never", "not_expect": "noise"})
    assert (result.stage, result.failure, result.detail) == ("answer", "wrong-answer", "* noise")


def test_a_silent_server_times_out_and_a_closed_port_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        silent = measure(f"dialogue://127.0.0.1:{port}", timeout=0.4)
    assert (silent.stage, silent.failure) == ("answer", "timeout")
    assert measure(f"dialogue://127.0.0.1:{port}").failure == "refused"


@pytest.mark.needs("dovecot-imapd")
def test_it_changes_over_to_tls_and_logs_in_to_a_real_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    with open_folder() as folder:
        certificate, key = authority.issue(folder, "localhost", "127.0.0.1")
        server = Dovecot(folder, certificate=certificate, key=key)
        fill(server.mail("ann"), [message(1)])
        with server:
            result = measure(
                f"dialogue://ann@127.0.0.1:{server.port}", secret=Secret(PASSWORD),
                steps=script(
                    {"step": "hello", "expect": r"^\* OK", "send": "a STARTTLS"},
                    {"step": "agreed", "expect": "^a OK", "starttls": True},
                    {"step": "login", "send": 'b LOGIN {user} "{secret}"'},
                    {"step": "in", "expect": "^b OK", "not_expect": "^b (NO|BAD)"},
                ),
            )  # fmt: skip
    assert result.up, result.detail
    assert result.expires is not None
    assert PASSWORD not in str(result)


def test_a_password_in_clear_wants_a_word_of_the_operators() -> None:
    login = script({"send": "LOGIN {secret}"})
    with pytest.raises(BadInput, match="in clear"):
        check("dialogue://x:1", steps=login)
    assert check("dialogue://x:1?over=tls", steps=login).steps == login
    assert check("dialogue://x:1?over=tcp", steps=login).steps == login


@pytest.mark.parametrize(
    ("raw", "said"), [({}, "nothing to do"), ({"expect": "("}, "no pattern"), ({"says": "x"}, "says")]
)
def test_a_step_that_means_nothing_is_refused(raw: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        script(raw)
