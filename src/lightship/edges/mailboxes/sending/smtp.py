"""Delivering one letter to a submission server, in steps that know at which byte it may have been delivered."""

import contextlib
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from typing import NamedTuple

from lightship.edges.mailboxes.sending.route import Route
from lightship.endure.reading.neutral import one_line
from lightship.endure.sending.states import State, after_answer

SECONDS = 60.0
_BREAK = re.compile(rb"\r\n|\r|\n")


class Delivered(NamedTuple):
    """How a try ended, and in whose words."""

    state: State
    said: str


def deliver(
    route: Route,
    secret: str,
    sender: str,
    recipients: tuple[str, ...],
    raw: bytes,
    commit: Callable[[], None],
) -> Delivered:
    """Try once. Every receiver is accepted, or nothing is sent.

    Args:
        commit: called when all but the last line is with the server; from there on it may be delivered.
    """
    committed = False

    def committing() -> None:
        nonlocal committed
        commit()
        committed = True

    try:
        with _session(route, secret) as session:
            return _handed_over(session, sender, recipients, raw, committing)
    except smtplib.SMTPResponseException as error:
        said = _words(error.smtp_code, error.smtp_error)
        # Refused at the door, not for what is in the letter: it waits until a person has mended the way out.
        return Delivered(after_answer(error.smtp_code), said) if committed else Delivered("queued", said)
    except (smtplib.SMTPException, OSError) as error:
        said = one_line(error.strerror or str(error), 200)
        if committed:
            return Delivered("unknown", f"no answer after the last line: {said}")
        return Delivered("queued", f"{route.place}: {said}")


@contextlib.contextmanager
def _session(route: Route, secret: str) -> Iterator[smtplib.SMTP]:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if route.authority:
        context.load_verify_locations(route.authority)
    session = (
        smtplib.SMTP_SSL(route.host, route.port, timeout=SECONDS, context=context)
        if route.security == "tls"
        else smtplib.SMTP(route.host, route.port, timeout=SECONDS)
    )
    try:
        if route.security == "starttls":
            session.starttls(context=context)  # refuses where the server does not offer it
        session.ehlo_or_helo_if_needed()
        if route.user:
            _let_in(session, route, secret)
        yield session
    finally:
        session.close()


def _let_in(session: smtplib.SMTP, route: Route, secret: str) -> None:
    if route.method == "password":
        session.login(route.user, secret)
        return
    token = f"user={route.user}\1auth=Bearer {secret}\1\1"
    session.user, session.password = route.user, secret
    session.auth("XOAUTH2", lambda challenge=None: token if challenge is None else "")


def _handed_over(
    session: smtplib.SMTP, sender: str, recipients: tuple[str, ...], raw: bytes, commit: Callable[[], None]
) -> Delivered:
    for code, words in (session.mail(sender), *(session.rcpt(each) for each in recipients)):
        if code >= 300:
            return Delivered(_before_the_last_line(code), _words(code, words))
    code, words = session.docmd("DATA")
    if code != 354:
        return Delivered(_before_the_last_line(code), _words(code, words))
    session.send(_stuffed(raw))
    commit()
    session.send(b".\r\n")
    code, words = session.getreply()
    with contextlib.suppress(smtplib.SMTPException, OSError):
        session.docmd("QUIT")
    return Delivered(after_answer(code), _words(code, words))


def _stuffed(raw: bytes) -> bytes:
    """The letter with the line ends and doubled dots of the protocol (RFC 5321, 4.5.2), without its last line."""
    text = _BREAK.sub(b"\r\n", raw)
    text = re.sub(rb"(?m)^\.", b"..", text)
    return text if text.endswith(b"\r\n") else text + b"\r\n"


def _before_the_last_line(code: int) -> State:
    return "refused" if code >= 500 else "queued"


def _words(code: int, words: bytes | str) -> str:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return one_line(f"{code} {said}", 300)
