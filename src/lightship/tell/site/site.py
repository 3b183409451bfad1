"""All files of the site, from a situation. What did not change is not rendered again."""

from collections.abc import Callable, Hashable, Mapping
from functools import partial

from lightship.tell.site.addresses import area_address, document, incident_address, page, service_address
from lightship.tell.site.area import area_view
from lightship.tell.site.days import touching
from lightship.tell.site.documents import (
    area_document,
    codes_document,
    front_document,
    history_document,
    incident_document,
    planned_document,
    service_document,
)
from lightship.tell.site.formats import all_formats
from lightship.tell.site.formats.atom import feed
from lightship.tell.site.front import front, title_of
from lightship.tell.site.history import history_page
from lightship.tell.site.incident import incident_page
from lightship.tell.site.others import codes_page, find_page, local_page, missing_page
from lightship.tell.site.paper import Paper, environment
from lightship.tell.site.pictures import Picture, graph_of, map_of
from lightship.tell.site.planned import planned_page
from lightship.tell.site.report import choices_document, report_page
from lightship.tell.site.service import service_page
from lightship.tell.site.shell import shell, style
from lightship.tell.site.subscribe import subscribe_choices, subscribe_page
from lightship.tell.site.view import View
from lightship.tell.situation import Situation
from lightship.vocabulary.places import Area

ROBOTS, ROBOTS_SIMULATED = "User-agent: *\nAllow: /\n", "User-agent: *\nDisallow: /\n"

Files = dict[str, str]


class Site:
    """Renders situations. The files depend on the situation alone; the memory only saves work.

    Args:
        templates: text by name, as `edges.files.templates.template_texts` gives it.
    """

    def __init__(self, templates: Mapping[str, str]) -> None:
        self._environment = environment(templates)
        self._css = style(templates)
        self._memory: dict[str, tuple[Hashable, str]] = {}

    def files(self, situation: Situation) -> Files:
        """Text by path below the root, uncompressed. The front page comes last: what it links to is there before it."""
        view = View(situation)
        frame = shell(situation, self._css)
        paper = Paper(self._environment, frame)
        found: Files = {"robots.txt": ROBOTS_SIMULATED if situation.settings.simulated else ROBOTS}
        found["404.html"] = missing_page(view, paper)
        if view.has_places:
            found |= self._places(view, paper, frame)
        if situation.settings.takes_reports:
            found["report/index.html"] = report_page(view, paper)
            found["report/choices.json"] = choices_document(view)
        if frame.tells:
            found["subscribe/index.html"] = subscribe_page(view, paper)
            found["subscribe/choices.json"] = subscribe_choices(view)
        found |= _services(view, paper)
        found["planned/index.html"] = planned_page(view, paper)
        found["planned.json"] = planned_document(view)
        graphs = self._incidents(found, view, paper)
        picture = map_of(view)
        if picture is not None:
            found["map.svg"] = picture.svg
        found |= all_formats(view)
        found["index.json"] = front_document(view)
        found["index.html"] = front(view, paper, picture, graphs)
        return found

    def _incidents(self, found: Files, view: View, paper: Paper) -> tuple[Picture, ...]:
        """Adds each incident's files; gives the graphs of the open ones."""
        graphs: list[Picture] = []
        for one in view.all:
            graph = graph_of(view, one)
            address = incident_address(one.incident.id)
            if graph is not None:
                found[graph.src] = graph.svg
                graphs += [graph] if one in view.open else []
            found[page(address)] = incident_page(view, one, paper, graph)
            found[document(address)] = incident_document(view, one)
        return tuple(graphs)

    def _places(self, view: View, paper: Paper, frame: Hashable) -> Files:
        found: Files = {}
        for area in view.standing.leaves:
            found |= self._area(view, paper, frame, area)
        for area in view.situation.network.places.areas:
            if area.kind == "local":
                path = page(area_address(area.id))
                found[path] = self._once(path, (frame, area), partial(local_page, area, paper))
        found["codes/index.html"] = codes_page(view, paper)
        found["codes.json"] = codes_document(view)
        found["find/index.html"] = find_page(view, paper)
        return found

    def _area(self, view: View, paper: Paper, frame: Hashable, area: Area) -> Files:
        address = area_address(area.id)
        path, data = page(address), document(address)
        seen = area_view(view, area)
        states = tuple(view.standing.states.get(area.id, {}).items())
        html = self._once(
            path, (frame, seen),
            lambda: paper.write("area.html", "../../", title_of(seen.headline), json=data, view=seen),
        )  # fmt: skip
        json = self._once(data, (frame, seen, states), lambda: area_document(view, area))
        news = f"{address}feed.atom"
        here = view.by_area.get(area.id, ())
        said = tuple((one.incident.id, one.latest.number, one.services) for one in here)
        atom = self._once(
            news, (frame, said), lambda: feed(view, here, f"{area.id} {area.name}".strip(), address)
        )
        return {path: html, data: json, news: atom}

    def _once(self, path: str, key: Hashable, make: Callable[[], str]) -> str:
        """The text of a file, made anew only where what it depends on has changed."""
        known = self._memory.get(path)
        if known is not None and known[0] == key:
            return known[1]
        text = make()
        self._memory[path] = (key, text)
        return text


def _services(view: View, paper: Paper) -> Files:
    """Each service's page, and the history of all."""
    found = {"history/index.html": history_page(view, paper), "history.json": history_document(view)}
    for each in view.situation.network.services:
        address = service_address(each.id)
        found[page(address)] = service_page(view, each, paper)
        found[document(address)] = service_document(view, each)
        found[f"{address}feed.atom"] = feed(view, touching(view, each.id, view.all), each.name, address)
    return found


def files(situation: Situation, templates: Mapping[str, str]) -> Files:
    """All files of one situation, by path below the root."""
    return Site(templates).files(situation)
