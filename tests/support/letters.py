"""A small country with channels on its map, an incident in it, and people who want to hear of it."""

from collections.abc import Sequence

from lightship.prevent.footprints import Footprints, footprints
from lightship.tell.outbox.audience import Audience
from lightship.vocabulary.alarms import AffectedArea
from lightship.vocabulary.components import Component, ComponentId, NetworkMap
from lightship.vocabulary.decisions import Key, Publish
from lightship.vocabulary.events import SubscriptionChanged
from lightship.vocabulary.incidents import Incident, IncidentId, Scope, Status
from lightship.vocabulary.letters import StatedChannel
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.sources import Estimate
from lightship.vocabulary.time import MINUTE, Between, Instant
from lightship.vocabulary.updates import Update
from tests.core.outage import BROADBAND, T0, _needs, diagnosis, network

ID = IncidentId("20160720-1")


def with_channels() -> NetworkMap:
    """The relay needs the mail front end; the gateway and the hooks stand alone, as do two copies of the page."""
    made = network()
    more = (
        Component(ComponentId("relay"), "channel", "Relay", _needs(("mail-front", 1.0))),
        Component(ComponentId("gateway"), "channel", "Gateway"),
        Component(ComponentId("hooks"), "channel", "Hooks"),
        Component(ComponentId("host"), "status-host", "Host", _needs(("www", 1.0))),
        Component(ComponentId("mirror"), "mirror", "Mirror"),
    )
    return NetworkMap(
        **{n: getattr(made, n) for n in made.__struct_fields__} | {"components": (*made.components, *more)}
    )


FEET: Footprints = footprints(with_channels())
SETTINGS = Settings(
    address="https://status.example",
    channels=tuple(
        StatedChannel(kind, ComponentId(where))
        for kind, where in (("email", "relay"), ("sms", "gateway"), ("webhook", "hooks"))
    ),
)


def incident(
    codes: Sequence[str] = ("0113",), service: ServiceId = BROADBAND, *, national: bool = False,
    cause: tuple[str, ...] = (), status: Status = "investigating",
) -> Incident:  # fmt: skip
    """One open incident with one scope; `cause`: the class of its diagnosis."""
    areas = tuple(AffectedArea(service, AreaId(code), "affected") for code in codes)
    unknown = Estimate("lines", None, None, None)
    scope = Scope(T0, (service,), areas, national, 8, unknown, unknown)
    found = (diagnosis(cause[0], *cause),) if cause else ()
    return Incident(ID, status, T0, T0, Between(T0, T0, T0), (), (scope,), found, public=True)


def update(
    number: int = 1, minutes: float = 0, status: Status = "investigating", simulated: bool = False
) -> Update:
    """One of its updates."""
    at = Instant(T0 + round(minutes * MINUTE))
    text = f"We are seeing broadband fail for some people in Leeds (0113). This is word {number}."
    return Update(
        ID, number, at, status, "Broadband is failing for some people in Leeds (0113)", text, (),
        Instant(at + 30 * MINUTE) if status != "resolved" else None, simulated=simulated,
    )  # fmt: skip


def publish(number: int = 1, minutes: float = 0, status: Status = "investigating") -> Publish:
    return Publish(Key(f"{number}.1"), "first", update(number, minutes, status))


def audience(*changes: SubscriptionChanged) -> Audience:
    found = Audience()
    for each in changes:
        found = found.after(each)
    return found
