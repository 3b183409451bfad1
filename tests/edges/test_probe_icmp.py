"""Echo requests over loopback, lost ones, and replies that are not ours."""

import asyncio
import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.edges.probes.address import check
from lightship.edges.probes.echo import reply_token, request
from lightship.edges.probes.icmp import _judged
from lightship.edges.probes.packets import packets
from lightship.edges.probes.stages import Failed
from tests.support.measuring import measure

FAMILIES = st.sampled_from([socket.AF_INET, socket.AF_INET6])


ROOT = pytest.mark.needs("namespaces")


@ROOT
@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_a_host_that_answers_is_up_with_its_time(host: str) -> None:
    result = measure(f"icmp://{host}?count=2", timeout=3.0)
    assert result.up, result
    assert result.detail.startswith("2 of 2 answered, ")


@ROOT
def test_a_host_that_is_not_there_is_a_time_out_or_unreachable() -> None:
    result = measure("icmp://240.0.0.1?count=1", timeout=0.5)
    assert (result.up, result.failure in ("timeout", "unreachable")) == (False, True)


@ROOT
def test_a_thousand_requests_at_once_get_a_thousand_replies() -> None:
    async def main() -> list[float]:
        return await asyncio.gather(
            *(packets().echo(socket.AF_INET, f"127.0.{n // 250}.{n % 250 + 1}", 20.0) for n in range(1000))
        )

    times = asyncio.run(main())
    assert len(times) == 1000
    assert all(0 < each < 20 for each in times)


@ROOT
def test_the_time_is_the_kernels_and_not_ours() -> None:
    """The loop is kept busy for a while after sending: the time stays that of the way."""

    async def main() -> float:
        asked = asyncio.create_task(packets().echo(socket.AF_INET, "127.0.0.1", 5.0))
        await asyncio.sleep(0)
        end = asyncio.get_running_loop().time() + 0.4
        while asyncio.get_running_loop().time() < end:
            pass
        return await asked

    assert asyncio.run(main()) < 0.3


@given(FAMILIES, st.integers(0, 2**48 - 1))
def test_a_reply_gives_back_its_token_and_a_request_none(family: int, token: int) -> None:
    asked = request(family, token)
    reply = bytes([0 if family == socket.AF_INET else 129]) + asked[1:]
    assert reply_token(family, reply, len(reply)) == token
    assert reply_token(family, asked, len(asked)) == -1
    if family == socket.AF_INET:
        assert reply_token(family, b"\x45" + b"\0" * 19 + reply, 20 + len(reply)) == token
        assert sum(struct.unpack(f"!{len(asked) // 2}H", asked)) % 0xFFFF == 0


@given(FAMILIES, st.binary(max_size=40))
def test_rubbish_is_no_reply_of_ours(family: int, data: bytes) -> None:
    assert -1 <= reply_token(family, data, len(data)) < 2**64


def test_too_much_loss_is_down_with_what_was_measured() -> None:
    made = check("icmp://example.org?count=4&loss=20")
    with pytest.raises(Failed, match="3 of 4 answered, 2 ms") as raised:
        _judged(made, [0.001, 0.002, 0.003])
    assert raised.value.failure == "lost"
    assert _judged(check("icmp://example.org"), [0.002]) == "1 of 3 answered, 2 ms"


def test_a_port_is_refused() -> None:
    with pytest.raises(Exception, match="icmp:// has no ports"):
        check("icmp://example.org:7")
