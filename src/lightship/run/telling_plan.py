"""From what `lightship.yaml` says of channels and subscribers to channels that can be opened, checked beforehand."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from lightship.edges.channels.channel import Channel, open_channel
from lightship.edges.files.yaml_marks import Trail
from lightship.edges.web.senders import Senders
from lightship.run.configuration import Configuration
from lightship.vocabulary.components import ComponentId, NetworkMap
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.letters import StatedChannel
from lightship.vocabulary.services import ServiceId

Place = Callable[[Trail], str]
"""Says where a part of the configuration stands."""


class TellingPlan(msgspec.Struct, frozen=True):
    """Channels by kind in the order of preference, what is stated of them, own mail domains, and who sends requests."""

    channels: Mapping[str, Channel]
    stated: tuple[StatedChannel, ...]
    own: Mapping[str, ServiceId]
    senders: Senders


def telling_plan(file: Configuration, network: NetworkMap, place: Place) -> TellingPlan | None:
    """None where there are no channels. Raises BadInput naming the place."""
    if not file.channels:
        return None
    if not file.page.address.startswith(("https://", "http://")):
        raise BadInput(
            place(("page", "address")),
            "no address of the page",
            "letters carry links: write https://status.example.org",
        )
    channels: dict[str, Channel] = {}
    stated = []
    for number, entry in enumerate(file.channels):
        trail: Trail = ("channels", number)
        kind, where, options = _entry(entry, place(trail))
        if kind in channels:
            raise BadInput(place(trail), f"a second channel of kind {kind}", "one of each")
        if where and ComponentId(where) not in network.component:
            raise BadInput(
                place((*trail, "component")), f"the map has no {where!r}", "name a component, or leave it out"
            )
        channels[kind] = open_channel(kind, options, place(trail))
        stated.append(StatedChannel(kind, ComponentId(where) if where else None, not channels[kind].own))
    said = file.subscribers
    own = _own(said.own_domains, "own_domains", network, place)
    own |= _own(said.own_numbers, "own_numbers", network, place)
    return TellingPlan(
        channels, tuple(stated), own,
        Senders(said.proxies, place(("subscribers", "proxies"))),
    )  # fmt: skip


def _entry(entry: Mapping[str, Any], place: str) -> tuple[str, str, dict[str, Any]]:
    kind, component = entry.get("kind", ""), entry.get("component", "")
    if not isinstance(kind, str) or not kind or not isinstance(component, str):
        raise BadInput(place, "no kind of channel", "such as {kind: email, sender: status@example.org}")
    return (
        kind,
        component,
        {name: value for name, value in entry.items() if name not in ("kind", "component")},
    )


def _own(said: Mapping[str, str], key: str, network: NetworkMap, place: Place) -> dict[str, ServiceId]:
    for name, service in said.items():
        if ServiceId(service) not in network.service:
            known = ", ".join(network.service)
            raise BadInput(place(("subscribers", key, name)), f"no service {service!r}", f"one of: {known}")
    return {name.lower(): ServiceId(service) for name, service in said.items()}
