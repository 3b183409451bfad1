"""Posts to places of the operator's own, through Apprise: Mastodon, Bluesky, Matrix, Slack and many others. An extra.

Whoever reads such a place cannot tell a repeat, and Apprise does not say whether a failed post left this machine: so a
post that failed is shown as unknown, and the next update is the next try.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import msgspec
from apprise import Apprise, AppriseResultStatus

from lightship.edges.channels.channel import Parcel, Sent
from lightship.edges.probes.probe import Secret
from lightship.edges.probes.secrets import secret
from lightship.tell.outbox.words import one_line
from lightship.vocabulary.errors import BadInput


class AppriseOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`channels: - {kind: apprise, ...}`.

    Args:
        destinations: name -> Apprise address, by reference, since it holds a token.
    """

    destinations: dict[str, str]
    connections: int = 2
    a_second: float = 1.0


class AppriseChannel:
    """See `Channel`. Raises BadInput on an address that Apprise does not know."""

    repeatable: ClassVar[bool] = False
    options: ClassVar[type[msgspec.Struct]] = AppriseOptions

    def __init__(self, options: AppriseOptions, place: str) -> None:
        self.connections, self.a_second = max(1, options.connections), options.a_second
        if not options.destinations:
            raise BadInput(f"{place}.destinations", "none", "such as {mastodon: env:MASTODON_ADDRESS}")
        self._secrets: dict[str, Secret] = {}
        for name, reference in options.destinations.items():
            where = f"{place}.destinations.{name}"
            self._secrets[name] = secret(reference, where)
            if not Apprise().add(self._secrets[name].value):
                raise BadInput(
                    where, "Apprise does not know this kind of address", "see its own list of services"
                )
        self.own = tuple(options.destinations)

    def address(self, text: str) -> str:
        """The name of a destination. Raises BadInput: strangers name none."""
        if text.strip() not in self._secrets:
            raise BadInput("address", "this is no destination of ours", f"one of: {', '.join(self._secrets)}")
        return text.strip()

    def domain(self, address: str) -> str:
        """Each destination fails by itself."""
        return address

    @contextmanager
    def sender(self) -> Iterator["AppriseChannel"]:
        """Apprise keeps no connection."""
        yield self

    def send(self, parcel: Parcel) -> Sent:
        """Post once; Apprise's own repeating stays off."""
        known = self._secrets.get(parcel.address)
        if known is None:
            return Sent("gone", "the destination is not configured any more")
        post = Apprise()
        post.add(known.value)
        message = parcel.message
        body = "\n\n".join((*message.paragraphs, message.link))
        found = post.notify(body=body, title=one_line(message.subject, 200))
        if found.status == AppriseResultStatus.SUCCESS:
            return Sent("sent", "posted")
        return Sent("unknown", "Apprise says that it failed, not whether the post had left")
