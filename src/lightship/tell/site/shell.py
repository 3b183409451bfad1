"""What every page shares: who publishes, for whom, whether it is simulated, whom the data are owed to."""

import re
from collections.abc import Mapping

import msgspec

from lightship.tell.seen import at_present
from lightship.tell.situation import Situation

ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Cpath fill='%23557' "
    "d='M1 15h22l-3.5 6h-15zM11 8h2v6h-2z'/%3E%3Ccircle fill='%23e8a317' cx='12' cy='5' r='3.4'/%3E%3C/svg%3E"
)
"""A picture in the page itself: browsers then ask for no other."""


class Shell(msgspec.Struct, frozen=True):
    """The frame of a page.

    Args:
        name, kind: whose services, and what this is.
        simulation: one sentence for the band on top.
        takes_reports: whether pages lead to the form for reports. tells: whether people can ask to be told.
        contact_link: address that the contact leads to; empty where it is only words.
    """

    name: str
    kind: str
    publisher: str
    simulated: bool
    simulation: str
    known: tuple[str, ...]
    assumed: tuple[str, ...]
    credits: str
    contact: str
    contact_link: str
    css: str
    takes_reports: bool = False
    tells: bool = False
    icon: str = ICON


def shell(situation: Situation, css: str) -> Shell:
    """The frame for the pages of a situation."""
    settings, provider = situation.settings, provider_name(situation)
    outsiders = settings.deployment == "outsiders"
    alone = settings.one_vantage and not settings.runs_it
    who = settings.runs_it or ("an independent group" if outsiders else provider)
    # Whoever watches an address need not be whose it is.
    publisher = "Whoever watches here has not said who they are." if alone else f"Published by {who}."
    if outsiders:
        publisher += (
            f" This is not {provider}'s page: it rests on people's reports and on tests from outside."
        )
    if seen := at_present(settings):
        publisher += f" {seen}"
    return Shell(
        name=provider[:1].upper() + provider[1:],
        kind=f"watched by {who}" if outsiders else "watched from one place" if alone else "service status",
        publisher=publisher,
        simulated=settings.simulated,
        simulation="It replays an outage with made-up measurements, to try the software out.",
        known=situation.known, assumed=situation.assumed, credits=" ".join(situation.credits),
        contact=settings.contact, contact_link=_link(settings.contact), css=css,
        takes_reports=settings.takes_reports, tells=any(each.public for each in settings.channels),
    )  # fmt: skip


def provider_name(situation: Situation) -> str:
    """Whose network it is, in words."""
    return situation.network.provider or "this service"


def _link(contact: str) -> str:
    if contact.startswith(("https://", "http://", "mailto:")):
        return contact
    return f"mailto:{contact}" if re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", contact) else ""


def small(css: str) -> str:
    """A style sheet without what only its authors need.

    >>> small("a {\\n  color: red;\\n}\\n/* why */\\nb{}")
    'a{color:red}b{}'
    """
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    bare = re.sub(r"\s+", " ", bare)
    return re.sub(r" ?([{};,]) ?|(:) ", r"\1\2", bare).replace(";}", "}").strip()


def style(templates: Mapping[str, str]) -> str:
    """The style sheet, as it stands in every page."""
    return small(templates["style.css"])
