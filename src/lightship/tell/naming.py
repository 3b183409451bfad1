"""What the public may read of a cause.

Automation publishes the kind and our own side only, and only once the cause is named (P >= 0.99) or a person confirmed
it. Names of third parties, sites, runners-up and blind spots are for operators, until a person releases them or the
party itself has published them; then its text is given with its address.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from lightship.follow.causes import named
from lightship.follow.eta import category_of
from lightship.vocabulary.components import Component, ComponentId, ComponentKind, NetworkMap
from lightship.vocabulary.diagnosis import Category, Diagnosis
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.settings import Settings

KIND_WORDS: dict[ComponentKind, str] = {
    "building": "a building", "power-feed": "a power supply", "ups": "a back-up power supply", "duct": "a cable route",
    "exchange": "a telephone exchange", "metro": "equipment that joins several exchanges",
    "core": "equipment at the centre of the network", "peering": "a place where networks meet",
    "transit": "a link to the rest of the internet", "dns": "the system that looks up names",
    "radius": "the system that lets lines log in", "softswitch": "the system that connects calls",
    "mail-store": "the system that stores mail", "mail-gateway": "the system that passes mail on",
    "front-end": "the servers that people connect to", "sso": "the log-in system", "portal": "the website",
    "billing": "the billing system", "certificate": "a security certificate", "supplier": "a supplier",
    "configuration": "the network's settings", "channel": "a channel of ours",
    "mirror": "a copy of this page", "status-host": "the server of this page",
    "vantage-network": "a network that we test from", "other": "",
}  # fmt: skip

CATEGORY_WORDS: dict[Category, str] = {
    "power": "loss of power", "fibre-cut": "a cut cable", "equipment": "an equipment fault",
    "software-or-configuration": "a fault in software or settings", "dns": "a fault in looking up names",
    "certificate": "a security certificate that is not valid", "capacity-or-ddos": "too much traffic",
    "weather": "the weather",
}  # fmt: skip
"""Kinds of cause that automation may state. "Third party" and "cyber" are missing on purpose: they need a person."""


SAYS_IT_ITSELF: tuple[ComponentKind, ...] = ("certificate", "dns", "configuration")


class PublicCause(msgspec.Struct, frozen=True):
    """The cause as the public may read it.

    Args:
        text: the place or thing ("a building in London of a supplier"), or what was released.
        category: kind of trouble in words; empty: not known, or not for automation to say.
        said_by: `evidence`: automation, worded as what the evidence points to. `person`: confirmed or released.
            `party`: published by the party concerned, at `source`.
    """

    text: str
    category: str
    said_by: Literal["evidence", "person", "party"]
    source: str = ""

    @property
    def words(self) -> str:
        """Kind and place in one: "loss of power at a building in London of a supplier"."""
        if self.said_by != "evidence" and not self.category:
            return self.text
        return f"{self.category} at {self.text}" if self.category else self.text


def public_cause(incident: Incident, network: NetworkMap, settings: Settings) -> PublicCause | None:
    """What may be said of the cause; None: not known yet.

    Outsiders watch somebody else's network: all of it is a third party's, so a person has to say it.
    """
    if incident.public_cause:
        by = incident.public_cause_source
        return PublicCause(incident.public_cause, "", "party" if by else "person", by)
    diagnosis = incident.diagnosis
    if diagnosis is None or not named(diagnosis) or diagnosis.neighbour:
        return None
    text = class_words(diagnosis, network)
    if not text:
        return None
    sure = diagnosis.standing == "confirmed by a person"
    if settings.deployment == "outsiders" and not sure:
        return None
    return PublicCause(text, _category(diagnosis, network), "person" if sure else "evidence")


def _category(diagnosis: Diagnosis, network: NetworkMap) -> str:
    """The kind of trouble in words, where the component does not say it already."""
    best = category_of(diagnosis)
    component = network.component.get(diagnosis.chosen) if diagnosis.chosen else None
    if best is None or (component is not None and component.kind in SAYS_IT_ITSELF):
        return ""
    return CATEGORY_WORDS.get(best.name, "")


MEMBER = 0.05
"""Belief below which a member of the class is not spoken of."""
SURE_WHICH = 0.9
"""Belief from which one member of the class is named alone."""


def class_words(diagnosis: Diagnosis, network: NetworkMap) -> str:
    """The class in public words, true whichever member failed: its building's where it has one; else the one member
    that is surely the cause, or that stands on all the others; else all of them with "or"."""
    chance = {each.name: each.probability for each in diagnosis.beliefs}
    told = [each for each in diagnosis.members if chance.get(each, 1.0) >= MEMBER] or [*diagnosis.members]
    known = [network.component[each] for each in diagnosis.members if each in network.component]
    building = next((each for each in known if each.kind == "building"), None)
    sure = next((each for each in told if chance.get(each, 0.0) >= SURE_WHICH), None)
    top = building.id if building else sure or _stands_on_all(told, network)
    if top is not None and top in network.component:
        return component_words(network.component[top])
    words = dict.fromkeys(
        component_words(network.component[each]) for each in told if each in network.component
    )
    return " or ".join(words) if all(words) else ""


def _stands_on_all(members: Sequence[ComponentId], network: NetworkMap) -> ComponentId | None:
    """The member that is down whichever of them failed; None: there is none."""
    return next((each for each in members if all(one in _below(each, network) for one in members)), None)


def _below(component: ComponentId, network: NetworkMap) -> dict[ComponentId, None]:
    """The component and all that it needs, directly or not."""
    found = {component: None}
    todo = [component]
    while todo:
        known = network.component.get(todo.pop())
        for need in (need for gate in (known.gates if known else ()) for need in gate.needs):
            if need.on not in found:
                found[need.on] = None
                todo.append(need.on)
    return found


def component_words(component: Component) -> str:
    """A component in public words: what the map allows, else the kind alone; empty where even that says nothing."""
    if component.public:
        return component.public
    if component.kind == "other":
        return ""
    kind = KIND_WORDS[component.kind]
    return f"{kind} of a supplier" if component.owner and component.kind != "supplier" else kind
