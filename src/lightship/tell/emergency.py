"""Emergency calls: fixed wording per nation, shown whenever a line may be hit. Automation never edits a word of it.

999 and 112 are free from any phone, and a mobile may use any network that has signal (Ofcom, "Emergency calls";
www.ofcom.org.uk). Texting 999 works in the UK for phones registered before (www.emergencysms.net). Relay UK: 18000.
"""

from collections.abc import Sequence

from lightship.follow.eta import category_of
from lightship.tell.where import hit_areas, told_scope
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId, lineage

UK = (
    "If you need an emergency service, call 999 or 112. If this phone does not work, use a mobile: it can use any "
    "network that has signal. If you have no mobile, go to a neighbour or the nearest police, fire or ambulance "
    "station. If you cannot speak or hear, text 999 from a phone that is registered for it, or use Relay UK on 18000."
)
CROWN_DEPENDENCY = (
    "In Guernsey, Jersey and the Isle of Man: if you need an emergency service, call 999 or 112. If this phone does "
    "not work, use a mobile: it can use any network that has signal. If you have no mobile, go to a neighbour or the "
    "nearest police, fire or ambulance station."
)
ELSEWHERE = (
    "If you need an emergency service, call your emergency number. If this phone does not work, use a mobile on any "
    "network that has signal, or go to a neighbour or the nearest police, fire or ambulance station."
)

TEXTS: dict[str, str] = {
    "nation:England": UK, "nation:Scotland": UK, "nation:Wales": UK, "nation:Northern Ireland": UK,
    "nation:Isle of Man": CROWN_DEPENDENCY, "nation:Jersey": CROWN_DEPENDENCY, "nation:Guernsey": CROWN_DEPENDENCY,
    "nation:Channel Islands": CROWN_DEPENDENCY, "nation:Crown Dependencies": CROWN_DEPENDENCY, "country:UK": UK,
}  # fmt: skip
"""By the id of a nation, or of the country where the nation is not known."""


def emergency_text(incident: Incident, network: NetworkMap) -> tuple[str, ...]:
    """The fixed texts to show with an incident, each once; empty: no line is or may be hit, or it is over."""
    if not incident.is_open or not may_hit_calls(incident, network):
        return ()
    return texts_for(hit_areas(told_scope(incident)), network)


def may_hit_calls(incident: Incident, network: NetworkMap) -> bool:
    """Whether emergency calls may need what is hit: voice, digital voice over broadband, or power is out."""
    category = category_of(incident.diagnosis)
    if category is not None and category.name == "power" and _has_lines(network):
        return True
    return any(_needed_for_calls(service, network) for service in incident.scope.services)


def _has_lines(network: NetworkMap) -> bool:
    return any(each.emergency for each in network.services)


def _needed_for_calls(service: ServiceId, network: NetworkMap) -> bool:
    above = lineage(network.services, service)
    return any(each.emergency for each in network.services if each.id in above)


def texts_for(areas: Sequence[AreaId], network: NetworkMap) -> tuple[str, ...]:
    """The texts of the nations that these areas lie in; without areas, those of the whole country."""
    nodes = [node.id for area in areas for node in network.places.path(area)]
    if not areas:
        nodes = [root.id for root in network.places.children(None)]
    nations = dict.fromkeys(node for node in nodes if node.startswith("nation:"))
    found = dict.fromkeys(TEXTS[node] for node in (nations or dict.fromkeys(nodes)) if node in TEXTS)
    return tuple(found) or (ELSEWHERE,)
