"""RADIUS against a real FreeRADIUS: signed both ways, refused, silent, forged."""

import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lightship.edges.probes.address import check
from lightship.edges.probes.probe import Result, Secret
from lightship.edges.probes.radius import hidden, is_answer, request
from lightship.vocabulary.errors import BadInput
from tests.support.freeradius import PASSWORD, SHARED, FreeRadius
from tests.support.measuring import measure
from tests.support.places import open_folder

REAL = pytest.mark.needs("freeradius")


@pytest.fixture(scope="module")
def server() -> Iterator[FreeRadius]:
    with open_folder() as folder:
        made = FreeRadius(folder)
        made.start()
        yield made
        made.stop()


def ask(port: int, query: str = "", password: str = PASSWORD, shared: str = SHARED, **options: Any) -> Result:
    secrets = {"shared": Secret(shared)}
    address = f"radius://ann@127.0.0.1:{port}{query}"
    return measure(address, secret=Secret(password), secrets=secrets, **{"timeout": 3.0, **options})


@REAL
def test_a_subscriber_is_let_in_over_answers_that_are_signed(server: FreeRadius) -> None:
    result = ask(server.port)
    assert (result.up, result.detail) == (True, "ann is let in: welcome")
    assert [stage for stage, _ in result.phases] == ["name", "request", "answer", "login"]


@REAL
def test_a_wrong_password_is_refused_at_the_login_and_shown_nowhere(server: FreeRadius) -> None:
    result = ask(server.port, password="hunter2")
    assert (result.up, result.stage, result.failure) == (False, "login", "login-refused")
    assert "hunter2" not in str(result)


@REAL
def test_a_wrong_shared_secret_is_met_with_silence_and_the_detail_says_so(server: FreeRadius) -> None:
    result = ask(server.port, shared="another", timeout=0.9)
    assert (result.stage, result.failure) == ("answer", "timeout")
    assert "shared secret" in result.detail


@REAL
def test_an_answer_that_is_not_signed_is_not_trusted_unless_somebody_said_so() -> None:
    with open_folder() as folder:
        old = FreeRadius(folder, signs=False)
        old.start()
        strict, lenient = ask(old.port), ask(old.port, "?message-authenticator=optional")
        old.stop()
    assert (strict.stage, strict.failure) == ("answer", "not-protected")
    assert lenient.up


def forged(answer: Callable[[bytes], bytes], **options: Any) -> Result:
    """A server of somebody else's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))

        def serve() -> None:
            data, source = other.recvfrom(4096)
            other.sendto(answer(data), source)

        thread = threading.Thread(target=serve)
        thread.start()
        result = ask(other.getsockname()[1], timeout=0.6, **options)
        thread.join(5)
    return result


def test_an_answer_by_one_who_does_not_know_the_secret_is_none() -> None:
    result = forged(lambda data: bytes([2, data[1], 0, 20]) + bytes(16))
    assert (result.up, result.failure) == (False, "wrong-answer")


def test_rubbish_is_no_answer() -> None:
    assert forged(lambda _: b"\xff" * 7).failure == "wrong-answer"


def test_a_signature_that_does_not_fit_is_no_answer_even_with_the_right_proof() -> None:
    made = check("radius://ann@x", secret=Secret("p"), secrets={"shared": Secret("s")})
    question = request(made)
    head, body = bytes([2, question[1], 0, 38]), bytes([80, 18]) + b"x" * 16
    proof = hashlib.md5(head + question[4:20] + body + b"s", usedforsecurity=False).digest()
    assert not is_answer(head + proof + body, question, b"s")
    # Without a signature the proof alone holds: that is what the old protocol knows.
    bare = bytes([2, question[1], 0, 20])
    proof = hashlib.md5(bare + question[4:20] + b"s", usedforsecurity=False).digest()
    assert is_answer(bare + proof, question, b"s")


def test_the_signature_stands_first_and_the_password_nowhere() -> None:
    made = check("radius://ann@x", secret=Secret("correct horse"), secrets={"shared": Secret("s")})
    question = request(made)
    assert question[20:22] == bytes([80, 18])
    assert question[22:38] != bytes(16)
    assert b"correct" not in question


def test_the_standards_own_example_of_a_hidden_password_comes_out() -> None:
    """RFC 2865, 7.1."""
    own = bytes.fromhex("0f403f9473978057bd83d5cb98f4227a")
    assert hidden(b"arctangent", b"xyzzy5461", own).hex() == "0dbe708d93d413ce3196e43f782a0aee"


@pytest.mark.parametrize(
    ("options", "said"),
    [({}, "no password"), ({"secret": Secret("x")}, "shares with us"),
     ({"secret": Secret("x" * 200), "secrets": {"shared": Secret("s")}}, "too long")],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        check("radius://ann@x", **options)
