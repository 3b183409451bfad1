"""Planned work that customers may notice: when, what and where; under way, to come, and over."""

from typing import Literal

import msgspec

from lightship.tell.planned import Announced
from lightship.tell.site.addresses import area_address
from lightship.tell.site.moments import When
from lightship.tell.site.paper import Paper
from lightship.tell.site.tables import capital
from lightship.tell.site.view import View
from lightship.tell.where import areas_words, country, services_words
from lightship.vocabulary.components import NetworkMap

FEW = 12
"""So many areas stand on the page with a link each."""

Phase = Literal["under way", "to come", "over"]


class Work(msgspec.Struct, frozen=True):
    """One piece of work on the page. `codes`: its areas, where they are few."""

    id: str
    title: str
    starts: When
    ends: When
    expect: str
    codes: tuple[tuple[str, str], ...]


def planned_page(view: View, paper: Paper) -> str:
    """All of it, by phase."""
    phases: dict[Phase, list[Work]] = {"under way": [], "to come": [], "over": []}
    for each in view.situation.planned:
        phases[phase(view, each)].append(_work(view, each))
    return paper.write("planned.html", "../", "Planned work", json="planned.json", phases=phases)


def work_title(work: Announced, network: NetworkMap) -> str:
    """What and where: "Broadband and phone calls, in the North East (12 area codes)"."""
    where = areas_words(network.places, work.areas) if work.areas else ""
    if work.national:
        where = f"all over {country(network.places)}"
    return capital(services_words(work.services, network)) + (f", {where}" if where else "")


def planned_words(view: View) -> str:
    """How much there is of it, for the front page; empty: none under way or to come."""
    coming = [each for each in view.situation.planned if phase(view, each) != "over"]
    if not coming:
        return ""
    on = sum(phase(view, each) == "under way" for each in coming)
    return f"{on} under way" if on else f"next {view.clock.when(coming[0].starts).words}"


def phase(view: View, work: Announced) -> Phase:
    """Where it stands at the publication."""
    at = view.situation.at
    return "to come" if at < work.starts else "under way" if at < work.ends else "over"


def _work(view: View, work: Announced) -> Work:
    expect = {
        "outage": "Service may fail while it lasts, not always all of the time.",
        "degraded": "Service may be slower or fail now and then.",
    }[work.impact]
    codes = tuple((area_address(each), each) for each in work.areas) if len(work.areas) <= FEW else ()
    clock = view.clock
    return Work(
        work.id,
        work_title(work, view.situation.network),
        clock.full(work.starts),
        clock.full(work.ends),
        expect,
        codes,
    )
