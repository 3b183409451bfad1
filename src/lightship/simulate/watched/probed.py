"""Three tests at each exchange and three in each area, and what each needs.

At an exchange: `line` reaches an address beyond the provider, `web` a name that a cache within it answers for, `call`
makes a call within it. In an area: `mail`, `webmail` and `bills` are used from outside.
"""

from collections.abc import Iterator

from lightship.simulate.national.parts import all_of, any_of
from lightship.simulate.watched.access import Access, Exchange
from lightship.simulate.watched.interconnect import Meeting
from lightship.simulate.watched.platforms import DNS_PAIRS, RADIUS_PAIRS, STORES, VOICE_PAIRS
from lightship.vocabulary.components import Gate, ProbePath
from lightship.vocabulary.services import ServiceId


def probes(network: Access, meeting: Meeting) -> tuple[ProbePath, ...]:
    """All of them. Each vantage is alone in its access network, and each target is its own: no two share a vote."""
    at_exchanges = (
        probe
        for n, exchange in enumerate(network.exchanges)
        for probe in _at(exchange, n, meeting.of_metro[exchange.metro - 1])
    )
    in_areas = (
        probe
        for area in range(len(network.weights))
        for probe in _in(area, meeting.of_metro[area * network.metros // len(network.weights)])
    )
    return (*at_exchanges, *in_areas)


def _at(exchange: Exchange, turn: int, meeting: Gate) -> Iterator[ProbePath]:
    line = all_of(exchange.name)
    dns = _pair("dns", turn, DNS_PAIRS)
    yield _probe(exchange.name, "line", "broadband", line, _pair("radius", turn, RADIUS_PAIRS), meeting)
    yield _probe(exchange.name, "web", "broadband", line, dns)
    yield _probe(exchange.name, "call", "voice", line, _pair("softswitch", turn, VOICE_PAIRS))


def _in(area: int, meeting: Gate) -> Iterator[ProbePath]:
    """From outside of the provider: over the sites where the area's traffic is handed over."""
    name, store = f"area-{area + 1}", f"mail-store-{area % STORES + 1}"
    way = (_pair("dns", area, DNS_PAIRS), meeting)
    yield _probe(name, "mail", "email", *way, all_of("mail-front", store))
    yield _probe(name, "webmail", "webmail", *way, all_of("webmail", "sso", store))
    yield _probe(name, "bills", "portal", *way, all_of("portal", "sso", "billing"))


def _pair(kind: str, turn: int, pairs: int) -> Gate:
    number = turn % pairs + 1
    return any_of(f"{kind}-{number}a", f"{kind}-{number}b")


def _probe(where: str, what: str, service: str, *gates: Gate) -> ProbePath:
    return ProbePath(where, f"{what}://{where}.example", where, service=ServiceId(service), gates=gates)
