"""What people should do: rules by service, by what has failed and by what still works. Only steps that still work."""

from collections.abc import Callable

import msgspec

from lightship.follow.eta import category_of
from lightship.tell.where import told_scope
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.settings import Settings


class Situation(msgspec.Struct, frozen=True):
    """What advice depends on.

    Args:
        failing: ids of services that fail, with their ancestors; offered: services on the map.
        category: kind of cause; empty: not known.
        outsiders: the page is not the provider's, so nobody can call "us".
        partly: it works from other networks that we test from.
        stage: over: it works again; recovering: the component is back or all looks healthy.
    """

    failing: tuple[str, ...]
    offered: tuple[str, ...]
    category: str = ""
    stage: str = "failing"
    neighbour: bool = False
    outsiders: bool = False
    partly: bool = False

    def fails(self, *families: str) -> bool:
        """Whether any of these services, or a part of one, fails."""
        return any(each.split(".")[0] in families or each in families for each in self.failing)

    def works(self, service: str) -> bool:
        """Whether it is offered here, and neither it nor what it is part of is known to fail."""
        return (
            service in self.offered
            and service not in self.failing
            and service.split(".")[0] not in self.failing
        )


class Advice(msgspec.Struct, frozen=True):
    """One step. `id` is stable: pages, translations and tests name it. `short` is for the text of an update."""

    id: str
    text: str
    short: str
    when: Callable[[Situation], bool]


LINES = ("broadband", "voice")
MAIL = ("email", "webmail")


def _down(situation: Situation) -> bool:
    return situation.stage != "over" and not situation.neighbour


RULES: tuple[Advice, ...] = (
    Advice(
        "restart-if-still-down", "If it still does not work for you, restart your equipment once, then report it.",
        "Still not working? Restart your equipment once, then report it.",
        lambda s: s.stage == "over" and s.fails("broadband", "voice"),
    ),
    Advice(
        "try-again", "If it still does not work for you, close the app or page, open it again, then report it.",
        "Still not working? Open it again, then report it.",
        lambda s: s.stage == "over" and not s.fails("broadband", "voice"),
    ),
    Advice(
        "not-our-network", "You need not do anything about your line with us: the trouble is on another network.",
        "You need not do anything about your line with us.",
        lambda s: s.neighbour and s.stage != "over" and not s.outsiders,
    ),
    Advice(
        "nothing-at-home", "Nothing is wrong at your home: the fault is in the network.",
        "Nothing is wrong at your home.",
        lambda s: _down(s) and s.fails(*LINES),
    ),
    Advice(
        "do-not-reset", "Do not reset or unplug your router: it does not help and can slow the recovery.",
        "Do not reset your router.",
        lambda s: _down(s) and s.fails("broadband"),
    ),
    Advice(
        "use-mobile-data-or-4g", "If you need the internet now, use mobile data, for example your phone's hotspot.",
        "If you can, use mobile data.",
        lambda s: _down(s) and s.fails("broadband") and not s.fails("mobile"),
    ),
    Advice(
        "use-a-mobile", "To make a call, use a mobile.",
        "To make a call, use a mobile.",
        lambda s: _down(s) and s.fails("voice") and not s.fails("mobile"),
    ),
    Advice(
        "calls-over-broadband", "If your home phone works through your router, it may not work either.",
        "A home phone on your router may not work either.",
        lambda s: _down(s) and s.fails("broadband") and not s.fails("voice"),
    ),
    Advice(
        "keep-your-password", "Do not change your password or settings because of this: they are not the cause.",
        "Do not change your password.",
        lambda s: _down(s) and s.fails(*MAIL, "portal", "sso"),
    ),
    Advice(
        "use-webmail-alternative", "Webmail is not known to be affected: try it in a browser.",
        "Try webmail.",
        lambda s: _down(s) and s.works("webmail") and s.fails("email"),
    ),
    Advice(
        "use-a-mail-app", "Mail apps are not known to be affected: try one instead of webmail.",
        "Try a mail app.",
        lambda s: _down(s) and s.fails("webmail") and s.works("email"),
    ),
    Advice(
        "other-way-for-urgent-mail", "For anything urgent, use another address, a message or a call.",
        "For urgent things use another address or call.",
        lambda s: _down(s) and s.fails("email"),
    ),
    Advice(
        "call-instead", "If it cannot wait, call us instead.",
        "If it cannot wait, call us.",
        lambda s: _down(s) and not s.outsiders and s.fails("portal") and s.works("voice") and not s.fails(*LINES),
    ),
    Advice(
        "keep-screenshot", "If you miss a deadline because of this, keep a screenshot with the time.",
        "Keep a screenshot if you miss a deadline.",
        lambda s: _down(s) and s.fails("portal"),
    ),
    Advice(
        "do-not-bypass-warnings", "Do not click through certificate warnings.",
        "Do not click through certificate warnings.",
        lambda s: _down(s) and s.category == "certificate",
    ),
    Advice(
        "keep-battery", "If your power is out, save your phone's battery and unplug what gets hot.",
        "Save your phone's battery.",
        lambda s: _down(s) and s.category == "weather",
    ),
    Advice(
        "another-network",
        "It works from other networks that we test from: try another one, for example mobile data instead of Wi-Fi.",
        "Try another network, such as mobile data.",
        lambda s: _down(s) and s.partly and s.stage == "failing" and not s.fails(*LINES),
    ),
    Advice(
        "try-later", "There is nothing to mend at your end. Try again later.",
        "There is nothing to mend at your end.",
        lambda s: _down(s) and not s.fails(*LINES, *MAIL, "portal"),
    ),
)  # fmt: skip
"""In the order in which people read them."""


def advice(incident: Incident, network: NetworkMap, settings: Settings) -> tuple[Advice, ...]:
    """The steps for an incident as it stands."""
    situation = situation_of(incident, network, settings)
    return tuple(each for each in RULES if each.when(situation))


def situation_of(incident: Incident, network: NetworkMap, settings: Settings) -> Situation:
    """What the rules look at."""
    category = category_of(incident.diagnosis)
    recovering = incident.component_restored_at is not None or incident.green_since is not None
    return Situation(
        failing=tuple(told_scope(incident).services), offered=tuple(each.id for each in network.services),
        category=category.name if category else "",
        stage="over" if not incident.is_open else "recovering" if recovering else "failing",
        neighbour=incident.diagnosis is not None and incident.diagnosis.neighbour,
        outsiders=settings.deployment == "outsiders",
        partly=incident.partial is not None and incident.partial.failing < incident.partial.of,
    )  # fmt: skip
