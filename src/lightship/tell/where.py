"""Where it is, in words: people know "Leeds", and the code stands beside it."""

from collections.abc import Sequence

from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.incidents import Incident, Scope
from lightship.vocabulary.places import Area, AreaId, PlaceTree
from lightship.vocabulary.services import ServiceId

LIST_AT_MOST = 3
SHORT = {"United Kingdom": "UK", "United States of America": "USA"}
WITH_ARTICLE = ("UK", "USA", "Netherlands", "Philippines")
WHOLE = 0.8
"""From this share of its areas on, a region is named instead of its areas."""


def told_scope(incident: Incident) -> Scope:
    """The scope that describes the incident, with its areas: the latest while somebody is hit, the largest after."""
    scopes = incident.scopes
    if incident.is_open and incident.green_since is None:
        return scopes[-1] if scopes[-1].areas else _with_areas(scopes[-1], incident)
    hit = [each for each in scopes if (each.share.value or 0.0) > 0 or _anywhere(each)]
    full = [each if each.areas else _with_areas(each, incident) for each in hit or scopes[:1]]
    return max(full, key=_size)


def _size(scope: Scope) -> tuple[float, int]:
    """Lines, then service areas that were hit. A share would compare unlike things: it is of the services hit then."""
    return scope.lines.value or 0.0, sum(each.state != "recovered" for each in scope.areas)


def _anywhere(scope: Scope) -> bool:
    return any(each.state != "recovered" for each in scope.areas)


def _with_areas(scope: Scope, incident: Incident) -> Scope:
    """A scope that handed its list of areas on to the next one that has it."""
    start = incident.scopes.index(scope)
    areas = next((later.areas for later in incident.scopes[start:] if later.areas), ())
    return Scope(scope.at, scope.services, areas, scope.national, scope.of, scope.lines, scope.share)


def hit_areas(scope: Scope) -> tuple[AreaId, ...]:
    """The areas that are hit, each once; where all have recovered, the areas that were."""
    hit = dict.fromkeys(each.area for each in scope.areas if each.state != "recovered")
    return tuple(hit or dict.fromkeys(each.area for each in scope.areas))


def sure_areas(scope: Scope) -> tuple[AreaId, ...]:
    """The areas that their own evidence names; where none is, all that are hit: then only together do they say so."""
    sure = dict.fromkeys(each.area for each in scope.areas if each.state == "affected")
    return tuple(sure) or hit_areas(scope)


def services_words(services: Sequence[ServiceId], network: NetworkMap) -> str:
    """The services by the names that customers use, the parent alone where it is among them."""
    named = [network.service[each] for each in services if each in network.service]
    top = [each for each in named if each.parent not in services]
    return join([each.name for each in top]) or join(list(services))


def where_words(scope: Scope, network: NetworkMap) -> str:
    """Where, to follow a verb: "all over the UK", "in Leeds (0113)", "in parts of Yorkshire (12 area codes)"; empty
    where places mean nothing (one site that is watched)."""
    places, areas = network.places, sure_areas(scope)
    if scope.national:
        return f"all over {country(places)}"
    if not areas or len(places.leaves()) <= 1:
        return ""
    more = " and perhaps nearby" if len(hit_areas(scope)) > len(areas) else ""
    return areas_words(places, areas) + more


def areas_words(places: PlaceTree, areas: Sequence[AreaId]) -> str:
    """Areas, few by name, many by what lies above them: "in parts of Yorkshire (12 area codes)"."""
    if len(areas) <= LIST_AT_MOST:
        return f"in {join([named(places, each) for each in areas])}"
    above = _common(places, areas)
    codes = f"{len(areas)} area codes"
    if above is None or above.kind == "country":
        first = join([named(places, areas[0]), f"{len(areas) - 1} other areas"])
        return f"in {first}"
    whole = len(areas) >= WHOLE * len(places.leaves(above.id))
    return f"in {above.name} ({codes})" if whole else f"in parts of {above.name} ({codes})"


def named(places: PlaceTree, area: AreaId) -> str:
    """An area's name with its code: "Leeds (0113)"."""
    found = places.get(area)
    if found is None or found.name == area:
        return str(area)
    return found.name if ":" in area else f"{found.name} ({area})"


def country(places: PlaceTree) -> str:
    """The whole country, to follow "all over"."""
    roots = places.children(None)
    if len(roots) != 1:
        return "the country"
    name = SHORT.get(roots[0].name, roots[0].name)
    return f"the {name}" if name in WITH_ARTICLE else name


def _common(places: PlaceTree, areas: Sequence[AreaId]) -> Area | None:
    """The lowest node above all of them."""
    paths = [places.path(each)[:-1] for each in areas]
    found: Area | None = None
    for level in zip(*paths, strict=False):
        if any(each.id != level[0].id for each in level):
            break
        found = level[0]
    return found


def join(words: Sequence[str]) -> str:
    """Words as a list in a sentence.

    >>> join(["broadband"]), join(["broadband", "phone calls", "email"])
    ('broadband', 'broadband, phone calls and email')
    """
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
