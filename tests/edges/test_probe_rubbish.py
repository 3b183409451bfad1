"""Whatever a server says, each probe gives a result with a word of the closed list, and goes on."""

import asyncio
import random
from collections.abc import Callable
from typing import Any, get_args

import pytest

from lightship.edges.probes.address import check, probe_for
from lightship.edges.probes.probe import Result, Secret
from lightship.vocabulary.signals import Failure

FAILURES = set(get_args(Failure))
STREAMS = (
    "http://127.0.0.1:PORT", "https://127.0.0.1:PORT", "tls://127.0.0.1:PORT", "smtp://a@127.0.0.1:PORT?starttls=never",
    "submission://127.0.0.1:PORT", "smtps://127.0.0.1:PORT", "imap://a@127.0.0.1:PORT?starttls=never",
    "imaps://127.0.0.1:PORT", "pop3://a@127.0.0.1:PORT?starttls=never", "pop3s://127.0.0.1:PORT",
    "mail://a@127.0.0.1:PORT?submit=127.0.0.1:PORT", "sip://127.0.0.1:PORT?over=tcp", "sips://127.0.0.1:PORT",
    "dialogue://127.0.0.1:PORT", "web://a@127.0.0.1:PORT/?over=http", "dns://127.0.0.1:PORT/x.test?over=tcp",
)  # fmt: skip
PACKETS = (
    "dns://127.0.0.1:PORT/x.test?dnssec=authority", "ntp://127.0.0.1:PORT", "sip://a@127.0.0.1:PORT", "sip://127.0.0.1:PORT?call=b",
    "radius://a@127.0.0.1:PORT", "snmp://127.0.0.1:PORT/sysName",
)  # fmt: skip


def noise(chance: random.Random) -> bytes:
    return chance.randbytes(chance.choice((1, 40, 3000)))


def lines(chance: random.Random) -> bytes:
    return b"".join(chance.choice((b"* OK\r\n", b"220 x\r\n", b"250-\r\n", b"+OK\r\n", b"a1 \r\n", b"\r\n", b"\0\r\n"))
                    for _ in range(chance.randrange(1, 60)))  # fmt: skip


def nearly(chance: random.Random) -> bytes:
    """What begins rightly and goes wrong."""
    return chance.choice(NEARLY)


NEARLY = (
    b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nx",
    b"HTTP/1.1 302 x\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 302 x\r\nLocation: \r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=klingon\r\nContent-Length: 2\r\n\r\n\xff\xfe",
    b"SIP/2.0 200 OK\r\nContent-Length: -1\r\n\r\n",
    b"SIP/2.0 401 x\r\nWWW-Authenticate: Digest\r\nContent-Length: 0\r\n\r\n",
    b"\x00\x02\x00\x00", b"\x30\x82\xff\xff\x02\x01\x01", b"\x15\x03\x03\x00\x02\x02\x28",
)  # fmt: skip


class Packets(asyncio.DatagramProtocol):
    """Answers each packet, its first octets kept where that makes the answer likelier to be looked at."""

    def __init__(self, says: Callable[[random.Random], bytes], chance: random.Random) -> None:
        self._says, self._chance, self.said = says, chance, 0
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, source: Any) -> None:
        said = self._says(self._chance)
        self.said += 1
        self._transport.sendto(data[: self._chance.choice((0, 2, 20))] + said, source)


async def asked(
    says: Callable[[random.Random], bytes], seed: int = 11
) -> list[tuple[str, Result | BaseException]]:
    chance, loop = random.Random(seed), asyncio.get_running_loop()

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(says(chance))
        await asyncio.sleep(0.3)
        writer.close()

    udp, packets = await loop.create_datagram_endpoint(lambda: Packets(says, chance), ("127.0.0.1", 0))
    async with await asyncio.start_server(speak, "127.0.0.1", 0) as tcp:
        ports = tcp.sockets[0].getsockname()[1], udp.get_extra_info("sockname")[1]
        addresses = [each.replace("PORT", str(ports[0])) for each in STREAMS]
        addresses += [each.replace("PORT", str(ports[1])) for each in PACKETS]
        made = [
            check(each, timeout=1.0, secret=Secret("hunter2!"), secrets={"shared": Secret("s" * 8)})
            for each in addresses
        ]
        found = await asyncio.gather(
            *(probe_for(each.scheme).measure(each) for each in made), return_exceptions=True
        )
        await asyncio.sleep(0.35)
    udp.close()
    assert packets.said >= len(PACKETS)
    return list(zip(addresses, found, strict=True))


@pytest.mark.parametrize("says", [noise, lines, nearly])
def test_rubbish_is_a_result_and_never_an_exception(
    says: Callable[[random.Random], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    for address, result in asyncio.run(asked(says)):
        assert isinstance(result, Result), f"{address}: {result!r}"
        assert result.up or result.failure in FAILURES, address
        assert result.detail.isprintable(), address
        assert "hunter2!" not in str(result), address
    assert caplog.records == [], "and none of it reaches the terminal by the back door"
