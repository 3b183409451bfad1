"""What customers use, how many of them, and what each service needs everywhere. All shares are assumed."""

from lightship.simulate.national.parts import all_of, any_of, at_least, each_of, split
from lightship.simulate.national.platforms import DNS, RADIUS, SOFTSWITCHES, STORES
from lightship.vocabulary.components import Gate, ServiceNeeds
from lightship.vocabulary.services import Service, ServiceId


def _service(name: str, title: str, parent: str | None = None, *, emergency: bool = False) -> Service:
    return Service(ServiceId(name), title, ServiceId(parent) if parent else None, emergency)


SERVICES = (
    _service("broadband", "broadband", emergency=True),
    _service("voice", "phone calls", emergency=True),
    _service("email", "e-mail"),
    _service("email.send", "sending e-mail", "email"),
    _service("email.receive", "receiving e-mail", "email"),
    _service("email.read", "reading e-mail", "email"),
    _service("webmail", "webmail"),
    _service("portal", "the web site"),
    _service("portal.billing", "bills on the web site", "portal"),
    _service("portal.account", "accounts on the web site", "portal"),
    _service("portal.support", "help on the web site", "portal"),
)

SHARE_OF_LINES: dict[ServiceId, float] = {
    ServiceId("broadband"): 1.0,
    ServiceId("voice"): 0.7,
    ServiceId("email"): 0.4,
    ServiceId("webmail"): 0.2,
    ServiceId("portal"): 0.5,
}
"""The services whose reports are counted by area, with their users as a share of broadband's lines."""

NEW_SESSIONS = 0.3
"""Share of lines that (re)connect while RADIUS is out, and so lose service."""


def service_needs() -> tuple[ServiceNeeds, ...]:
    """What each service needs wherever it is used."""
    return tuple(ServiceNeeds(ServiceId(name), gates) for name, gates in _needs().items())


def _needs() -> dict[str, tuple[Gate, ...]]:
    stores = split(STORES)
    receive, send = ("mail-in-1", "mail-in-2"), ("mail-out-1", "mail-out-2")
    return {
        "broadband": (all_of("interconnection"), any_of(*DNS), at_least(2, *RADIUS, share=NEW_SESSIONS)),
        "voice": (at_least(4, *SOFTSWITCHES), any_of("voice-gateway-1", "voice-gateway-2", share=0.6)),
        "email": (
            stores, any_of("mail-front-1", "mail-front-2"), any_of(*receive, share=0.35), any_of(*send, share=0.35),
            all_of("sso", share=0.5),
        ),
        "email.send": (any_of(*send),),
        "email.receive": (any_of(*receive),),
        "webmail": (stores, any_of("webmail-1", "webmail-2"), all_of("sso")),
        "portal": (
            any_of("portal-1", "portal-2"), each_of((("sso", 0.7), ("billing", 0.3), ("support-desk", 0.15))),
        ),
        "portal.billing": (all_of("billing"),),
        "portal.account": (all_of("sso"),),
        "portal.support": (all_of("support-desk"),),
    }  # fmt: skip
