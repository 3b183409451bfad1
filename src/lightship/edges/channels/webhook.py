"""A POST to a subscriber's own address, signed as Standard Webhooks says (www.standardwebhooks.com)."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import time
from typing import ClassVar

import msgspec

from lightship import __version__
from lightship.edges.channels.channel import Parcel, Sent
from lightship.edges.channels.posting import Inside, NoAnswer, NotSent, Reply, post, target
from lightship.tell.outbox.words import CONFIRM_TYPE
from lightship.vocabulary.errors import BadInput

SECRET = "whsec_"  # noqa: S105 - the prefix, not a secret


class WebhookOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`channels: - {kind: webhook, ...}`.

    Args:
        private: subscribers may name addresses in private networks and plain http: only where all of them are yours.
    """

    private: bool = False
    connections: int = 8
    a_second: float = 0.0


class WebhookChannel:
    """See `Channel`."""

    repeatable: ClassVar[bool] = True
    options: ClassVar[type[msgspec.Struct]] = WebhookOptions

    def __init__(self, options: WebhookOptions, place: str, clock: Callable[[], float] = time) -> None:
        self.own: tuple[str, ...] = ()
        self.connections, self.a_second = max(1, options.connections), options.a_second
        self.private, self.clock = options.private, clock

    def address(self, text: str) -> str:
        """The address as typed, without blanks around it. Raises BadInput."""
        text = text.strip()
        where = target(text, "address", self.private)
        if not self.private and (where.host == "localhost" or "." not in where.host.strip("[]")):
            raise BadInput(
                "address", "this address is not one of the internet", "write https://example.org/path"
            )
        return text

    def domain(self, address: str) -> str:
        """Its host."""
        return target(address, "address", True).host

    @contextmanager
    def sender(self) -> Iterator["WebhookChannel"]:
        """Each letter has a connection of its own."""
        yield self

    def send(self, parcel: Parcel) -> Sent:
        """Try once. A redirect is refused: nobody vetted where it leads."""
        document = parcel.message.document
        meta = {"stop": parcel.stop, "manage": parcel.manage}
        if document.get("type") == CONFIRM_TYPE:  # from the next request on the receiver can check
            meta["secret"] = parcel.secret
        body = msgspec.json.encode({**document, "meta": meta})
        where = target(parcel.address, "address", True)
        try:
            reply = post(where, self._headers(parcel, body), body, self.private)
        except Inside as error:
            return Sent("gone", str(error))
        except NotSent as error:
            return Sent("again", str(error))
        except NoAnswer as error:
            return Sent("unknown", str(error))
        return verdict(reply)

    def _headers(self, parcel: Parcel, body: bytes) -> dict[str, str]:
        stamp = str(int(self.clock()))
        return {
            "Content-Type": "application/json", "User-Agent": f"Lightship/{__version__}",
            "webhook-id": parcel.key, "webhook-timestamp": stamp,
            "webhook-signature": signature(parcel.secret, parcel.key, stamp, body),
        }  # fmt: skip


def verdict(reply: Reply) -> Sent:
    """What an answer means for the letter; 410 means for all of them, as the standard says."""
    said = f"status {reply.status}"
    if 200 <= reply.status < 300:
        return Sent("sent", said)
    if reply.status == 410:
        return Sent("gone", said)
    if 300 <= reply.status < 400:
        return Sent("refused", f"{said}: redirects are not followed")
    if reply.status in (408, 425, 429) or reply.status >= 500:
        return Sent("again", said, reply.wait)
    return Sent("refused", said)


def signature(secret: str, key: str, stamp: str, body: bytes) -> str:
    """The header `webhook-signature`: HMAC-SHA256 over id, time and body.

    >>> signature(
    ...     "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ...     "msg_p5jXN8AQM9LWM0D4loKWxJek",
    ...     "1614265330",
    ...     b'{"test": 2432232314}',
    ... )
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    key_bytes = base64.b64decode(secret.removeprefix(SECRET))
    signed = b".".join((key.encode(), stamp.encode(), body))
    return f"v1,{base64.b64encode(hmac.new(key_bytes, signed, hashlib.sha256).digest()).decode()}"
