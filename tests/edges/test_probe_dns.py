"""DNS against a real authority and a real resolver; signatures that ended, that do not fit, and that nobody trusts."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from lightship.edges.probes.probe import Result
from tests.support.dns import Authority, Resolver, deaf_udp_port
from tests.support.measuring import measure
from tests.support.serving import free_udp_port

pytestmark = pytest.mark.needs("knot", "unbound")


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Authority]]:
    """Sound, with signatures that ended an hour ago, and altered after signing."""
    kinds = {
        "sound": Authority(tmp_path_factory.mktemp("sound")),
        "ended": Authority(tmp_path_factory.mktemp("ended"), lifetime=-3600.0),
        "altered": Authority(tmp_path_factory.mktemp("altered"), altered=True),
    }
    with ExitStack() as stack:
        for each in kinds.values():
            each.start()
            stack.callback(each.stop)
        yield kinds


@pytest.fixture(scope="module")
def resolver(authorities: dict[str, Authority], tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    sound = authorities["sound"]
    server = Resolver(tmp_path_factory.mktemp("resolver"), sound, sound.anchor)
    server.start()
    yield server.port
    server.stop()


@pytest.fixture(scope="module")
def mistrusting(authorities: dict[str, Authority], tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A resolver that trusts another key than the zone is signed with: a DS record that was not renewed."""
    other = authorities["ended"].anchor
    server = Resolver(tmp_path_factory.mktemp("mistrusting"), authorities["sound"], other)
    server.start()
    yield server.port
    server.stop()


def asked(port: int, rest: str) -> Result:
    return measure(f"dns://127.0.0.1:{port}/{rest}", timeout=5.0)


def test_an_authority_speaks_for_its_zone_and_its_signatures_hold(authorities: dict[str, Authority]) -> None:
    result = asked(authorities["sound"].port, "www.example.test?authoritative=yes&dnssec=authority")
    assert (result.up, result.detail) == (True, "192.0.2.80")
    assert result.expires is not None
    assert 80_000 < result.expires < 86_401


def test_signatures_that_ended_are_found_though_the_answer_is_right(
    authorities: dict[str, Authority],
) -> None:
    port = authorities["ended"].port
    assert asked(port, "www.example.test").up
    result = asked(port, "www.example.test?dnssec=authority")
    assert (result.stage, result.failure) == ("answer", "signature-expired")
    assert "1.0 hours ago" in result.detail


def test_a_record_that_was_changed_after_signing_does_not_pass(authorities: dict[str, Authority]) -> None:
    result = asked(authorities["altered"].port, "www.example.test?dnssec=authority")
    assert (result.up, result.failure) == (False, "signature-invalid")


def test_a_resolver_vouches_for_what_it_could_check(resolver: int) -> None:
    assert asked(resolver, "www.example.test?dnssec=resolver").up


def test_a_resolver_that_trusts_another_key_says_that_it_failed(mistrusting: int) -> None:
    result = asked(mistrusting, "www.example.test")
    assert (result.stage, result.failure, result.detail) == ("answer", "server-failed", "SERVFAIL")


def test_a_resolver_is_not_an_authority(resolver: int) -> None:
    result = asked(resolver, "www.example.test?authoritative=yes")
    assert (result.failure, result.detail) == (
        "wrong-answer",
        "the server does not speak for this zone (lame)",
    )


def test_a_name_that_is_not_there_and_a_type_that_is_not_there_differ(resolver: int) -> None:
    assert asked(resolver, "nobody.example.test").failure == "name-not-found"
    result = asked(resolver, "www.example.test?type=AAAA")
    assert (result.failure, result.stage) == ("wrong-answer", "answer")


def test_a_zone_that_is_not_served_here_is_refused(authorities: dict[str, Authority]) -> None:
    assert asked(authorities["sound"].port, "elsewhere.test").detail == "REFUSED"


def test_a_lame_delegation_is_a_failure_of_the_resolver_and_found_at_the_server_that_was_named(
    authorities: dict[str, Authority], resolver: int
) -> None:
    through = asked(resolver, "www.lame.test")
    assert (through.stage, through.failure) == ("answer", "server-failed")
    at_it = asked(authorities["sound"].port, "www.lame.test?authoritative=yes")
    assert (at_it.stage, at_it.failure, at_it.detail) == ("answer", "wrong-status", "REFUSED")


def test_the_expected_text_has_to_be_there(resolver: int) -> None:
    assert asked(resolver, "example.test?type=TXT&expect=we%20are%20here&over=tcp").up
    assert asked(resolver, "example.test?type=TXT&expect=we%20are%20away").failure == "wrong-answer"


def test_a_closed_port_refuses() -> None:
    assert asked(free_udp_port(), "example.test").failure == "refused"


def test_a_server_that_is_deaf_is_asked_three_times() -> None:
    with closing(deaf_udp_port()) as deaf:
        result = measure(f"dns://127.0.0.1:{deaf.getsockname()[1]}/example.test", timeout=0.6)
        deaf.setblocking(False)
        packets = [deaf.recv(512) for _ in range(3)]
    assert (result.stage, result.failure) == ("answer", "timeout")
    assert len({packet[:2] for packet in packets}) == 1


def test_answers_to_other_questions_are_not_taken() -> None:
    with closing(deaf_udp_port()) as server:

        def forge() -> None:
            question, asker = server.recvfrom(512)
            server.sendto(bytes([question[0] ^ 1]) + question[1:], asker)
            server.sendto(question[:2] + b"\xff\xff", asker)

        thread = threading.Thread(target=forge)
        thread.start()
        result = measure(f"dns://127.0.0.1:{server.getsockname()[1]}/example.test", timeout=2.0)
        thread.join()
    assert (result.stage, result.failure) == ("answer", "malformed")


def test_a_name_that_cannot_be_asked_is_a_result() -> None:
    assert measure(f"dns://127.0.0.1/{'x' * 70}.test").failure == "malformed"
