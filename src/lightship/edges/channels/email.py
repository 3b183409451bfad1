"""E-mail by the operator's relay: plain text and simple HTML, one Message-ID a letter, one click to stop (RFC 8058)."""

import re
import smtplib
import ssl
from binascii import b2a_qp
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from pathlib import Path
from typing import ClassVar, Literal

import msgspec

from lightship.edges.channels.channel import Parcel, Sent
from lightship.edges.channels.posting import trust
from lightship.edges.probes.secrets import secret
from lightship.tell.outbox.words import Message, html, one_line, plain
from lightship.vocabulary.errors import BadInput

SECONDS = 30.0
LONGEST = 254
"""Characters of an address (RFC 5321, 4.5.3.1.3, as erratum 1690 counts them)."""
PER_CONNECTION = 100
"""Letters until a connection is made anew, as relays like it (Postfix: smtp_connection_reuse_count_limit)."""

WIDE = SMTP.clone(max_line_length=990)
"""A long subject of ASCII stays on its line; encoded words (RFC 2047) are kept short."""
ONE_CLICK = "List-Unsubscribe-Post: List-Unsubscribe=One-Click"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
"""What does not stand in a Message-ID or a boundary of ours."""
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_BREAK = re.compile(r"\r\n|\r|\n")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"({_LOCAL})@((?:{_LABEL}\.)+{_LABEL})")
_ENHANCED = re.compile(r"\b5\.(\d{1,3})\.(\d{1,3})\b")
_SOMEBODY = re.compile(r"[^\s<>@,;:()]+@[^\s<>@,;:()]+")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class EmailOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`channels: - {kind: email, ...}`.

    Args:
        sender: the address that letters come from, and where bounces go.
        host, port, security, user, secret: the relay; `none` only on this machine. authority: a file of its CA.
        name: whom letters come from, in words; empty: the address alone.
    """

    sender: str
    host: str = "127.0.0.1"
    port: int = 25
    security: Literal["", "none", "starttls", "tls"] = ""
    user: str = ""
    secret: str = ""
    authority: str = ""
    name: str = ""
    connections: int = 8
    a_second: float = 0.0


class EmailChannel:
    """See `Channel`. Raises BadInput on a relay or sender that cannot be."""

    repeatable: ClassVar[bool] = True
    options: ClassVar[type[msgspec.Struct]] = EmailOptions

    def __init__(self, options: EmailOptions, place: str) -> None:
        self.own: tuple[str, ...] = ()
        self.connections, self.a_second = max(1, options.connections), options.a_second
        self.relay, self.from_address = options, email_address(options.sender, f"{place}.sender")
        self.security = options.security or ("none" if options.host in LOOPBACK else "starttls")
        if self.security == "none" and options.host not in LOOPBACK:
            raise BadInput(f"{place}.security", "none, to another machine", "write starttls or tls")
        self.password = secret(options.secret, f"{place}.secret") if options.secret else None
        self.trust = _trust(options.authority, place)
        self._last: tuple[Message, bytes] | None = None

    def address(self, text: str) -> str:
        """The address, its domain in small letters and ASCII. Raises BadInput."""
        return email_address(text)

    def domain(self, address: str) -> str:
        """Its mail domain."""
        return address.rpartition("@")[2]

    @contextmanager
    def sender(self) -> Iterator["EmailSender"]:
        """One connection, opened when it is first needed."""
        made = EmailSender(self)
        try:
            yield made
        finally:
            made.close()

    def letter(self, parcel: Parcel) -> bytes:
        """The message on the wire. The library writes what all copies share, once; each copy's own lines are ASCII."""
        message, domain = parcel.message, self.from_address.rpartition("@")[2]
        own = [
            f"To: {parcel.address}", f"Date: {formatdate(usegmt=True)}",
            f"Message-ID: <{_UNSAFE.sub('_', parcel.key)}@{domain}>",
        ]  # fmt: skip
        foot = []
        if parcel.stop:
            own += [f"List-Unsubscribe: <{one_line(parcel.stop, 900)}>", ONE_CLICK]
            foot = [("Change what you get", parcel.manage), ("Stop these messages", parcel.stop)]
        text = plain(message, [f"{words}: {where}" for words, where in foot])
        mark = f"=_{_UNSAFE.sub('_', parcel.key)}"
        parts = [
            _part(mark, "plain", text),
            _part(mark, "html", html(message, foot)),
            f"--{mark}--\r\n".encode(),
        ]
        kind = f'Content-Type: multipart/alternative; boundary="{mark}"'
        head = "\r\n".join([*own, kind, "", ""]).encode("ascii", "replace")
        return b"".join([self._shared(message), head, *parts])

    def _shared(self, message: Message) -> bytes:
        """The headers that every copy has."""
        if self._last is None or self._last[0] is not message:
            written = EmailMessage(policy=SMTP)
            local, domain = self.from_address.split("@")
            written["From"] = Address(one_line(self.relay.name, 70), local, domain)
            written["Subject"] = one_line(message.subject, 200)
            written["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
            written["MIME-Version"] = "1.0"
            policy = SMTP if not message.subject.isascii() else WIDE
            self._last = message, written.as_bytes(policy=policy).removesuffix(b"\r\n")
        return self._last[1]


class EmailSender:
    """One connection to the relay."""

    def __init__(self, channel: EmailChannel) -> None:
        self._channel, self._used = channel, 0
        self._session: smtplib.SMTP | None = None

    def send(self, parcel: Parcel) -> Sent:
        """Try once; after a doubt or a farewell the next letter gets a new connection."""
        raw = self._channel.letter(parcel)
        try:
            session = self._open()
        except smtplib.SMTPResponseException as error:
            self.close()
            return Sent("again", _words(error.smtp_code, error.smtp_error), ours=True)
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            return Sent("again", f"the relay is not reached: {_clean(str(error))}", ours=True)
        return self._handed_over(session, parcel.address, raw)

    def _handed_over(self, session: smtplib.SMTP, to: str, raw: bytes) -> Sent:
        ended = False
        try:
            for code, words in (session.mail(self._channel.from_address), session.rcpt(to)):
                if code >= 300:
                    return self._refused(code, words, session)
            code, words = session.docmd("DATA")
            if code != 354:
                return self._refused(code, words, session)
            session.send(_stuffed(raw))
            ended = True
            session.send(b".\r\n")
            code, words = session.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            said = _clean(str(error))
            return (
                Sent("unknown", f"no answer after the last line: {said}", ours=True)
                if ended
                else Sent("again", said, ours=True)
            )
        self._used += 1
        return Sent("sent", _words(code, words)) if code < 300 else self._refused(code, words, session)

    def _refused(self, code: int, words: bytes, session: smtplib.SMTP) -> Sent:
        said = _words(code, words)
        if code == 421:  # RFC 5321, 3.8: the server is closing
            self.close()
            return Sent("again", said, ours=True)
        with suppress(smtplib.SMTPException, OSError):
            session.rset()
        if code < 500:
            return Sent("again", said)
        return Sent("gone" if _is_gone(said) else "refused", said, mailbox=_is_about_mailbox(code, said))

    def _open(self) -> smtplib.SMTP:
        if self._session is not None and self._used < PER_CONNECTION:
            return self._session
        self.close()
        channel, relay = self._channel, self._channel.relay
        session = (
            smtplib.SMTP_SSL(relay.host, relay.port, timeout=SECONDS, context=channel.trust)
            if channel.security == "tls"
            else smtplib.SMTP(relay.host, relay.port, timeout=SECONDS)
        )
        self._session, self._used = session, 0
        if channel.security == "starttls":
            session.starttls(context=channel.trust)
        session.ehlo_or_helo_if_needed()
        if relay.user and channel.password is not None:
            session.login(relay.user, channel.password.value)
        return session

    def close(self) -> None:
        """Say goodbye where somebody listens."""
        if self._session is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._session.close()
        self._session = None


def email_address(text: str, place: str = "address") -> str:
    """An address in its one form, its domain in small letters and ASCII. Raises BadInput."""
    local, _, domain = text.strip().rpartition("@")
    try:
        written = f"{local}@{domain.encode('idna').decode().lower() if domain else ''}"
    except UnicodeError:
        written = ""
    if len(written) > LONGEST or len(local) > 64 or not _ADDRESS.fullmatch(written):
        raise BadInput(place, "this is no e-mail address", "write it like name@example.org")
    return written


def _trust(authority: str, place: str) -> ssl.SSLContext:
    if not authority:
        return trust()
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_verify_locations(Path(authority))
    except (OSError, ssl.SSLError) as error:
        raise BadInput(
            f"{place}.authority", f"{authority} cannot be read ({error})", "a file of PEM"
        ) from None
    return context


def _is_gone(said: str) -> bool:
    """Whether an answer says that the mailbox is not there (RFC 3463: 5.1.x addresses, 5.2.1 disabled)."""
    found = _ENHANCED.search(said)
    return found is not None and (found[1] == "1" or found.groups() == ("2", "1"))


def _is_about_mailbox(code: int, said: str) -> bool:
    """Whether a refusal speaks of the address: by its enhanced status, else by the codes for mailboxes."""
    found = _ENHANCED.search(said)
    return found[1] in ("1", "2") if found is not None else code in (550, 551, 553)


def _part(mark: str, kind: str, text: str) -> bytes:
    """One form of the text, quoted-printable (RFC 2045, 6.7): lines stay short whatever stands in it."""
    body = b2a_qp(_BREAK.sub("\r\n", text).encode())
    head = f'--{mark}\r\nContent-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable'
    return head.encode() + b"\r\n\r\n" + body + b"\r\n"


def _stuffed(raw: bytes) -> bytes:
    """Doubled dots (RFC 5321, 4.5.2); line ends are CRLF already, by the policy."""
    return re.sub(rb"(?m)^\.", b"..", raw)


def _words(code: int, words: bytes | str) -> str:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return _clean(f"{code} {said}")


def _clean(said: str) -> str:
    """Relays repeat the address; what is written down does not."""
    return one_line(_SOMEBODY.sub("(address)", said), 200)
