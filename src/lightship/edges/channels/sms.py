"""Text messages by a gateway's HTTP interface. A doubt is never tried again blindly: a phone cannot tell a repeat."""

import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Literal
from urllib.parse import quote, urlencode

import msgspec

from lightship import __version__
from lightship.edges.channels.channel import Parcel, Sent
from lightship.edges.channels.posting import Inside, NoAnswer, NotSent, Reply, post, target
from lightship.edges.probes.secrets import secret
from lightship.tell.outbox.words import one_line
from lightship.vocabulary.errors import BadInput

_NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")
_DECOR = re.compile(r"[\s().\u00a0-]")


class SmsOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`channels: - {kind: sms, ...}`.

    Args:
        url: where a message is posted. form: how its fields are written.
        to, text, reference, sender_field: what the gateway calls these fields; empty: not sent.
        sender: whom it comes from, as the gateway allows. extra: further fields, as they are.
        user, secret: Basic authentication with a user, a bearer token without.
        status: where the gateway says what became of a message, `{reference}` for ours; empty: it cannot be asked.
        country: the code that a number with a leading 0 belongs to.
        private: the gateway stands in a private network, or speaks plain http.
    """

    url: str
    form: Literal["json", "form"] = "json"
    to: str = "to"
    text: str = "text"
    reference: str = "reference"
    sender_field: str = "from"
    sender: str = ""
    extra: dict[str, str] = {}
    user: str = ""
    secret: str = ""
    status: str = ""
    country: str = "44"
    private: bool = False
    connections: int = 4
    a_second: float = 10.0


class SmsChannel:
    """See `Channel`. Raises BadInput on an address of a gateway that cannot be."""

    repeatable: ClassVar[bool] = False
    options: ClassVar[type[msgspec.Struct]] = SmsOptions

    def __init__(self, options: SmsOptions, place: str) -> None:
        self.own: tuple[str, ...] = ()
        self.connections, self.a_second = max(1, options.connections), options.a_second
        self._options, self._where = options, target(options.url, f"{place}.url", options.private)
        self._token = secret(options.secret, f"{place}.secret") if options.secret else None
        if options.status:
            target(options.status.replace("{reference}", "x"), f"{place}.status", options.private)

    def address(self, text: str) -> str:
        """The number with a plus and its country (E.164). Raises BadInput."""
        return number(text, self._options.country)

    def domain(self, address: str) -> str:
        """All numbers stand behind the one gateway."""
        return self._where.host

    @contextmanager
    def sender(self) -> Iterator["SmsChannel"]:
        """Each message has a connection of its own."""
        yield self

    def send(self, parcel: Parcel) -> Sent:
        """Try once."""
        options = self._options
        said = {
            options.to: parcel.address, options.text: one_line(parcel.message.short, 1000),
            options.reference: parcel.key, options.sender_field: options.sender,
        }  # fmt: skip
        fields = {**options.extra, **{name: value for name, value in said.items() if name and value}}
        kind, body = _written(options.form, fields)
        try:
            return verdict(post(self._where, self._headers(kind), body, options.private))
        except Inside as error:
            return Sent("again", str(error), ours=True)
        except NotSent as error:
            return Sent("again", str(error), ours=True)
        except NoAnswer as error:
            return Sent("unknown", f"the gateway gave {error}; it may have taken it")

    def _headers(self, kind: str) -> dict[str, str]:
        found = {"Content-Type": kind, "User-Agent": f"Lightship/{__version__}", "Accept": "application/json"}
        if self._token is None:
            return found
        if self._options.user:
            pair = f"{self._options.user}:{self._token.value}".encode()
            return {**found, "Authorization": f"Basic {b64encode(pair).decode()}"}
        return {**found, "Authorization": f"Bearer {self._token.value}"}

    def ask(self, key: str) -> Sent | None:
        """What became of a message that was in doubt; None: the gateway cannot be asked, or does not say."""
        if not self._options.status:
            return None
        where = target(
            self._options.status.replace("{reference}", quote(key, safe="")), "status", self._options.private
        )
        try:
            reply = post(where, self._headers("application/json"), b"", self._options.private, "GET")
        except (Inside, NotSent, NoAnswer):
            return None
        if reply.status == 404:
            return Sent("again", "the gateway never had it")
        return Sent("sent", "the gateway has it") if reply.status == 200 else None


def number(text: str, country: str = "44") -> str:
    """A telephone number as E.164 has it; one that begins with 0 is of that country. Raises BadInput."""
    bare = _DECOR.sub("", text.strip())
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    elif bare.startswith("0"):
        bare = f"+{country}{bare[1:]}"
    if not bare.isascii() or not _NUMBER.fullmatch(bare):
        raise BadInput(
            "address", "this is no telephone number", "write it like 07700 900123 or +44 7700 900123"
        )
    return bare


def _written(form: str, fields: dict[str, str]) -> tuple[str, bytes]:
    if form == "json":
        return "application/json", msgspec.json.encode(fields)
    return "application/x-www-form-urlencoded", urlencode(fields).encode()


def verdict(reply: Reply) -> Sent:
    """What a gateway's answer means: after a fault of its own it may still have taken the message."""
    said = f"status {reply.status}"
    if 200 <= reply.status < 300:
        return Sent("sent", said)
    if reply.status in (429, 503):
        return Sent("again", said, reply.wait, ours=True)
    if reply.status in (401, 402, 403):
        return Sent("again", f"{said}: the gateway does not let us in", ours=True)
    if reply.status >= 500 or reply.status == 408:
        return Sent("unknown", f"{said}: it may have taken it")
    return Sent("refused", said)
