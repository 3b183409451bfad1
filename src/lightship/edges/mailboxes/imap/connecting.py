"""From an address to a session that is let in: TLS, its certificate verified, and the ways to log in."""

import base64
import socket
from typing import TYPE_CHECKING, Literal, cast

import msgspec

from lightship.edges.mailboxes.imap.session import Answer, Session
from lightship.edges.mailboxes.imap.stream import Stream
from lightship.edges.mailboxes.imap.trouble import Dropped, ImapTrouble, Locked, Nonsense, Refused

if TYPE_CHECKING:
    import ssl

Security = Literal["tls", "starttls", "none"]
Method = Literal["auto", "plain", "login", "xoauth2", "oauthbearer"]

CONNECT_SECONDS, SILENCE_SECONDS = 20.0, 90.0


class Server(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a mailbox is and how to get in; never what lets us in.

    Args:
        security: "tls" from the first byte; "starttls" before anything else is said; "none" only for this machine.
        method: "auto" takes the first that the server offers.
        authority: a file of certificates to trust besides the system's; empty: none.
    """

    host: str
    port: int
    user: str
    security: Security = "tls"
    method: Method = "auto"
    authority: str = ""

    @property
    def place(self) -> str:
        """For people."""
        return f"{self.host}:{self.port}"


def connect(server: Server, secret: str) -> tuple[Session, frozenset[str]]:
    """A session that is logged in, and what the server can do, in upper case.

    Args:
        secret: the password, or for xoauth2 and oauthbearer the access token.

    Raises:
        Dropped, Nonsense: it could not be reached, or is no IMAP server.
        Locked: it does not let this user in, or only in the clear.
    """
    session = Session(Stream(_socket(server)))
    try:
        return session, _let_in(session, server, secret)
    except ImapTrouble:
        session.stream.close()
        raise


def _socket(server: Server) -> socket.socket:
    try:
        # A plain name as bytes: as text it would load the tables of international ones.
        host: str | bytes = server.host.encode() if server.host.isascii() else server.host
        address = cast("tuple[str, int]", (host, server.port))
        connected = socket.create_connection(address, CONNECT_SECONDS)
    except OSError as error:
        raise Dropped(f"{error.strerror or error}") from error
    connected.settimeout(SILENCE_SECONDS)
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connected


def _let_in(session: Session, server: Server, secret: str) -> frozenset[str]:
    if server.security == "tls":
        session.stream.protect(_context(server), server.host)
    greeting = session.answer()
    if greeting.tag != b"*" or greeting.name not in (b"OK", b"PREAUTH"):
        raise Nonsense("this is no IMAP server")
    can = capabilities([greeting]) or _asked(session)
    if server.security == "starttls":
        if "STARTTLS" not in can:
            raise Locked("the server offers no STARTTLS, and the password is not sent without it")
        session.command(b"STARTTLS")
        session.stream.protect(_context(server), server.host)
        can = _asked(session)
    if greeting.name == b"PREAUTH":
        return can
    return _log_in(session, server, secret, can)


def _context(server: Server) -> "ssl.SSLContext":
    # Loaded only where it is used.
    import ssl

    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if server.authority:
        context.load_verify_locations(server.authority)
    return context


def _log_in(session: Session, server: Server, secret: str, can: frozenset[str]) -> frozenset[str]:
    method = server.method if server.method != "auto" else _method(can)
    try:
        if method == "login":
            answers = session.command(b"LOGIN", quoted(server.user), quoted(secret))
        else:
            answers = _authenticate(session, method.upper(), _proof(method, server, secret), can)
    except Refused as refused:
        raise Locked(str(refused), refused.code) from refused
    return capabilities(answers) or _asked(session)


def _method(can: frozenset[str]) -> Method:
    if "AUTH=PLAIN" in can:
        return "plain"
    if "LOGINDISABLED" in can:
        raise Locked(
            "the server takes no password over this connection; use TLS, or a token (--method xoauth2)"
        )
    return "login"


def _proof(method: str, server: Server, secret: str) -> bytes:
    """What SASL sends (RFC 4616, RFC 7628, and XOAUTH2 as its inventor documents it)."""
    user, secret_bytes = server.user.encode(), secret.encode()
    if method == "plain":
        return b"\0%s\0%s" % (user, secret_bytes)
    if method == "xoauth2":
        return b"user=%s\1auth=Bearer %s\1\1" % (user, secret_bytes)
    name = user.replace(b"=", b"=3D").replace(b",", b"=2C")
    host, port = server.host.encode(), b"%d" % server.port
    return b"n,a=%s,\1host=%s\1port=%s\1auth=Bearer %s\1\1" % (name, host, port, secret_bytes)


def _authenticate(session: Session, method: str, proof: bytes, can: frozenset[str]) -> list[Answer]:
    data = base64.b64encode(proof)
    at_once = "SASL-IR" in can
    tag = session.send(
        b"AUTHENTICATE %s %s" % (method.encode(), data) if at_once else f"AUTHENTICATE {method}".encode()
    )
    answers, sent = [], at_once
    while True:
        answer = session.answer()
        answers.append(answer)
        if answer.tag == tag:
            if answer.name != b"OK":
                raise Locked(
                    answer.text or "without a reason", answer.code.decode("ascii", "replace").upper()
                )
            return answers
        if answer.tag == b"+":
            # A challenge after the proof is an error message of OAuth; an empty line brings on the NO behind it.
            session.stream.send(b"\r\n" if sent else data + b"\r\n")
            sent = True


def capabilities(answers: list[Answer]) -> frozenset[str]:
    """What answers say that the server can do; empty: they do not say."""
    found: list[str] = []
    for answer in answers:
        words: list[bytes] = []
        if answer.name == b"CAPABILITY":
            words = [each for each in answer.rest if isinstance(each, bytes)]
        elif answer.code.upper().startswith(b"CAPABILITY "):
            words = answer.code.split()[1:]
        found = [each.decode("ascii", "replace").upper() for each in words] or found
    return frozenset(found)


def _asked(session: Session) -> frozenset[str]:
    return capabilities(session.command(b"CAPABILITY"))


def quoted(text: str | bytes) -> bytes:
    """A string for a command. Raises ValueError for what no quoted string can hold."""
    data = text.encode() if isinstance(text, str) else text
    if any(byte in data for byte in (0, 10, 13)):
        raise ValueError("a line end in a name or password")
    return b'"%s"' % data.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
