"""Where the synthetic provider is watched from, what is watched, and what stands between."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lightship.simulate.national.access import AccessNetwork
from lightship.simulate.national.interconnect import BUILDINGS, SITES
from lightship.simulate.national.parts import all_of, any_of, component
from lightship.simulate.national.platforms import DNS, SOFTSWITCHES, STORES
from lightship.vocabulary.components import Component, ComponentId, FeedSubject, Gate, ProbePath
from lightship.vocabulary.places import Area
from lightship.vocabulary.services import ServiceId

HOMES = 6
"""Vantages on customers' lines, one in each of the largest areas: one network, hence one vote."""

OUTSIDE = ("isp-a", "isp-b", "isp-c", "hosting-d")
"""Networks of others, one vantage in each."""

CONTROLS = ("https://control-1.example", "https://control-2.example")
OWN_NETWORK = "sample-telecom"
_DOMAIN = "sample-telecom.example"


@dataclass(frozen=True)
class _Vantage:
    name: str
    network: str
    number: int
    way_out: tuple[Gate, ...]
    way_in: tuple[Gate, ...]
    """To the provider's own servers: a home's line, or an outsider's network and the site where it meets us."""

    @property
    def home(self) -> bool:
        return self.network == OWN_NETWORK


def vantage_networks() -> tuple[Component, ...]:
    """The other networks, as components that can fail under their vantages."""
    return tuple(
        component(f"network-{name}", "vantage-network", f"Network of vantage {name}", owner="another network")
        for name in OUTSIDE
    )


def probes(access: AccessNetwork, areas: Sequence[Area]) -> tuple[ProbePath, ...]:
    """Each service from three vantages in two networks at least; each site has a target behind it."""
    everybody = (*_homes(access, areas), *_outsiders())
    return tuple(probe for vantage in everybody for probe in _seen_from(vantage))


def feeds(components: Sequence[Component]) -> tuple[FeedSubject, ...]:
    """Alarms of our own power, and the status pages of the suppliers whose buildings we are in."""
    ours = [c.id for c in components if c.kind in ("power-feed", "ups") and not c.owner]
    return (
        *(FeedSubject("power-alarms", each) for each in ours),
        *(FeedSubject("supplier-status", ComponentId(f"building-{n}")) for n in range(1, BUILDINGS + 1)),
    )


def _homes(access: AccessNetwork, areas: Sequence[Area]) -> Iterable[_Vantage]:
    largest = sorted(areas, key=lambda area: (-area.weight, area.id))[:HOMES]
    for n, area in enumerate(largest):
        line = all_of(access.gate[area.id].needs[0].on)
        yield _Vantage(f"home-{area.id}", OWN_NETWORK, n, (line,), (line,))


def _outsiders() -> Iterable[_Vantage]:
    for n, name in enumerate(OUTSIDE):
        network, site = all_of(f"network-{name}"), all_of(SITES[n][0])
        yield _Vantage(f"outside-{name}", name, n, (network,), (network, site))


def _seen_from(vantage: _Vantage) -> Iterable[ProbePath]:
    for target in CONTROLS:
        yield ProbePath(vantage.name, target, vantage.network, control=True, gates=vantage.way_out)
    for site, _, _ in SITES:
        target = f"https://beyond-{site}.example" if vantage.home else f"tcp://edge-{site}.{_DOMAIN}:443"
        yield _probe(vantage, target, "broadband", *vantage.way_out, all_of(site))
    if vantage.home:
        for name in DNS:
            yield _probe(vantage, f"dns://{name}.{_DOMAIN}", "broadband", *vantage.way_in, all_of(name))
    for target, service, gates in _servers(vantage):
        yield _probe(vantage, target, service, *vantage.way_in, *gates)


def _probe(vantage: _Vantage, target: str, service: str, *gates: Gate) -> ProbePath:
    return ProbePath(vantage.name, target, vantage.network, service=ServiceId(service), gates=gates)


def _servers(vantage: _Vantage) -> Iterable[tuple[str, str, tuple[Gate, ...]]]:
    """Target, service and what stands behind it. A vantage's mailbox is on one store, its calls on one softswitch."""
    store = STORES[vantage.number % len(STORES)][0]
    switch = SOFTSWITCHES[vantage.number % len(SOFTSWITCHES)]
    web = f"https://www.{_DOMAIN}"
    portal, sso = any_of("portal-1", "portal-2"), all_of("sso")
    yield f"sip://{switch}.{_DOMAIN}", "voice", (all_of(switch),)
    yield f"submission://smtp.{_DOMAIN}", "email.send", (any_of("mail-out-1", "mail-out-2"),)
    yield f"smtp://mx.{_DOMAIN}", "email.receive", (any_of("mail-in-1", "mail-in-2"),)
    yield f"imaps://imap.{_DOMAIN}", "email.read", (any_of("mail-front-1", "mail-front-2"), all_of(store))
    yield f"https://webmail.{_DOMAIN}", "webmail", (any_of("webmail-1", "webmail-2"), sso)
    yield web, "portal", (portal,)
    yield f"{web}/bills", "portal.billing", (portal, all_of("billing"))
    yield f"{web}/account", "portal.account", (portal, sso)
    yield f"{web}/help", "portal.support", (portal, all_of("support-desk"))
