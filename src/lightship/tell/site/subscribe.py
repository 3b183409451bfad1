"""The page on which people ask to be told: one form, no script, and what is done with the address."""

from lightship.tell.site.documents import head, write
from lightship.tell.site.paper import Paper
from lightship.tell.site.report import STYLE
from lightship.tell.site.view import View
from lightship.vocabulary.letters import Pace

PACES: dict[Pace, str] = {
    "each": "Every update",
    "hourly": "At most one an hour, and when it is over",
    "ends": "Only when it begins and when it is over",
}

KINDS: dict[str, tuple[str, str]] = {
    "email": ("E-mail", "E-mail address"),
    "sms": ("Text message", "Mobile number"),
    "webhook": ("Webhook, for programs", "Address of your receiver (https)"),
}
"""How channels are called, and what is typed for them. One that is not here goes by its own name."""


def subscribe_page(view: View, paper: Paper) -> str:
    """The form. What our own process answers is put in the place of what stands between its marks."""
    return paper.write(
        "subscribe.html", "../", "Be told about outages", services=view.situation.network.services,
        paces=list(PACES.items()), channels=channels(view), places=view.has_places, extra=STYLE,
    )  # fmt: skip


def channels(view: View) -> list[tuple[str, str, str]]:
    """Kind, what it is called, and what is typed for it."""
    return [
        (each.kind, *KINDS.get(each.kind, (each.kind, "Address")))
        for each in view.situation.settings.channels
        if each.public
    ]


def subscribe_choices(view: View) -> str:
    """`subscribe/choices.json`: what may be asked for."""
    return write(
        head(view)
        | {
            "services": {each.id: each.name for each in view.situation.network.services}, "paces": PACES,
            "channels": {kind: {"name": name, "address": typed} for kind, name, typed in channels(view)},
            "provider": view.situation.network.provider,
        }
    )  # fmt: skip
