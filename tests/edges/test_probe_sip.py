"""A telephone of our own against a real exchange (Kamailio) and a real telephone (sipp): log-in, call, sound."""

import hashlib
import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from lightship.edges.probes.address import check
from lightship.edges.probes.probe import Result, Secret
from lightship.edges.probes.voice import sdp
from lightship.edges.probes.voice.digest import Login, NoWayIn, chosen, parts
from lightship.edges.probes.voice.judging import judged
from lightship.edges.probes.voice.messages import length, read
from lightship.edges.probes.voice.numbers import refused
from lightship.edges.probes.voice.quality import mos, rating
from lightship.edges.probes.voice.rtp import Heard
from lightship.vocabulary.errors import BadInput
from tests.support.measuring import measure
from tests.support.places import open_folder
from tests.support.telephony import PASSWORD, Exchange, Mirror, Telephone

REAL = pytest.mark.needs("kamailio", "sip-tester")
LOGIN = Secret(PASSWORD)


@pytest.fixture(scope="module")
def exchange() -> Iterator[Exchange]:
    with open_folder() as folder, Telephone(folder) as echoing, Exchange(folder, echoing.port) as server:
        yield server


def stages(result: Result) -> list[str]:
    return list(dict.fromkeys(stage for stage, _ in result.phases))


@REAL
@pytest.mark.parametrize("over", ["udp", "tcp"])
def test_a_server_that_answers_options_is_up_and_says_what_it_is(exchange: Exchange, over: str) -> None:
    result = measure(f"sip://127.0.0.1:{exchange.port}?over={over}")
    assert result.up
    assert "kamailio" in result.detail


@REAL
def test_a_user_is_registered_by_digest_and_taken_out_again(exchange: Exchange) -> None:
    result = measure(f"sip://ann@127.0.0.1:{exchange.port}?domain=voice.example", secret=LOGIN)
    assert (result.up, stages(result)[-1]) == (True, "register")


@REAL
def test_the_digest_of_today_is_answered_too() -> None:
    with open_folder() as folder, Exchange(folder, 1, algorithm="SHA-256") as server:
        result = measure(f"sip://ann@127.0.0.1:{server.port}?domain=voice.example", secret=LOGIN)
    assert result.up


@REAL
def test_a_wrong_password_is_refused_at_the_registration_and_shown_nowhere(exchange: Exchange) -> None:
    result = measure(f"sip://ann@127.0.0.1:{exchange.port}", secret=Secret("hunter2"))
    assert (result.stage, result.failure) == ("register", "login-refused")
    assert "hunter2" not in str(result)


@REAL
def test_a_call_that_is_echoed_is_as_good_as_a_call_can_be(exchange: Exchange) -> None:
    result = measure(f"sip://127.0.0.1:{exchange.port}?call=echo&seconds=0.6")
    assert result.up, result.detail
    assert stages(result) == ["name", "request", "call", "audio", "hang-up"]
    assert result.figures["packets_sent"] == 30
    assert result.figures["loss_percent"] == 0
    assert result.figures["mos"] > 4.3
    assert 0 < result.figures["rtt_ms"] < 100


@REAL
@pytest.mark.parametrize(
    ("number", "failure"),
    [
        ("nobody", "wrong-status"),
        ("engaged", "busy"),
        ("broken", "server-failed"),
        ("members", "login-refused"),
    ],
)
def test_a_call_that_is_not_taken_fails_at_the_call(exchange: Exchange, number: str, failure: str) -> None:
    result = measure(f"sip://127.0.0.1:{exchange.port}?call={number}")
    assert (result.up, result.stage, result.failure) == (False, "call", failure)


@REAL
def test_an_exchange_that_asks_callers_who_they_are_is_told(exchange: Exchange) -> None:
    address = f"sip://ann@127.0.0.1:{exchange.port}?call=members&seconds=0.5&register=no"
    assert measure(address, secret=LOGIN).up


@REAL
def test_a_call_where_no_sound_comes_back_is_one_way() -> None:
    with (
        open_folder() as folder,
        Telephone(folder, echoes=False) as mute,
        Exchange(folder, mute.port) as server,
    ):
        result = measure(f"sip://127.0.0.1:{server.port}?call=mute&seconds=0.5")
    assert (result.up, result.stage, result.failure) == (False, "audio", "one-way")


@REAL
def test_loss_delay_and_jitter_are_measured_and_cost_quality() -> None:
    with (
        open_folder() as folder, Mirror(loss=0.3, delay=0.2, jitter=0.03) as mirror,
        Telephone(folder, sound=mirror.port) as bad, Exchange(folder, bad.port) as server,
    ):  # fmt: skip
        result = measure(f"sip://127.0.0.1:{server.port}?call=echo&seconds=1.5&mos=4")
    assert 15 < result.figures["loss_percent"] < 45
    assert 150 < result.figures["rtt_ms"] < 300
    assert 3 < result.figures["jitter_ms"] < 60
    assert result.figures["mos"] < 3.5
    assert (result.up, result.stage, result.failure) == (False, "audio", "poor-quality")


@REAL
def test_a_telephone_that_only_rings_is_given_up_and_stops_ringing() -> None:
    rings = """<?xml version="1.0"?><scenario name="rings">
      <recv request="INVITE"/><send><![CDATA[
SIP/2.0 180 Ringing
[last_Via:]
[last_From:]
[last_To:];tag=ringing
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send><recv request="CANCEL" timeout="5000"/></scenario>"""
    with open_folder() as folder, Telephone(folder, rings) as phone:
        result = measure(f"sip://127.0.0.1:{phone.port}?call=echo&seconds=0.5", timeout=2.0)
        done = phone.ended(5)
    assert (result.stage, result.failure) == ("call", "timeout")
    assert done, "it was told that nobody waits any more"


def test_a_server_that_is_gone_is_refused_and_one_that_is_mute_times_out() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        port = mute.getsockname()[1]
        quiet = measure(f"sip://127.0.0.1:{port}", timeout=1.2)
        said = [mute.recv(2048), mute.recv(2048)]
    assert (quiet.stage, quiet.failure) == ("answer", "timeout")
    assert said[0] == said[1], "what was lost is said again"
    gone = measure(f"sip://127.0.0.1:{port}", timeout=1.2)
    assert (gone.stage, gone.failure) == ("answer", "refused")


@pytest.mark.parametrize(
    ("said", "failure"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", "malformed"),
        (b"SIP/2.0 abc\r\n\r\n", "malformed"),
        (b"\xff" * 40, "malformed"),
    ],
)
def test_rubbish_for_an_answer_is_malformed(said: bytes, failure: str) -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as server:
        server.bind(("127.0.0.1", 0))
        answering = threading.Thread(target=lambda: server.sendto(said, server.recvfrom(2048)[1]))
        answering.start()
        result = measure(f"sip://127.0.0.1:{server.getsockname()[1]}", timeout=2.0)
        answering.join(5)
    assert (result.stage, result.failure) == ("answer", failure)


@pytest.mark.parametrize(
    "number",
    ["999", "112", "911", "000", "101", "111", "118500", "118", "09098790123", "0909 879 0123", "+44 909 8790123",
     "00449098790123", "0871 234 5678", "9999", "9-112", "0112", "+44999", "+1 911", "+979 1 23456789", "+8816 123",
     "116123", "07012345678", "19005550100", "%39%39%39", "tel:112", "sos", "sos.police", "18000", "55", "*112",
     "999;phone-context=+44", "9" + "00" + "44909" + "8790123", "12129761234"],
)  # fmt: skip
def test_no_test_call_goes_to_emergency_special_or_costly_numbers(number: str) -> None:
    assert refused(number) is not None
    with pytest.raises(BadInput, match="a number of your own"):
        check(
            f"sip://voice.example?call={number.replace('+', '%2B').replace('#', '%23').replace(' ', '%20')}"
        )


@pytest.mark.parametrize(
    "number",
    ["echo", "9196", "01632960123", "+441632960123", "02079460000", "07700900123", "*43", "+12125550100"],
)
def test_ordinary_numbers_are_called(number: str) -> None:
    assert refused(number) is None


def test_the_digests_of_the_standards_own_examples_come_out() -> None:
    """RFC 2617 3.5, which RFC 3261 takes over, with the client's nonce made ours."""
    asked = parts('Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b71", opaque="5ccc0"')
    said = parts(Login("Mufasa", "Circle Of Life", asked).answer("GET", "/dir/index.html"))

    def h(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    inner = h("Mufasa:testrealm@host.com:Circle Of Life")
    assert inner == "939e7578ed9e3c518a452acee763bce9"
    assert h("GET:/dir/index.html") == "39aff3a2bab6126f332b942af96d3366"
    assert said["response"] == h(
        f"{inner}:dcd98b71:00000001:{said['cnonce']}:auth:39aff3a2bab6126f332b942af96d3366"
    )
    assert said["opaque"] == "5ccc0"


def test_the_first_challenge_that_is_known_is_answered_and_others_are_named() -> None:
    new, old = 'Digest realm="x", nonce="1", algorithm=SHA-512-256', 'Digest realm="x", nonce="2"'
    assert chosen([new, old])["nonce"] == "1"
    assert chosen(['Digest realm="x", nonce="0", algorithm=WHIRLPOOL', old])["nonce"] == "2"
    with pytest.raises(NoWayIn, match="Bearer"):
        chosen(['Bearer realm="x"'])


def test_the_e_model_gives_what_the_recommendation_gives() -> None:
    """G.107 annex B and G.109: R of 90, 80, 70, 60 and 50 as MOS; half a second of delay is hardly bearable."""
    assert [round(mos(r), 2) for r in (90, 80, 70, 60, 50)] == [4.34, 4.02, 3.6, 3.1, 2.58]
    assert rating(100, 0) == 93.2
    assert 55 < rating(500, 0) < 65
    assert rating(100, 2, burst_ratio=2.0) < rating(100, 2)


def test_a_stream_that_is_not_our_echo_is_judged_by_its_own_numbers() -> None:
    sent = [n * 20_000_000 for n in range(50)]
    heard = [Heard(7_000_000 + n * 20_000_000, (65_530 + n) % 65_536, (2**32 - 800 + n * 160) % 2**32, None)
             for n in range(50) if n % 10 != 3]  # fmt: skip
    sound = judged(sent, heard, signalling_ms=40.0)
    assert (sound.loss_percent, sound.echoed, sound.round_trip_ms) == (10.0, 0, None)
    assert sound.jitter_ms < 0.01


def test_what_comes_after_its_turn_is_as_good_as_lost() -> None:
    sent = [n * 20_000_000 for n in range(50)]
    heard = [
        Heard(each + (90_000_000 if n % 5 == 4 else 1_000_000), n, n * 160, n) for n, each in enumerate(sent)
    ]
    sound = judged(sent, heard, signalling_ms=0.0)
    assert (sound.loss_percent, round(sound.late_percent)) == (0.0, 20)
    assert sound.mos < 3.5


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("m=audio 0 RTP/AVP 8\nc=IN IP4 127.0.0.1\n", "no sound"),
        ("m=audio 9 RTP/AVP 96\nc=IN IP4 127.0.0.1\n", "none of our codings"),
        ("m=audio 9 RTP/AVP 8\n", "no address"),
        ("m=audio 9 RTP/AVP 8\nc=IN IP4 224.0.0.1\n", "multicast"),
        ("m=audio 9 RTP/AVP 8\nc=IN IP4 abc.de\n", "does not appear to be"),
    ],
)
def test_sound_goes_only_where_it_can_be_heard(body: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        sdp.read(body.encode())


def test_folded_and_short_headers_are_read_and_a_length_that_cannot_be_is_refused() -> None:
    message = read(
        b"SIP/2.0 200 OK\r\nv: SIP/2.0/UDP x\r\n ;branch=z9\r\nt: <sip:a@b;tag=no>;tag=yes\r\n\r\n"
    )
    assert (message.branch, message.get("to")) == ("z9", "<sip:a@b;tag=no>;tag=yes")
    for hostile in (
        b"SIP/2.0 200 OK\r\nContact: <sip:a\nVia: x>\r\n\r\n",
        b"SIP/2.0 200 OK\r\nno header\r\n\r\n",
    ):
        with pytest.raises(ValueError, match="header"):
            read(hostile)
    with pytest.raises(ValueError, match="length"):
        length(b"SIP/2.0 200 OK\r\nContent-Length: 99999999\r\n\r\n")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("sip://x/path?call=echo", "has no path"),
        ("sip://x?call=echo&seconds=0", "from 0.5"),
        ("sip://x?mos=nan", "mos=nan"),
        ("sip://x?codec=opus", "one of pcma"),
    ],
)
def test_an_address_that_means_nothing_is_refused(address: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        check(address)
