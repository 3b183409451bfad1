"""The letters: what a subscriber reads. Plain text first; every other form says the same."""

import unicodedata
from collections.abc import Sequence
from html import escape

import msgspec

from lightship.tell.outbox.selector import EVERYTHING, parse
from lightship.tell.site.addresses import document, incident_address
from lightship.tell.site.documents import update_document
from lightship.tell.times import moment
from lightship.tell.where import join, named
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import MINUTE, Instant, iso
from lightship.vocabulary.updates import Update

LATE = 15 * MINUTE
"""From this delay on a letter says that it is late: what it says may have changed since."""
SUBJECT, SHORT = 110, 306
"""Characters of a subject, and of a text message: two segments of the GSM alphabet (3GPP TS 23.038)."""


class Message(msgspec.Struct, frozen=True):
    """A letter before anything personal is put in.

    Args:
        subject: one line. paragraphs: plain text. short: a text message, in ASCII: so it costs no more than it must.
        link: where more stands; link_words: what to call it there. document: the same for programs.
        foot: said at the end by channels that have room, such as why somebody gets this.
    """

    subject: str
    paragraphs: tuple[str, ...]
    short: str
    link: str
    link_words: str
    document: dict[str, object]
    foot: tuple[str, ...] = ()


def one_line(text: str, most: int) -> str:
    """Text that cannot break out of its line or turn it around: no control characters, no marks of direction."""
    kept = "".join(
        " " if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co") else c for c in text
    )
    line = " ".join(kept.split())
    return line if len(line) <= most else f"{line[: most - 3].rstrip()}..."


def update_message(
    update: Update, settings: Settings, network: NetworkMap, at: Instant, emergency: Sequence[str] = ()
) -> Message:  # fmt: skip
    """The letter of an update, written at `at`.

    Args:
        emergency: the fixed texts on emergency calls; empty: no line is hit.
    """
    provider, link = network.provider or "Service", f"{settings.address}/{incident_address(update.incident)}"
    late = at - update.at > LATE
    said = moment(update.at, at, settings.zone)
    mark = "SIMULATION: " if update.simulated else ""
    first = f"Written at {said}; this message was delayed. The page has the latest." if late else ""
    promise = (
        f"Next update by {moment(update.next_update_by, at, settings.zone)}."
        if update.next_update_by is not None and update.next_update_by > at
        else ""
    )
    body = update.text if promise and promise in update.text else f"{update.text} {promise}".strip()
    who = settings.runs_it or provider
    apart = (
        f"{who} publishes this; it is not {provider}'s own service."
        if settings.deployment == "outsiders"
        else ""
    )
    return Message(
        subject=one_line(f"{mark}{provider} {update.status}: {update.headline}", SUBJECT),
        paragraphs=tuple(
            each for each in (mark.strip(), first, one_line(update.headline, 400), body, *emergency, apart) if each
        ),
        short=short(f"{mark}{provider}: {update.headline}", f"At {said}." if late else promise, link),
        link=link, link_words="Everything that is known, and what to do",
        document=_document(update, settings, provider, link),
    )  # fmt: skip


def _document(update: Update, settings: Settings, provider: str, link: str) -> dict[str, object]:
    address = document(incident_address(update.incident))
    return {
        "type": "incident.update", "timestamp": iso(update.at),
        "data": {
            "incident": update.incident, "provider": provider, "page": link, "json": f"{settings.address}/{address}",
            **update_document(update),
        },
    }  # fmt: skip


CONFIRM, ALREADY = "confirm", "already"
"""What a row is about that is no update."""

CONFIRM_TYPE = "subscription.confirm"


def confirm_message(provider: str, link: str, wants: str, hours: int) -> Message:
    """Asks whether it was really you. Nothing else is ever sent to an address that did not say yes."""
    subject = one_line(f"Confirm: tell me about {provider} outages", SUBJECT)
    return Message(
        subject,
        (
            f"Somebody, probably you, asked {provider} to send outage news here: {wants}.",
            f"To get it, open the link below within {hours} hours and press the button.",
            "If it was not you, do nothing. You will get no further messages.",
        ),
        short(f"{provider}: to get outage news here, open", "", link),
        link,
        "Confirm",
        {"type": CONFIRM_TYPE, "confirm": link},
    )


def already_message(provider: str, link: str, wants: str) -> Message:
    """To somebody who subscribes again: only the owner of the address learns that it is known."""
    subject = one_line(f"You already get {provider} outage news", SUBJECT)
    return Message(
        subject,
        (f"Somebody, probably you, asked for outage news here again. You already get it: {wants}.",
         "Use the link below to change what you get, or to stop it."),
        short(f"{provider}: you already get outage news here. Change or stop:", "", link),
        link, "Change or stop", {"type": "subscription.known", "manage": link},
    )  # fmt: skip


def short(lead: str, more: str, link: str) -> str:
    """One text message in ASCII; the link stays whole, the lead gives way."""
    tail = " ".join(_ascii(each) for each in (more, link) if each)
    room = SHORT - len(tail) - 1
    return f"{one_line(_ascii(lead), max(room, 20))} {tail}".strip()


_PLAIN = {
    0x201C: '"',
    0x201D: '"',
    0x2018: "'",
    0x2019: "'",
    0x2013: "-",
    0x2014: "-",
    0x2026: "...",
    0xA3: "GBP ",
}
"""Quotation marks, dashes, dots and the pound sign, for `str.translate`."""


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text.translate(_PLAIN)).encode("ascii", "ignore").decode()


def plain(message: Message, foot: Sequence[str] = ()) -> str:
    """The letter as plain text."""
    lines = [*message.paragraphs, f"{message.link_words}: {message.link}"]
    ending = [*message.foot, *foot]
    return "\n\n".join([*lines, *(["-- \n" + "\n".join(ending)] if ending else [])]) + "\n"


_STYLE = "font:16px/1.5 system-ui,sans-serif;max-width:36em;margin:1.5em auto;padding:0 1em"


def html(message: Message, foot: Sequence[tuple[str, str]] = ()) -> str:
    """The letter as a page without pictures, scripts or anything fetched. `foot`: words and where they lead."""
    said = "".join(f"<p>{escape(each)}</p>" for each in message.paragraphs)
    link = f'<p><a href="{escape(message.link)}"><b>{escape(message.link_words)}</b></a></p>'
    ends = "".join(f"<br>{escape(each)}" for each in message.foot)
    ends += "".join(f'<br><a href="{escape(where)}">{escape(words)}</a>' for words, where in foot)
    small = f'<p style="font-size:14px;border-top:1px solid #888;padding-top:.5em">{ends.removeprefix("<br>")}</p>'
    return (
        '<!doctype html><html lang="en-GB"><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        f'<title>{escape(message.subject)}</title><body style="{_STYLE}">{said}{link}'
        f"{small if ends else ''}</body></html>\n"
    )


def wants_words(selector: str, network: NetworkMap) -> str:
    """What a selector asks for, in words.

    >>> wants_words("*", NetworkMap("", "", "", (), (), (), (), ()))
    'every outage'
    """
    if selector == EVERYTHING:
        return "every outage"
    return join(
        [_term_words(*each, network) for each in ((t.area, t.service, t.incident) for t in parse(selector))]
    )


def _term_words(area: str, service: str, incident: str, network: NetworkMap) -> str:
    known = network.service.get(ServiceId(service))
    what = known.name if known else service or ("every service" if area else "every outage")
    if incident:
        what = f"incident {incident}"
    if not area:
        return what
    node = AreaId(area.replace("_", " "))
    exact = network.places.get(node) is not None
    return f"{what} in {named(network.places, node)}" if exact else f"{what} where codes begin with {area}"
