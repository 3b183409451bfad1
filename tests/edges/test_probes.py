"""Probes against real servers: each stage fails in its own way, and trouble out there is a result."""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from lightship.edges.probes.address import check, known, probe_for
from lightship.edges.probes.probe import Expect, Result
from lightship.edges.probes.prober import Duty, Prober
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.signals import Observation
from tests.support.nginx import Nginx, free_port


def measure(address: str, **options: Any) -> Result:
    made = check(address, **options)
    return asyncio.run(probe_for(made.scheme).measure(made))


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Nginx]:
    server = Nginx(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def silent() -> Iterator[int]:
    """Accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.needs("nginx-light")
def test_a_working_server_is_up_with_its_phases(nginx: Nginx) -> None:
    result = measure(nginx.address)
    assert result.up
    assert [stage for stage, _ in result.phases] == ["name", "connect", "request", "answer", "transfer"]
    assert 0 < result.seconds < 5


@pytest.mark.needs("nginx-light")
def test_an_error_page_is_down_at_the_answer(nginx: Nginx) -> None:
    nginx.serve("return 500;")
    result = measure(nginx.address)
    assert (result.up, result.stage, result.failure) == (False, "answer", "wrong-status")
    assert "500" in result.detail


@pytest.mark.needs("nginx-light")
def test_a_redirect_is_an_answer(nginx: Nginx) -> None:
    nginx.serve("return 301 https://example.org/;")
    assert measure(nginx.address).up


@pytest.mark.needs("nginx-light")
def test_the_right_status_with_the_wrong_words_is_down(nginx: Nginx) -> None:
    nginx.serve('return 200 "maintenance";')
    result = measure(nginx.address, expect=Expect(contains="Welcome"))
    assert (result.up, result.failure) == (False, "wrong-answer")


@pytest.mark.needs("nginx-light")
def test_a_stopped_server_refuses(nginx: Nginx) -> None:
    nginx.stop()
    result = measure(nginx.address)
    assert (result.up, result.stage, result.failure) == (False, "connect", "refused")


def test_a_server_that_hangs_after_accept_times_out_at_the_answer(silent: int) -> None:
    result = measure(f"http://127.0.0.1:{silent}/", timeout=0.3)
    assert (result.up, result.stage, result.failure) == (False, "answer", "timeout")


def test_a_port_that_accepts_is_up_for_tcp_even_if_it_never_speaks(silent: int) -> None:
    assert measure(f"tcp://127.0.0.1:{silent}").up


def test_a_closed_port_is_a_result_not_an_exception() -> None:
    result = measure(f"tcp://127.0.0.1:{free_port()}")
    assert (result.up, result.stage, result.failure) == (False, "connect", "refused")


def test_a_handshake_that_hangs_fails_at_tls(silent: int) -> None:
    result = measure(f"tls://127.0.0.1:{silent}", timeout=0.3)
    assert (result.up, result.stage, result.failure) == (False, "tls", "timeout")


def test_a_name_that_does_not_exist_fails_at_the_name() -> None:
    result = measure("http://no-such-host.invalid/")
    assert (result.up, result.stage) == (False, "name")
    assert result.failure in ("name-not-found", "resolver-failed")


@pytest.mark.parametrize(
    "said", [b"SSH-2.0-OpenSSH_9\r\n", b"\x00\xff" * 50, b"HTTP/1.1 200 OK\r\nContent-Le"]
)
def test_rubbish_for_an_answer_is_a_failure_with_a_name(said: bytes) -> None:
    async def main() -> Result:
        def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(said)
            writer.close()

        async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
            made = check(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", timeout=1.0)
            return await probe_for("http").measure(made)

    result = asyncio.run(main())
    assert (result.up, result.stage) == (False, "answer")
    assert result.failure in ("malformed", "reset")


@pytest.mark.parametrize(
    ("said", "status", "detail"),
    [
        (b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 200_000, False, "no end of the headers"),
        (b"HTTP/1.1 200 OK\r\nx: " + b"y" * 1_000_000, False, "no end of the headers"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 50_000, False, "no end of the headers"),
        (
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n\x00\x01",
            False,
            "status 101",
        ),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1_000_000, True, "status 200"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 70_000,
            True,
            "status 200",
        ),
    ],
    ids=[
        "headers",
        "a header",
        "words in between",
        "another protocol",
        "a body without end",
        "chunks without end",
    ],
)
def test_a_hostile_server_costs_a_bounded_amount_and_gets_a_name(
    said: bytes, status: bool, detail: str
) -> None:
    async def main() -> Result:
        async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(said)
            with suppress(OSError):
                await writer.drain()
                while await reader.read(1 << 16):
                    pass
            writer.transport.abort()
            ended.set()

        async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
            made = check(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", timeout=4.0)
            found = await probe_for("http").measure(made)
            await ended.wait()
            return found

    ended = asyncio.Event()
    result = asyncio.run(main())
    assert (result.up, detail in result.detail) == (status, True), result.detail


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("example.org", "names no scheme"),
        ("htp://example.org", "did you mean http"),
        ("http://", "names no host"),
        ("tcp://example.org", "names no port"),
        ("http://example.org:99999/", "is no address"),
        ("http://user:secret@example.org/", "a password"),
        ("http://exam ple.org/", "a space"),
        ("http://[::1/", "is no address"),
    ],
)
def test_a_malformed_address_says_what_would_do(address: str, found: str) -> None:
    with pytest.raises(BadInput, match=found.replace("(", "\\(")):
        check(address)


def test_every_scheme_can_be_loaded() -> None:
    for scheme in known():
        assert hasattr(probe_for(scheme), "measure")


def run_for(seconds: float, duties: list[Duty], stall: float = 0.0) -> list[Observation]:
    """Run a prober; block its loop for `stall` seconds half-way."""
    seen: list[Observation] = []

    async def main() -> None:
        prober = asyncio.create_task(
            Prober(duties, lambda _, observation, __: seen.append(observation)).run()
        )
        await asyncio.sleep(seconds / 2)
        if stall:
            asyncio.get_running_loop().call_soon(time.sleep, stall)
        await asyncio.sleep(seconds / 2)
        prober.cancel()

    asyncio.run(main())
    return seen


def test_the_prober_measures_on_its_grid(silent: int) -> None:
    duty = Duty(check(f"tcp://127.0.0.1:{silent}"), "here", 0.1)
    seen = run_for(1.2, [duty])
    # On a busy machine some are late (missed) or taken while we were late (suspect); more than the grid has never.
    assert 3 <= len(seen) <= 13
    assert "up" in {each.outcome for each in seen} <= {"up", "missed", "suspect"}


def test_a_check_that_is_still_running_is_missed_not_down(silent: int) -> None:
    duty = Duty(check(f"http://127.0.0.1:{silent}/", timeout=5.0), "here", 0.2)
    outcomes = [each.outcome for each in run_for(1.0, [duty])]
    assert outcomes
    assert set(outcomes) == {"missed"}


def test_what_was_measured_while_our_own_loop_stalled_is_suspect_not_down(silent: int) -> None:
    duty = Duty(check(f"http://127.0.0.1:{silent}/", timeout=0.4), "here", 0.5)
    outcomes = [each.outcome for each in run_for(5.0, [duty], stall=1.5)]
    assert "suspect" in outcomes


def test_a_probe_that_breaks_gives_suspect_and_the_prober_goes_on(silent: int) -> None:
    sound = check(f"tcp://127.0.0.1:{silent}")
    broken = Duty(replace(sound, family=7), "here", 0.1)  # no such family: the probe itself breaks
    seen = run_for(0.6, [broken, Duty(sound, "there", 0.1)])
    assert {each.outcome for each in seen if each.vantage == "here"} == {"suspect"}
    assert "up" in {each.outcome for each in seen if each.vantage == "there"} <= {"up", "missed", "suspect"}
