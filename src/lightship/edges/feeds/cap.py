"""Warnings in the Common Alerting Protocol (CAP 1.2, OASIS): one alert, or an Atom feed with alerts inside its entries.

What only an index links to is not fetched: name the alerts' own address, or a feed that carries them whole.
"""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal
from xml.etree.ElementTree import Element

import msgspec

from lightship.edges.feeds.cap_areas import covers
from lightship.edges.feeds.feed import (
    About,
    Heard,
    Malformed,
    Reads,
    Way,
    Word,
    instant_of,
    short,
    web_address,
)
from lightship.edges.feeds.xml import parsed, text_of
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.signals import FeedKind
from lightship.vocabulary.time import DAY, Instant

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
NAMES = {"c": CAP}
MOST = 500

Role = Literal["weather", "supplier", "neighbour", "grid"]
KINDS: dict[Role, FeedKind] = {
    "weather": "weather-warning", "supplier": "supplier-statement", "neighbour": "neighbour-down",
    "grid": "grid-outage",
}  # fmt: skip
SEVERITIES = ("Minor", "Moderate", "Severe", "Extreme")


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`of`: what the alerts are about. `severity`: from which on they count. `sites`: latitude and longitude of our
    components, to be compared with the alerts' polygons and circles; `about` maps area names and geocodes."""

    of: Role = "weather"
    severity: Literal["Minor", "Moderate", "Severe", "Extreme"] = "Moderate"
    sites: dict[ComponentId, tuple[float, float]] = {}


class Cap(Reads):
    """Words: one for each alert in force and each component that lies under it."""

    ways: ClassVar[tuple[Way, ...]] = ("ask", "file", "push")
    options: ClassVar[type[msgspec.Struct]] = Options
    trust: ClassVar[float] = 0.9

    def __init__(self, options: Any, about: About) -> None:
        self._options: Options = options
        self._about = about

    def read(self, document: bytes, now: Instant, sender: str = "") -> Heard:
        """Alerts that are real (status Actual) and in force."""
        root = parsed(document)
        alerts = [root] if root.tag == f"{{{CAP}}}alert" else list(root.iter(f"{{{CAP}}}alert"))
        if not alerts and root.tag.rpartition("}")[2] not in ("feed", "alerts", "rss"):
            raise Malformed("document", f"<{root.tag[:60]}>", "a CAP 1.2 alert, or a feed that holds alerts")
        replaced = {ref for each in alerts[:MOST] for ref in _references(each)}
        words: dict[tuple[str, str], Word] = {}
        for alert in alerts[:MOST]:
            for word in self._words(alert, replaced, now):
                words.setdefault((word.key, word.subject), word)
        return Heard(tuple(words.values()), whole=True)

    def _words(self, alert: Element, replaced: set[str], now: Instant) -> Iterator[Word]:
        name = text_of(alert, "c:identifier", NAMES)
        if not name:
            raise Malformed("alert", "no identifier", "an identifier, as CAP 1.2 asks for")
        actual = text_of(alert, "c:status", NAMES) == "Actual"
        if name in replaced or not actual or text_of(alert, "c:msgType", NAMES) not in ("Alert", "Update"):
            return
        sent = instant_of(text_of(alert, "c:sent", NAMES), f"alert {name[:60]}: sent")
        for info in alert.findall("c:info", NAMES):
            begins, ends = _spell(info, sent, name)
            if begins <= now < ends and self._is_grave(info):
                headline = text_of(info, "c:headline", NAMES) or text_of(info, "c:event", NAMES)
                url = web_address(text_of(info, "c:web", NAMES))
                for subject in self._under(info):
                    yield Word(
                        subject, KINDS[self._options.of], name, short(headline), url, max(begins, sent)
                    )

    def _is_grave(self, info: Element) -> bool:
        found = text_of(info, "c:severity", NAMES)
        least = SEVERITIES.index(self._options.severity)
        return found in SEVERITIES and SEVERITIES.index(found) >= least

    def _under(self, info: Element) -> dict[ComponentId, None]:
        found: dict[ComponentId, None] = {}
        for area in info.findall("c:area", NAMES):
            names = [text_of(area, "c:areaDesc", NAMES)]
            names += [text_of(code, "c:value", NAMES) for code in area.findall("c:geocode", NAMES)]
            mapped = [each for name in names for each in self._about.named(name)]
            under = [each for each, site in self._options.sites.items() if covers(area, site)]
            found.update(dict.fromkeys((*mapped, *under)))
        return found or (dict.fromkeys(self._about.of()) if not self._options.sites else found)


def _references(alert: Element) -> list[str]:
    """Identifiers of the alerts that this one replaces or calls off: "sender,identifier,sent ..."."""
    if text_of(alert, "c:msgType", NAMES) not in ("Update", "Cancel"):
        return []
    said = text_of(alert, "c:references", NAMES).split()
    return [each.split(",")[1] for each in said if each.count(",") >= 2]


def _spell(info: Element, sent: Instant, name: str) -> tuple[Instant, Instant]:
    """When it holds: from its onset to its expiry, which is a day at most where none is given."""
    onset = text_of(info, "c:onset", NAMES) or text_of(info, "c:effective", NAMES)
    expires = text_of(info, "c:expires", NAMES)
    begins = instant_of(onset, f"alert {name[:60]}: onset") if onset else sent
    return begins, instant_of(expires, f"alert {name[:60]}: expires") if expires else Instant(begins + DAY)
