"""Faults that every protocol can have: certificates that ended, connections that are half open, answers that stop."""

import asyncio
import datetime
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from lightship.edges.probes.probe import Result, Secret
from tests.support.certificates import Authority
from tests.support.measuring import measure
from tests.support.places import open_folder
from tests.support.routers import SERVER, Routers
from tests.support.telephony import PASSWORD, Exchange, Telephone
from tests.support.webmail import Webmail

DAY = datetime.timedelta(days=1)
TELEPHONY = pytest.mark.needs("kamailio", "sip-tester")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(autouse=True)
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))


@pytest.mark.parametrize(
    ("names", "ends", "failure"),
    [
        (("localhost",), 30 * DAY, None),
        (("localhost",), -DAY, "certificate-expired"),
        (("other.example",), 30 * DAY, "certificate-invalid"),
    ],
)
def test_a_certificate_that_ended_or_is_anothers_fails_at_tls_whatever_speaks_behind_it(
    authority: Authority,
    tmp_path: Path,
    names: tuple[str, ...],
    ends: datetime.timedelta,
    failure: str | None,
) -> None:
    with Webmail(authority.issue(tmp_path, *names, ends=ends)) as server:
        address = f"localhost:{server.port}"
        tls, https = measure(f"tls://{address}"), measure(f"https://{address}/login")
        sips, lines = (
            measure(f"sips://{address}", timeout=1.0),
            measure(f"dialogue://{address}?over=tls", timeout=1.0),
        )
        web = measure(f"web://ann@{address}/login", secret=Secret("x"))
    if failure is None:
        assert tls.up
        assert https.up
        assert tls.expires is not None
        assert 29 < tls.expires / 86_400 < 31
        assert [sips.stage, lines.stage] == ["answer", "answer"], (
            "shaken hands, and then it speaks something else"
        )
        return
    assert {each.stage for each in (tls, https, sips, lines)} == {"tls"}
    assert {each.failure for each in (tls, https, sips, lines, web)} == {failure}
    assert web.stage == "page"
    assert "at tls" in web.detail


def half(said: bytes, address: str) -> Result:
    """A server that says so much, and then neither more nor goodbye."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        done = threading.Event()

        def serve() -> None:
            with suppress(OSError), listener.accept()[0] as talk:
                talk.sendall(said)
                done.wait(5)

        thread = threading.Thread(target=serve)
        thread.start()
        result = measure(address.replace("PORT", str(listener.getsockname()[1])), timeout=0.5)
        done.set()
        thread.join(5)
    return result


@pytest.mark.parametrize(
    ("scheme", "said", "stage"),
    [
        ("http", b"", "answer"),
        ("http", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf", "answer"),
        ("smtp", b"220 mail.exa", "greeting"),
        ("imap", b"* OK rea", "greeting"),
        ("pop3", b"+O", "greeting"),
        ("tls", b"\x16\x03\x03", "tls"),
        ("dialogue", b"no end of line", "answer"),
    ],
)
def test_an_answer_that_stops_in_the_middle_is_a_time_out_where_it_stopped(
    scheme: str, said: bytes, stage: str
) -> None:
    result = half(said, f"{scheme}://127.0.0.1:PORT")
    assert (result.up, result.stage, result.failure) == (False, stage, "timeout")
    assert result.seconds < 2


@TELEPHONY
def test_telephony_over_tls_registers_like_telephony_without(authority: Authority, tmp_path: Path) -> None:
    certificate, key = authority.issue(tmp_path, "localhost")
    with open_folder() as folder, Telephone(folder) as phone, Exchange(folder, phone.port) as server:

        async def main() -> Result:
            """TLS in front of the exchange, since its own is another package."""
            import ssl

            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)

            async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                there_reader, there = await asyncio.open_connection("127.0.0.1", server.port)

                async def pour(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
                    with suppress(OSError):
                        while data := await source.read(1 << 14):
                            to.write(data)
                    to.close()

                await asyncio.gather(pour(reader, there), pour(there_reader, writer))

            async with await asyncio.start_server(carry, "127.0.0.1", 0, ssl=context) as front:
                from lightship.edges.probes.address import check, probe_for

                port = front.sockets[0].getsockname()[1]
                made = check(f"sips://ann@localhost:{port}?domain=voice.example", secret=Secret(PASSWORD))
                result = await probe_for("sips").measure(made)
                await asyncio.sleep(0.1)
                return result

        result = asyncio.run(main())
    assert result.up, result.detail
    assert [stage for stage, _ in result.phases][:3] == ["name", "connect", "tls"]
    assert result.expires is not None


PICKS_UP = """<?xml version="1.0"?><scenario name="picks up">
      <recv request="INVITE"/><send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:];tag=here
[last_Call-ID:]
[last_CSeq:]
Contact: <sip:[local_ip]:[local_port]>
Content-Type: application/sdp
Content-Length: [len]

v=0
o=x 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8
]]></send><recv request="ACK"/>THEN</scenario>"""
"""A telephone in sipp's words, and what it does after it was picked up."""


@TELEPHONY
def test_a_telephone_that_does_not_let_go_fails_at_the_hanging_up() -> None:
    deaf = PICKS_UP.replace("THEN", '<pause milliseconds="6000"/>')
    with open_folder() as folder, Telephone(folder, deaf) as phone:
        result = measure(f"sip://127.0.0.1:{phone.port}?call=echo&seconds=0.5", timeout=2.5)
    assert (result.stage, result.failure) == ("hang-up", "timeout")


@TELEPHONY
def test_a_telephone_that_hangs_up_on_us_is_answered_and_told() -> None:
    goodbye = """<pause milliseconds="200"/><send retrans="500"><![CDATA[
BYE sip:probe@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:echo@[local_ip]>;tag=here
To: <sip:probe@[remote_ip]>[peer_tag_param]
[last_Call-ID:]
CSeq: 1 BYE
Content-Length: 0

]]></send><recv response="200"/>"""
    with open_folder() as folder, Telephone(folder, PICKS_UP.replace("THEN", goodbye)) as phone:
        result = measure(f"sip://127.0.0.1:{phone.port}?call=echo&seconds=1", timeout=4.0)
        done = phone.ended(5)
    assert (result.stage, result.failure, result.detail) == ("audio", "reset", "the other side hung up")
    assert done, "its goodbye was answered"


@pytest.fixture(scope="module")
def network() -> Iterator[Routers]:
    with Routers() as made:
        words = [
            "ip",
            "netns",
            "exec",
            made.space("server"),
            sys.executable,
            "-u",
            "-m",
            "http.server",
            "8098",
        ]
        server = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert server.stdout is not None
        server.stdout.readline()
        yield made
        server.kill()
        server.communicate()


@pytest.mark.needs("iproute2", "nftables", "namespaces")
@pytest.mark.parametrize(
    ("rule", "found"),
    [
        # The handshake of TCP passes, and nothing after it: each end believes in a connection that carries nothing.
        ("tcp sport 8098 tcp flags & (syn | ack) != (syn | ack) drop", "timeout at answer"),
        ("tcp dport 8098 drop", "timeout at connect"),
        ("tcp dport 8098 reject with tcp reset", "refused at connect"),
        (f"ip daddr {SERVER} reject with icmp type net-unreachable", "unreachable at connect"),
    ],
)
def test_what_happens_on_the_way_is_told_by_stage(network: Routers, rule: str, found: str) -> None:
    network.nft("one", rule)
    began = time.monotonic()
    words = [sys.executable, "-m", "lightship", "check", "--timeout", "1", f"http://{SERVER}:8098/"]
    done = subprocess.run(
        ["ip", "netns", "exec", network.space("client"), *words], capture_output=True, text=True, check=False
    )
    network.nft("one", "")
    assert done.returncode == 1
    assert found in done.stdout
    assert time.monotonic() - began < 4
