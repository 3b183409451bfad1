"""What somebody chose to hear. It names nobody."""

from typing import Literal

import msgspec

from lightship.vocabulary.letters import Pace
from lightship.vocabulary.places import AreaId

State = Literal["pending", "confirmed", "suppressed"]
"""Of a contact. `pending`: nobody has said yes there. `suppressed`: it does not take our letters any more."""


class Wants(msgspec.Struct, frozen=True):
    """Fields as in `SubscriptionChanged`."""

    selector: str
    pace: Pace = "each"
    area: AreaId | None = None
    priority: bool = False


class Contact(msgspec.Struct, frozen=True):
    """One way to one person. `address` is theirs: it goes into no log."""

    person: str
    channel: str
    address: str
    wants: Wants
    state: State
