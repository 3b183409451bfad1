"""The pictures that the page borrows from the public one: the map of the footprint, and reports against normal."""

from base64 import b64encode

from lightship.edges.files.cells import uk_cells
from lightship.run.explaining import words
from lightship.run.explaining.explanation import Explanation, Lost
from lightship.run.situation import UK
from lightship.tell.drawing.area_map import area_map
from lightship.tell.site.moments import Clock
from lightship.tell.site.pictures import Picture, graph_of_series
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.places import AreaId


def footprint_map(found: Explanation, network: NetworkMap) -> Picture | None:
    """Share of each area's lines that the explanation takes away, the worst service of each. None: nothing to draw."""
    if network.places.get(UK) is None or not found.footprint:
        return None
    cells, rates = uk_cells(), dict[AreaId, float | None]()
    for each in found.footprint:
        rates[each.area] = max(each.share, rates.get(each.area) or 0.0)
    title = f"What {words.short_name(found)} takes away"
    svg = area_map(cells, rates, (), title, words.clock(found.at, found.zone), found.simulated)
    width, height = cells.view
    alt = f"Map of the footprint: {len(rates)} areas lose something. The table below says the same in words."
    return Picture("", width, height, alt, svg)


def reports_graph(found: Explanation, network: NetworkMap) -> Picture | None:
    """Reports of the incident's services against normal. Small counts too: this page is not for the public."""
    if found.series is None:
        return None
    return graph_of_series(
        found.series, found.incident, network, Clock(found.at, found.zone), found.simulated
    )


def data_address(picture: Picture) -> str:
    """The picture in an address of its own, so that the page asks for nothing."""
    return f"data:image/svg+xml;base64,{b64encode(picture.svg.encode()).decode()}"


def by_service(footprint: tuple[Lost, ...], network: NetworkMap) -> list[tuple[str, int, float, float]]:
    """Per service: its name, areas that lose something, lines lost, and all its lines."""
    lines = {(each.service, each.area): each.lines for each in network.service_areas}
    found = []
    for service in dict.fromkeys(each.service for each in footprint):
        mine = [each for each in footprint if each.service == service]
        lost = sum(each.share * lines[(each.service, each.area)] for each in mine)
        whole = sum(each.lines for each in network.service_areas if each.service == service)
        found.append((network.service[service].name, len(mine), lost, whole))
    return found
