"""The client against a real server, with the standard library's client as oracle."""

import imaplib
import subprocess
from collections.abc import Iterator

import pytest

from lightship.edges.mailboxes.imap.appending import append
from lightship.edges.mailboxes.imap.bodies import Fetched, fetch
from lightship.edges.mailboxes.imap.client import Client
from lightship.edges.mailboxes.imap.connecting import Method, Security, Server, connect
from lightship.edges.mailboxes.imap.grammar import instant
from lightship.edges.mailboxes.imap.trouble import Dropped, Locked, Nonsense, Refused
from lightship.vocabulary.time import Instant
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.imap_proxy import Behaviour, ImapProxy
from tests.support.mailbox import fill, logged_in, message
from tests.support.tokens import SECRET, token

pytestmark = pytest.mark.needs("dovecot-imapd")

MESSAGES = [message(n, size=50 * n) for n in range(40)]
ODD = [
    b"Subject: =?utf-8?q?no_end\r\n\r\n\xff\xfe 8-bit \x80 without a word of it\r\n",
    b"no header at all\r\n",
    b"\r\n",
    b"Message-ID: <same@made-up.example>\r\n\r\n)\r\na1 OK FETCH completed\r\n* BYE {12}\r\n",
    b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n--x--\r\n--x\r\n\r\n{5}\r\n',
]


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    server = Dovecot(token_secret=SECRET)
    certificate, key = server.folder / "cert.pem", server.folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    server.speak_tls(certificate, key)
    fill(server.mail("ann"), MESSAGES + ODD)
    with server:
        yield server


def server(dovecot: Dovecot, security: Security = "none", method: Method = "auto", **other: str) -> Server:
    """How Dovecot is reached; TLS by its name."""
    host = "127.0.0.1" if security == "none" else other.pop("host", "localhost")
    port = dovecot.tls_port if security == "tls" else dovecot.port
    authority = other.pop("authority", str(dovecot.folder / "cert.pem"))
    return Server(host, port, "ann", security, method, authority)


def test_bodies_flags_sizes_and_dates_are_what_the_oracle_reads(dovecot: Dovecot) -> None:
    asked = "(FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])"
    with logged_in(dovecot.port, "ann") as oracle:
        oracle.select("INBOX", readonly=True)
        told = [part for part in oracle.uid("FETCH", "1:*", asked)[1] if isinstance(part, tuple)]
    with Client.at(server(dovecot), PASSWORD) as client:
        state, _ = client.open(b"INBOX")
        surveyed = {each.uid: each for each in client.survey(b"1:*")}
        uids = sorted(surveyed)
        bodies = {
            each.uid: each.body
            for each in fetch(client.session, [uids[:7], uids[7:]])
            if isinstance(each, Fetched)
        }
    assert state.messages == len(told) == len(bodies) == len(MESSAGES + ODD)
    for uid, (head, body) in zip(uids, told, strict=True):
        assert bodies[uid] == body
        assert surveyed[uid].size == len(body)
        assert tuple(each.decode() for each in imaplib.ParseFlags(head) if each != b"\\Recent") == tuple(
            surveyed[uid].flags.split()
        )
        date = head.partition(b'INTERNALDATE "')[2].partition(b'"')[0]
        assert surveyed[uid].received == instant(date)


@pytest.mark.parametrize("method", ["plain", "login"])
@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_every_way_in(dovecot: Dovecot, security: Security, method: Method) -> None:
    with Client.at(server(dovecot, security, method), PASSWORD) as client:
        assert client.session.stream.secure == (security != "none")
        assert [each.wire for each in client.folders()] == [b"INBOX"]


def test_a_certificate_that_nobody_vouches_for_ends_it(dovecot: Dovecot) -> None:
    with pytest.raises(Dropped, match="certificate is not to be trusted"):
        connect(server(dovecot, "tls", authority=""), PASSWORD)


def test_a_certificate_of_another_host_ends_it(dovecot: Dovecot) -> None:
    with pytest.raises(Dropped, match="certificate is not to be trusted"):
        connect(server(dovecot, "tls", host="127.0.0.1"), PASSWORD)


def test_a_wrong_password_is_said_to_be_one(dovecot: Dovecot) -> None:
    with pytest.raises(Locked, match="Authentication failed") as locked:
        connect(server(dovecot), "guess")
    assert locked.value.code == "AUTHENTICATIONFAILED"


@pytest.mark.parametrize("method", ["xoauth2", "oauthbearer"])
@pytest.mark.parametrize("security", ["none", "tls"])
def test_a_token_lets_its_user_in(dovecot: Dovecot, method: Method, security: Security) -> None:
    with Client.at(server(dovecot, security, method), token("ann")) as client:
        state, _ = client.open(b"INBOX")
    assert state.messages == len(MESSAGES + ODD)


@pytest.mark.parametrize("method", ["xoauth2", "oauthbearer"])
@pytest.mark.parametrize(
    "refused", ["no token", token("bob"), token("ann", -600), token("ann", secret=b"another")]
)
def test_a_token_that_is_refused_ends_in_a_refusal_and_not_in_silence(
    dovecot: Dovecot, method: Method, refused: str
) -> None:
    with pytest.raises(Locked):
        connect(server(dovecot, method=method), refused)


def test_a_server_that_takes_starttls_away_gets_no_password(dovecot: Dovecot) -> None:
    behaviour = Behaviour(rewrite=lambda line: line.replace(b" STARTTLS", b""))
    with ImapProxy(dovecot.port, behaviour) as proxy:
        asked = Server("localhost", proxy.port, "ann", "starttls", "auto", str(dovecot.folder / "cert.pem"))
        with pytest.raises(Locked, match="no STARTTLS"):
            connect(asked, PASSWORD)


def test_what_is_said_before_tls_is_not_believed_after_it(dovecot: Dovecot) -> None:
    def inject(line: bytes) -> bytes:
        return line + b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" if b"Begin TLS" in line else line

    with ImapProxy(dovecot.port, Behaviour(rewrite=inject)) as proxy:
        asked = Server("localhost", proxy.port, "ann", "starttls", "auto", str(dovecot.folder / "cert.pem"))
        with pytest.raises((Dropped, Nonsense), match="TLS"):
            connect(asked, PASSWORD)


def test_a_message_that_is_put_there_comes_back_with_flags_and_date(dovecot: Dovecot) -> None:
    at = Instant(1_468_997_700_000)
    with Client.at(server(dovecot), PASSWORD) as client:
        client.create(b"Put &- there")
        append(client, b"Put &- there", ODD[3], "\\Seen $Forwarded", at)
        client.open(b"Put &- there")
        (about,) = client.survey(b"1:*")
        (body,) = fetch(client.session, [[about.uid]])
        assert client.search_message_id("same@made-up.example") == [about.uid]
        assert client.message_ids([about.uid]) == {about.uid: "same@made-up.example"}
        assert body == Fetched(about.uid, ODD[3])
        assert (about.flags, about.received) == ("$Forwarded \\Seen", at)
        client.delete(b"Put &- there")
        with pytest.raises(Refused):
            client.open(b"Put &- there")
