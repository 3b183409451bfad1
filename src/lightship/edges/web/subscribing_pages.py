"""What stands in the middle of the pages that subscribers are shown. Everything that anybody typed is escaped."""

from collections.abc import Mapping, Sequence
from html import escape

import msgspec

from lightship.edges.subscribers.office import masked
from lightship.edges.subscribers.wants import Contact
from lightship.tell.outbox.selector import EVERYTHING, parse


class ChannelChoice(msgspec.Struct, frozen=True):
    """What a channel is called, and what is typed for it."""

    name: str
    address: str


class Choices(msgspec.Struct, frozen=True):
    """`subscribe/choices.json`: what may be asked for. Ids to names."""

    services: dict[str, str]
    paces: dict[str, str]
    channels: dict[str, ChannelChoice]
    provider: str


Page = tuple[int, str]
"""HTTP status, and what stands in the middle."""

WHAT_AND_WHERE = ("<!--what-->", "<!--/what-->")
"""Marks around the questions that an incident answers by itself."""

SENT = (
    "<h1>Please look for a message from us</h1><p>If we can send there, we have sent a message with a link. Nothing "
    "more is sent until somebody opens it and says yes.</p><p>It should be there within minutes. If not, look in the "
    "folder for spam, and check what you typed.</p>"
)
GONE = (
    "<h1>This link does not work</h1><p>It may have been used up: what was stopped or never confirmed is deleted.</p>"
    '<p><a href="/subscribe/">Ask to be told</a></p>'
)
STOPPED = (
    "<h1>You will get no more messages here</h1><p>The address is deleted.</p>"
    '<p><a href="/">The page with everything that is known</a></p>'
)
ERASED = "<h1>Everything about you is deleted</h1><p>The key is destroyed: no copy can be read any more.</p>"


def refused(words: str, status: int = 422) -> Page:
    """Why something was not taken."""
    return status, f"<h1>This was not taken</h1><p>{escape(words)}</p><p>Nothing was sent.</p>"


def button(action: str, heading: str, words: str, label: str) -> str:
    """One question, one button: opening a link changes nothing, because mail filters open links, too."""
    return (
        f'<h1>{escape(heading)}</h1><p>{escape(words)}</p><form action="{escape(action)}" method="post">'
        f"<button>{escape(label)}</button></form>"
    )


def confirmed(contact: Contact, manage: str, choices: Choices, others: Sequence[Contact]) -> str:
    """It is done; and the offer of another way."""
    said = f"<h1>Done. We will tell you</h1><p>{escape(wanted(contact, choices))}</p>"
    return f'{said}{second(manage, choices, others)}<p><a href="{escape(manage)}">See or change what you get</a></p>'


def second(manage: str, choices: Choices, contacts: Sequence[Contact]) -> str:
    """The offer of a contact of another kind, and why; empty where there is none, or all are there."""
    known = {each.channel for each in contacts}
    free = {kind: each for kind, each in choices.channels.items() if kind not in known}
    if not free or not known:
        return ""
    fields = "".join(
        f'<label class="o"><input type="radio" name="channel" value="{escape(kind)}" required'
        f"{' checked' if number == 0 else ''}> {escape(each.name)}</label>"
        for number, (kind, each) in enumerate(free.items())
    )
    typed = " or ".join(each.address for each in free.values())
    return (
        "<h2>Add another way to reach you</h2><p>Your broadband or your mail may be what fails. A message that goes "
        "another way then still reaches you. We use it only when the first one depends on what is broken.</p>"
        f'<form action="{escape(manage)}" method="post"><input type="hidden" name="do" value="second">'
        f'<fieldset><legend>How?</legend>{fields}</fieldset><label for="contact">{escape(typed)}</label>'
        '<input id="contact" name="contact" required maxlength="254"><button>Add it</button></form>'
    )


def managed(contacts: Sequence[Contact], manage: str, choices: Choices) -> str:
    """Everything that a person gets, each with what can be done."""
    parts = "".join(_one(each, manage, choices) for each in contacts)
    return (
        f"<h1>What you get</h1>{parts}{second(manage, choices, contacts)}"
        f'<h2>Delete everything</h2><form action="{escape(manage)}" method="post">'
        '<input type="hidden" name="do" value="erase"><p>We forget you and all your addresses. You will get nothing '
        "more.</p><button>Delete everything about me</button></form>"
    )


_STATES = {
    "pending": "Not confirmed yet: open the link that we sent there.",
    "confirmed": "",
    "suppressed": "It refused our messages, so we stopped sending. Ask again to start anew.",
}


def _one(contact: Contact, manage: str, choices: Choices) -> str:
    known = choices.channels.get(contact.channel)
    name, state = known.name if known else contact.channel, _STATES[contact.state]
    said = f"<p>{escape(state)}</p>" if state else f"<p>{escape(wanted(contact, choices))}</p>"
    hidden = f'<input type="hidden" name="channel" value="{escape(contact.channel)}">'
    change = _change(contact, manage, choices, hidden) if contact.state == "confirmed" else ""
    return (
        f"<h2>{escape(name)}: {escape(masked(contact.address))}</h2>{said}{change}"
        f'<form action="{escape(manage)}" method="post">{hidden}<input type="hidden" name="do" value="stop">'
        "<button>Stop this one</button></form>"
    )


def _change(contact: Contact, manage: str, choices: Choices, hidden: str) -> str:
    asked = {term.service for term in parse(contact.wants.selector) if term.service}
    area = next((term.area for term in parse(contact.wants.selector) if term.area), "")
    services = "".join(
        _tick("checkbox", "service", value, name, value in asked) for value, name in choices.services.items()
    )
    paces = "".join(
        _tick("radio", "pace", value, name, value == contact.wants.pace)
        for value, name in choices.paces.items()
    )
    first = _tick(
        "checkbox", "priority", "yes", "A telecare alarm or a priority register", contact.wants.priority
    )
    return (
        f'<details><summary>Change it</summary><form action="{escape(manage)}" method="post">{hidden}'
        f'<input type="hidden" name="do" value="change"><fieldset><legend>About what?</legend>{services}</fieldset>'
        f'<label for="area-{escape(contact.channel)}">Where? Area code or town; empty: everywhere</label>'
        f'<input id="area-{escape(contact.channel)}" name="area" maxlength="64" value="{escape(area)}">'
        f"<fieldset><legend>How often?</legend>{paces}</fieldset>"
        f"<fieldset><legend>Who needs it first?</legend>{first}</fieldset><button>Change</button></form></details>"
    )


def _tick(kind: str, name: str, value: str, words: str, on: bool) -> str:
    return (
        f'<label class="o"><input type="{kind}" name="{name}" value="{escape(value)}"{" checked" if on else ""}> '
        f"{escape(words[:1].upper() + words[1:])}</label>"
    )


def wanted(contact: Contact, choices: Choices) -> str:
    """What somebody gets, in a sentence."""
    if contact.wants.selector == EVERYTHING:
        what = "Every outage"
    else:
        what = " and ".join(
            _term(term.area, term.service, choices.services) for term in parse(contact.wants.selector)
        )
    pace = choices.paces.get(contact.wants.pace, "")
    return f"{what[:1].upper()}{what[1:]}. {pace}." if pace else f"{what[:1].upper()}{what[1:]}."


def _term(area: str, service: str, services: Mapping[str, str]) -> str:
    what = services.get(service, service) or "everything"
    return f"{what} in {area}" if area else what
