"""IMAP, POP3 and SMTP as probes: a real server, certificates that ended or are another's, servers that misbehave."""

import datetime
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from lightship.edges.probes.address import check
from lightship.edges.probes.probe import Result, Secret
from lightship.edges.probes.received import hops, told, waits
from lightship.vocabulary.errors import BadInput
from tests.support.certificates import Authority
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.mailbox import fill, message
from tests.support.measuring import measure
from tests.support.places import open_folder
from tests.support.policy import Policy
from tests.support.postfix import Postfix

LOGIN = Secret(PASSWORD)
REAL = pytest.mark.needs("dovecot-imapd", "dovecot-pop3d")
SENDING = pytest.mark.needs("dovecot-imapd", "dovecot-pop3d", "postfix")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def dovecot(authority: Authority) -> Iterator[Dovecot]:
    with open_folder() as folder:
        certificate, key = authority.issue(folder, "localhost", "127.0.0.1")
        server = Dovecot(folder, certificate=certificate, key=key, pop3=True)
        fill(server.mail("ann"), [message(n) for n in range(3)])
        with server:
            yield server


@pytest.fixture(autouse=True)
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenSSL takes its authorities from there, as an operator would tell it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a short name: sockets lie in it."""
    with open_folder() as folder:
        yield folder


def stages(result: Result) -> list[str]:
    return list(dict.fromkeys(stage for stage, _ in result.phases))


@REAL
def test_imap_changes_over_to_tls_logs_in_and_counts_what_can_be_read(dovecot: Dovecot) -> None:
    result = measure(f"imap://ann@127.0.0.1:{dovecot.port}?starttls=require", secret=LOGIN)
    assert (result.up, result.detail) == (True, "INBOX holds 3 messages")
    assert stages(result) == ["name", "connect", "greeting", "tls", "login", "request", "answer"]
    assert result.expires is not None
    assert 29 < result.expires / 86_400 < 31


@REAL
def test_imaps_shakes_hands_before_the_greeting(dovecot: Dovecot) -> None:
    result = measure(f"imaps://ann@localhost:{dovecot.tls_port}", secret=LOGIN)
    assert result.up
    assert stages(result)[:4] == ["name", "connect", "tls", "greeting"]


@REAL
def test_pop3_changes_over_to_tls_logs_in_and_counts(dovecot: Dovecot) -> None:
    result = measure(f"pop3://ann@127.0.0.1:{dovecot.pop3_port}", secret=LOGIN)
    assert (result.up, result.detail) == (True, "the mailbox holds 3 messages")
    assert "tls" in stages(result)


@REAL
@pytest.mark.parametrize("scheme", ["imap", "pop3"])
def test_a_wrong_password_is_refused_at_the_login_and_not_repeated(dovecot: Dovecot, scheme: str) -> None:
    port = dovecot.port if scheme == "imap" else dovecot.pop3_port
    result = measure(f"{scheme}://ann@127.0.0.1:{port}", secret=Secret("hunter2"))
    assert (result.up, result.stage, result.failure) == (False, "login", "login-refused")
    assert "hunter2" not in str(result)


@REAL
@pytest.mark.parametrize(
    ("names", "ends", "failure"),
    [
        (("localhost",), datetime.timedelta(days=-1), "certificate-expired"),
        (("mail.example",), datetime.timedelta(days=30), "certificate-invalid"),
    ],
)
def test_a_certificate_that_ended_or_is_anothers_is_down_before_any_password(
    authority: Authority, short: Path, names: tuple[str, ...], ends: datetime.timedelta, failure: str
) -> None:
    certificate, key = authority.issue(short, *names, ends=ends)
    with Dovecot(short, certificate=certificate, key=key) as server:
        result = measure(f"imaps://ann@localhost:{server.tls_port}", secret=LOGIN)
        changed_over = measure(f"imap://ann@localhost:{server.port}", secret=LOGIN)
    assert (result.stage, result.failure) == ("tls", failure)
    assert (changed_over.stage, changed_over.failure) == ("tls", failure)


@REAL
def test_no_password_crosses_the_line_in_clear_unless_somebody_said_so(short: Path) -> None:
    with Dovecot(short) as server:
        fill(server.mail("ann"), [message(1)])
        server.own()
        kept = measure(f"imap://ann@127.0.0.1:{server.port}", secret=LOGIN)
        said = measure(f"imap://ann@127.0.0.1:{server.port}?starttls=never", secret=LOGIN)
        demanded = measure(f"imap://127.0.0.1:{server.port}?starttls=require")
    assert (kept.stage, kept.failure) == ("login", "not-protected")
    assert said.up
    assert (demanded.stage, demanded.failure) == ("tls", "not-protected")


class Scripted:
    """Says its lines one after the other, each after a line of ours but the first."""

    def __init__(self, *lines: bytes) -> None:
        self._lines, self.heard = lines, b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with closing(self._listener), self._listener.accept()[0] as talk:
            talk.settimeout(3)
            for number, line in enumerate(self._lines):
                if number:
                    self.heard += talk.recv(4096)
                talk.sendall(line)

    def end(self) -> None:
        self._thread.join(5)
        assert not self._thread.is_alive()


def met(address: str, *lines: bytes, **options: object) -> tuple[Result, bytes]:
    server = Scripted(*lines)
    result = measure(address.replace("PORT", str(server.port)), timeout=1.5, **options)
    server.end()
    return result, server.heard


HELLO = b"250-mail.example\r\n250-PIPELINING\r\n250 AUTH PLAIN LOGIN\r\n"


def test_smtp_greets_and_says_goodbye_without_sending_anything() -> None:
    result, heard = met("smtp://127.0.0.1:PORT", b"220 mail.example ready\r\n", HELLO, b"221 bye\r\n")
    assert (result.up, result.detail) == (True, "mail.example ready")
    assert heard == b"EHLO lightship.invalid\r\nQUIT\r\n"


@pytest.mark.parametrize(
    ("lines", "stage", "failure"),
    [
        ((b"421 too busy\r\n",), "greeting", "busy"),
        ((b"554 no\r\n",), "greeting", "wrong-status"),
        ((b"SSH-2.0-OpenSSH_9\r\n",), "greeting", "malformed"),
        ((b"220 hi\r\n", b"250-" + b"x" * 40_000 + b"\r\n"), "greeting", "malformed"),
        ((b"220 hi\r\n", b"250-more\r\n" * 500), "greeting", "malformed"),
        ((b"220 hi\r\n", b"\xff\xfe\r\n"), "greeting", "malformed"),
        ((b"220 hi\r\n",), "greeting", "reset"),
        ((b"220 hi\r\n", b"250 hello\r\n", b"451 later\r\n"), "answer", "busy"),
    ],
)  # fmt: skip
def test_each_way_an_smtp_server_can_be_wrong_has_its_name(
    lines: tuple[bytes, ...], stage: str, failure: str
) -> None:
    result, _ = met("smtp://127.0.0.1:PORT", *lines)
    assert (result.up, result.stage, result.failure) == (False, stage, failure)


def test_submission_without_tls_is_down_and_no_password_is_sent() -> None:
    result, heard = met("submission://ann@127.0.0.1:PORT", b"220 hi\r\n", HELLO, secret=LOGIN)
    assert (result.stage, result.failure) == ("tls", "not-protected")
    assert b"AUTH" not in heard


@pytest.mark.parametrize(
    ("answer", "failure"), [(b"535 no\r\n", "login-refused"), (b"454 later\r\n", "busy")]
)
def test_smtp_says_whether_the_login_was_refused_or_put_off(answer: bytes, failure: str) -> None:
    address = "smtp://ann@127.0.0.1:PORT?starttls=never"
    result, _ = met(address, b"220 hi\r\n", HELLO, answer, secret=LOGIN)
    assert (result.stage, result.failure) == ("login", failure)


def test_what_was_slipped_in_before_the_handshake_is_not_taken() -> None:
    offers = b"250-mail.example\r\n250 STARTTLS\r\n"
    slipped = b"220 go\r\n250 AUTH PLAIN\r\n"
    result, _ = met("smtp://127.0.0.1:PORT", b"220 hi\r\n", offers, slipped)
    assert (result.stage, result.failure) == ("tls", "malformed")


@pytest.mark.parametrize(
    ("scheme", "lines", "stage", "failure"),
    [
        ("imap", (b"* BYE shutting down\r\n",), "greeting", "busy"),
        ("imap", (b"+OK POP3 ready\r\n",), "greeting", "malformed"),
        ("imap", (b"* OK ready\r\n", b"* x\r\n" * 500), "greeting", "malformed"),
        ("pop3", (b"* OK IMAP\r\n",), "greeting", "malformed"),
        ("pop3", (b"-ERR [SYS/TEMP] later\r\n",), "greeting", "busy"),
        ("pop3", (b"+OK hi\r\n", b"+OK\r\nSTLS\r\n" + b"x\r\n" * 500), "greeting", "malformed"),
    ],
)  # fmt: skip
def test_each_way_a_mail_store_can_be_wrong_has_its_name(
    scheme: str, lines: tuple[bytes, ...], stage: str, failure: str
) -> None:
    result, _ = met(f"{scheme}://127.0.0.1:PORT", *lines)
    assert (result.up, result.stage, result.failure) == (False, stage, failure)


def test_control_characters_of_a_server_do_not_reach_the_terminal() -> None:
    result, _ = met("smtp://127.0.0.1:PORT", b"220 \x1b[2Jhello\x07\r\n", HELLO, b"221 bye\r\n")
    assert result.detail == "\N{REPLACEMENT CHARACTER}[2Jhello\N{REPLACEMENT CHARACTER}"


@pytest.fixture(scope="module")
def postfix(authority: Authority, dovecot: Dovecot) -> Iterator[Postfix]:
    with open_folder() as folder:
        certificate, key = authority.issue(folder, "localhost", "127.0.0.1")
        with Postfix(folder, dovecot, certificate, key) as server:
            yield server


def trip(dovecot: Dovecot, submit: str, delivered: int = 12) -> Result:
    """From submission to the mailbox of ann and back."""
    to = f"to=ann@made-up.example&delivered={delivered}&submit={submit}"
    return measure(f"mail://ann@localhost:{dovecot.tls_port}?{to}", secret=LOGIN, timeout=20.0)


@SENDING
@pytest.mark.parametrize("scheme", ["submission", "smtps"])
def test_a_message_goes_there_is_read_back_and_taken_out(
    dovecot: Dovecot, postfix: Postfix, scheme: str
) -> None:
    port = postfix.submission_port if scheme == "submission" else postfix.smtps_port
    result = trip(dovecot, f"{scheme}://localhost:{port}")
    assert (result.up, result.detail) == (True, "delivered over 1 hop")
    assert (result.figures["hops"], result.texts["hops"]) == (1.0, ("mail.made-up.example",))
    assert stages(result) == ["submit", "read", "deliver"]
    assert measure(f"imap://ann@127.0.0.1:{dovecot.port}", secret=LOGIN).detail == "INBOX holds 3 messages"


@SENDING
def test_what_came_too_late_on_an_earlier_day_is_taken_out_too(dovecot: Dovecot, postfix: Postfix) -> None:
    late = b"X-Lightship-Probe: 0123\r\n" + message(99)
    fill(dovecot.mail("ann"), [late], first=7)
    dovecot.own()
    assert measure(f"imap://ann@127.0.0.1:{dovecot.port}", secret=LOGIN).detail == "INBOX holds 4 messages"
    assert trip(dovecot, f"localhost:{postfix.submission_port}").up
    assert measure(f"imap://ann@127.0.0.1:{dovecot.port}", secret=LOGIN).detail == "INBOX holds 3 messages"


def test_the_way_of_a_message_is_read_from_folded_lines_whatever_stands_between() -> None:
    way = hops([
        "* 1 FETCH (UID 9 BODY[HEADER.FIELDS (RECEIVED)] {300}",
        "Received: from mx.example (mx.example [192.0.2.1])", "\tby store.example (Dovecot) with LMTP id 1;",
        "\tFri, 27 Nov 2026 12:00:05 +0000", "Received: from box by mx.example; Fri, 27 Nov 2026 13:00:02 +0100",
        "Received: rubbish; no date", ")",
    ])  # fmt: skip
    assert [each.by for each in way] == ["?", "mx.example", "store.example"]
    assert waits(way) == (None, 3.0)
    assert told(way) == "delivered over 3 hops: ?, mx.example, store.example +3 s"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mail://a@x?delivered=soon", "delivered=soon"), ("mail://a@x?to=b%0d%0aRCPT", "control character"),
        ("ntp://x?offset=-1", "offset=-1"), ("ntp://x?offset=nan", "offset=nan"),
    ],
)  # fmt: skip
def test_options_that_mean_nothing_are_refused_before_anything_is_measured(address: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        check(address)


@SENDING
def test_mail_that_is_accepted_and_does_not_arrive_is_not_delivered(
    dovecot: Dovecot, postfix: Postfix
) -> None:
    postfix.say("defer_transports = virtual")
    result = trip(dovecot, f"localhost:{postfix.submission_port}", delivered=1)
    postfix.say("defer_transports =")
    assert (result.up, result.stage, result.failure) == (False, "deliver", "not-delivered")


@SENDING
def test_mail_that_is_put_off_fails_where_it_is_handed_in(dovecot: Dovecot, postfix: Postfix) -> None:
    postfix.say("smtpd_recipient_restrictions = defer")
    result = trip(dovecot, f"localhost:{postfix.submission_port}")
    postfix.say("smtpd_recipient_restrictions =")
    assert (result.up, result.stage, result.failure) == (False, "submit", "busy")


@SENDING
def test_a_mailbox_that_cannot_be_opened_fails_where_it_is_read(dovecot: Dovecot, postfix: Postfix) -> None:
    elsewhere = f"mail://ann@localhost:1?to=ann@made-up.example&submit=localhost:{postfix.submission_port}"
    result = measure(elsewhere, secret=LOGIN, timeout=5.0)
    assert (result.stage, result.failure, result.detail) == (
        "read",
        "refused",
        "Connection refused (at connect)",
    )


@pytest.fixture(scope="module")
def policy(postfix: Postfix) -> Iterator[Policy]:
    """Asked by the server before it takes a recipient, while the fixture lasts."""
    with Policy() as made:
        postfix.say(f"smtpd_recipient_restrictions = check_policy_service inet:127.0.0.1:{made.port}")
        yield made
        postfix.say("smtpd_recipient_restrictions =")


@SENDING
def test_greylisting_puts_off_where_mail_is_handed_in_and_the_next_trip_goes_through(
    dovecot: Dovecot, postfix: Postfix, policy: Policy
) -> None:
    policy.greylisting = True
    first, second = (trip(dovecot, f"localhost:{postfix.submission_port}") for _ in range(2))
    policy.greylisting = False
    assert (first.stage, first.failure) == ("submit", "busy")
    assert "Greylisted" in first.detail
    assert second.up


@SENDING
def test_a_mailbox_that_is_full_says_so_where_mail_is_handed_in(
    dovecot: Dovecot, postfix: Postfix, policy: Policy
) -> None:
    policy.action = "552 5.2.2 Mailbox is full"
    result = trip(dovecot, f"localhost:{postfix.submission_port}")
    policy.action = "DUNNO"
    assert (result.stage, result.failure) == ("submit", "wrong-status")
    assert "552 5.2.2 <ann@made-up.example>: Recipient address rejected: Mailbox is full" in result.detail


@SENDING
def test_a_mailbox_that_is_found_full_on_delivery_is_mail_that_did_not_arrive(
    dovecot: Dovecot, postfix: Postfix
) -> None:
    postfix.say("message_size_limit = 10000", "virtual_mailbox_limit = 10")
    result = trip(dovecot, f"localhost:{postfix.submission_port}", delivered=1)
    postfix.say("virtual_mailbox_limit = 51200000")
    assert (result.stage, result.failure) == ("deliver", "not-delivered")


@pytest.mark.parametrize(
    ("scheme", "lines", "stage", "failure"),
    [
        ("imap", (b"* OK ready\r\n", b"a1 OK done\r\n", b"a2 NO [UNAVAILABLE] later\r\n"), "login", "busy"),
        ("imap", (b"* OK ready\r\n", b"a1 OK\r\n", b"a2 OK in\r\n", b"a3 NO [SERVERBUG] no\r\n"), "request",
         "wrong-answer"),
        ("imap", (b"* OK ready\r\n", b"a1 OK\r\n", b"a2 OK in\r\n", b"a3 OK\r\n"), "answer", "reset"),
        ("pop3", (b"+OK hi\r\n", b"-ERR\r\n", b"+OK\r\n", b"-ERR [IN-USE] taken\r\n"), "login", "busy"),
        ("pop3", (b"+OK hi\r\n", b"-ERR\r\n", b"+OK\r\n", b"+OK\r\n", b"-ERR no\r\n"), "request", "wrong-answer"),
    ],
)  # fmt: skip
def test_a_mail_store_that_is_out_behind_a_log_in_that_works_is_told_apart(
    scheme: str, lines: tuple[bytes, ...], stage: str, failure: str
) -> None:
    result, _ = met(f"{scheme}://ann@127.0.0.1:PORT?starttls=never", *lines, secret=LOGIN)
    assert (result.stage, result.failure) == (stage, failure)
