"""What the operator states about a deployment."""

from typing import Literal

import msgspec

from lightship.vocabulary.letters import StatedChannel
from lightship.vocabulary.margin_curve import MarginCurve

Deployment = Literal["provider", "outsiders"]


class Settings(msgspec.Struct, frozen=True):
    """How this deployment behaves and what it calls itself.

    Args:
        deployment: `provider`: runs the network. `outsiders`: watches somebody else's and says so in the headline.
        runs_it: who publishes the page, in words.
        zone: IANA name of the zone that people read times in.
        false_alarms_a_year: the promise for the whole deployment.
        next_update_day_minutes, next_update_night_minutes: the promise on every update (night: 22:00-07:00 local).
        simulated: nothing here is real; every output says so.
        address: where the page is reached, without a trailing slash; empty: relative links only.
        contact: where corrections go; empty: none given.
        takes_reports: customers may report problems on the page.
        one_vantage: seen from one place only, so the verdict says so.
        channels: what updates are sent over, in the order of preference; empty: nobody can subscribe.
        seen_from: access networks that see at present, as the hub counts them; 0: not counted (a replay).
        partial_after_minutes: how long a minority of them must fail before that is told, as partial; 0: never.
        margin_curve: what a margin is worth here, fitted to this deployment; absent: the curve that ships.
    """

    deployment: Deployment = "provider"
    runs_it: str = ""
    zone: str = "Europe/London"
    false_alarms_a_year: float = 12.0
    next_update_day_minutes: int = 30
    next_update_night_minutes: int = 60
    simulated: bool = False
    address: str = ""
    contact: str = ""
    one_vantage: bool = False
    margin_curve: MarginCurve | None = None
    takes_reports: bool = False
    channels: tuple[StatedChannel, ...] = ()
    seen_from: int = 0
    partial_after_minutes: int = 0
    language: Literal["en"] = "en"

    @property
    def counts_networks(self) -> bool:
        """Whether it is known from how many networks we see at present, be it one."""
        return self.one_vantage or self.seen_from > 0
