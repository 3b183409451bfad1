"""What the pages say, to the word: the front page, an area, an incident, quiet days, other people's networks."""

import re
from html import unescape

import msgspec
import pytest

from lightship.edges.files.templates import template_texts
from lightship.tell.emergency import UK
from lightship.tell.site import Site, files
from lightship.tell.situation import Situation
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.incidents import IncidentId
from lightship.vocabulary.places import PlaceTree
from lightship.vocabulary.time import iso
from tests.support import fictional
from tests.support.fictional import at

TEMPLATES = template_texts()


def site(situation: Situation) -> dict[str, str]:
    return files(situation, TEMPLATES)


def text(html: str) -> str:
    """What a reader reads, in order."""
    bare = re.sub(r"<(?:style|title).*?</(?:style|title)>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def heading(html: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", html, re.DOTALL)
    assert found is not None
    return text(found[1])


@pytest.fixture(scope="module")
def rich() -> dict[str, str]:
    return site(fictional.rich())


@pytest.fixture(scope="module")
def calm() -> dict[str, str]:
    return site(fictional.calm())


def test_the_front_page_answers_in_the_order_in_which_people_ask(rich: dict[str, str]) -> None:
    read = text(rich["index.html"])
    order = [
        fictional.HEADLINE, "What fails", "Where", "Since when", "How many", "Why", "What to do", "When is it back",
        "Next update By", "Emergency calls", "Look up", "Email looks healthy again", "area codes, as of", "Updates",
        "Over in the last days", "Map", "Reports", "Published at",
    ]  # fmt: skip
    places = [read.index(each) for each in order]
    assert places == sorted(places)


def test_the_headline_is_what_was_said_last(rich: dict[str, str]) -> None:
    assert heading(rich["index.html"]) == fictional.HEADLINE


def test_times_are_for_people_and_for_machines(rich: dict[str, str]) -> None:
    assert f'<time datetime="{iso(fictional.START)}">7:55am</time>' in rich["index.html"]
    assert "9:27am GMT on 5 March 2031" in text(rich["index.html"])


def test_an_estimate_is_shown_with_what_was_said_before(rich: dict[str, str]) -> None:
    read = text(rich["index.html"])
    assert "An even chance by midday , nine in ten by 5pm" in read
    assert "Said before: an even chance by 11am , nine in ten by 3pm (at 8:55am )" in read


def test_an_estimate_that_has_run_out_is_not_repeated_as_one() -> None:
    read = text(site(fictional.rich(minutes=600))["index.html"])
    assert "Our last estimate (an even chance by midday , nine in ten by 5pm ) has run out" in read


def test_a_promise_that_was_not_kept_is_owned_up_to() -> None:
    late = text(site(fictional.rich(minutes=120))["index.html"])
    assert "It is late." in late
    assert "It should have been here by now" in late


def test_the_page_says_by_when_it_was_to_be_renewed(rich: dict[str, str]) -> None:
    assert "This page was to be updated by 9:40am" in text(rich["index.html"])
    assert "older than we promised" in text(rich["index.html"])


def test_emergency_calls_are_explained_where_lines_are_hit(
    rich: dict[str, str], calm: dict[str, str]
) -> None:
    assert UK in text(rich["index.html"])
    assert UK in text(rich["a/01904/index.html"])
    assert UK not in text(rich["a/01202/index.html"]), "only email failed there"
    assert "999" not in text(calm["index.html"])


def test_every_code_has_a_page_and_a_document(rich: dict[str, str]) -> None:
    assert len(fictional.LEAVES) == 611
    for area in fictional.LEAVES:
        assert f"a/{area.id}/index.html" in rich
        assert f"a/{area.id}.json" in rich


def test_a_prefix_within_an_area_leads_to_the_area(rich: dict[str, str]) -> None:
    assert 'content="0; url=../../a/028/"' in rich["a/02890/index.html"]


def test_an_area_says_what_fails_there_and_for_how_many(rich: dict[str, str]) -> None:
    page = rich["a/01904/index.html"]
    assert heading(page) == "Failing for some people in York (01904): broadband and phone calls"
    assert "about 1 in 3 lines (between 1 in 4 and 2 in 3)" in text(page)
    assert "Email No problem known" in text(page)


def test_an_area_that_may_be_hit_is_not_called_failing(rich: dict[str, str]) -> None:
    assert heading(rich["a/0191/index.html"]) == "May be failing in Tyneside (0191): broadband" or heading(
        rich["a/0191/index.html"]
    ).startswith("May be failing in ")


def test_no_news_of_an_area_is_never_called_fine(rich: dict[str, str], calm: dict[str, str]) -> None:
    for page in (rich["a/0118/index.html"], calm["a/0118/index.html"]):
        assert heading(page) == "No problem that we know of in Reading (0118)"
        assert "That is not the same as knowing that all is well" in text(page)
    assert fictional.HEADLINE in text(rich["a/0118/index.html"]), "what fails elsewhere is named"


def test_a_quiet_day_is_said_calmly_with_its_time(calm: dict[str, str]) -> None:
    page = calm["index.html"]
    assert heading(page) == "No problems that we know of"
    assert "As of 7:55am GMT on 5 March 2031" in text(page)
    assert "not the same as knowing that all is well" in text(page)
    assert "<img" not in page, "a map of nothing says nothing"
    assert page.count('href="a/') == 611


def test_an_incident_answers_every_public_question(rich: dict[str, str]) -> None:
    read = text(rich["i/20310305-1/index.html"])
    for words in (
        "What fails Broadband and phone calls", "Why The evidence points to loss of power at a building in Leeds",
        "Is it the same as last time? We know of no other in the 30 days before.",
        "Is it us or a neighbour? It is us.", "Is it really over? No.",
        "Am I owed anything? This page does not work that out yet.",
    ):  # fmt: skip
        assert words in read


def test_an_incident_keeps_every_update_newest_first(rich: dict[str, str]) -> None:
    page = rich["i/20310305-1/index.html"]
    assert re.findall(r'id="update-(\d)"', page) == ["4", "3", "2", "1"]
    assert "said by a person" in page
    for _, words in fictional.TEXTS:
        assert words in text(page)


def test_an_unknown_cause_says_what_is_being_done() -> None:
    whole = fictional.rich()
    first = tuple(each for each in whole.updates if each.number == 1)
    read = text(site(msgspec.structs.replace(whole, updates=first))["index.html"])
    assert "Why Not known yet. We are comparing what fails with what still works" in read
    assert "When is it back Not known yet" in read


def test_a_merged_incident_leads_to_the_older_one() -> None:
    whole = fictional.rich()
    mail = msgspec.structs.replace(whole.incidents[1], status="merged", merged_into=IncidentId("20310305-1"))
    found = site(msgspec.structs.replace(whole, incidents=(mail, *whole.incidents[::2])))
    assert 'content="0; url=../../i/20310305-1/"' in found["i/20310305-2/index.html"]
    assert "Email looks healthy" not in text(found["index.html"])


def test_what_nobody_has_been_told_of_is_not_shown() -> None:
    whole = fictional.rich()
    secret = msgspec.structs.replace(whole.incidents[2], public=False)
    found = site(msgspec.structs.replace(whole, incidents=(secret,)))
    assert heading(found["index.html"]) == "No problems that we know of"
    silent = site(msgspec.structs.replace(whole, updates=()))
    assert heading(silent["index.html"]) == "No problems that we know of"
    assert not any(path.startswith("i/") for path in (*found, *silent))


def test_a_neighbours_trouble_paints_no_area_of_ours() -> None:
    whole = fictional.rich()
    said = tuple(
        msgspec.structs.replace(
            each,
            answers=tuple(
                msgspec.structs.replace(a, answer="neighbour") if a.question == "us_or_neighbour" else a
                for a in each.answers
            ),
        )
        for each in whole.updates
    )
    found = site(msgspec.structs.replace(whole, updates=said))
    assert "Another network" in text(found["index.html"])
    assert heading(found["a/01904/index.html"]).startswith("No problem that we know of")


def test_a_simulation_says_so_on_every_page(rich: dict[str, str]) -> None:
    for path, page in rich.items():
        if path.endswith(".html"):
            assert "Simulation." in text(page), path
            assert "<title>SIMULATION: " in page, path
            assert '<meta name="robots" content="noindex">' in page, path
            assert all(note in text(page) for note in (*fictional.KNOWN, *fictional.ASSUMED)), path
        elif path.endswith(".json"):
            assert '"simulated":true' in page, path
        elif path.endswith(".svg"):
            assert "simulated" in page.lower(), path
    assert "Disallow: /" in rich["robots.txt"]


def test_a_real_page_says_nothing_of_simulation() -> None:
    real = msgspec.structs.replace(
        fictional.rich(), settings=fictional.settings(simulated=False), known=(), assumed=()
    )
    found = site(real)
    for path in ("index.html", "a/01904/index.html", "i/20310305-1/index.html", "404.html", "map.svg"):
        assert "simulat" not in found[path].lower(), path
    assert '"simulated":false' in found["index.json"]
    assert "Allow: /" in found["robots.txt"]


def test_outsiders_say_who_they_are_and_how_to_correct_them() -> None:
    settings = fictional.settings(
        deployment="outsiders", runs_it="the Saltmarsh Gazette", contact="desk@example.org"
    )
    calm = site(msgspec.structs.replace(fictional.calm(), settings=settings))
    page = calm["index.html"]
    assert "the Saltmarsh Gazette" in heading(page)
    assert "this is not Saltmarsh Telecom's page" in heading(page)
    assert 'href="mailto:desk@example.org"' in page
    busy = site(msgspec.structs.replace(fictional.rich(), settings=settings))
    assert heading(busy["a/01904/index.html"]).startswith("Reports and tests suggest: failing")
    assert "This is not Saltmarsh Telecom's page" in text(busy["a/01904/index.html"])


def test_one_watched_site_needs_no_places() -> None:
    network = msgspec.structs.replace(fictional.network("example.org"), places=PlaceTree())
    settings = fictional.settings(simulated=False, one_vantage=True, runs_it="", takes_reports=False)
    calm = site(Situation(settings, network, at(0)))
    pages = {path for path in calm if not path.startswith(("api/", "s/"))}
    assert pages == {
        "index.html", "index.json", "404.html", "robots.txt", "feed.atom", "status.txt", "badge.svg",
        "history/index.html", "history.json", "planned/index.html", "planned.json", "planned/calendar.ics",
    }  # fmt: skip
    assert "seen from one place" in text(calm["index.html"])
    assert "Published by example.org" not in text(calm["index.html"])  # nobody said that it is theirs
    assert "Broadband No problem known" in text(calm["index.html"])
    assert "area code" not in text(calm["index.html"])


def test_what_is_put_in_cannot_break_out() -> None:
    whole = fictional.rich()
    nasty = tuple(
        msgspec.structs.replace(each, text="<script>alert(1)</script>", headline='"><img src=x>')
        for each in whole.updates
    )
    found = site(msgspec.structs.replace(whole, updates=nasty))
    for path, page in found.items():
        if path.endswith(".html"):
            assert "<script" not in page, path
            assert "<img src=x>" not in page, path


def test_names_of_components_never_reach_a_page() -> None:
    from lightship.vocabulary.components import Component, ComponentId

    secret = (Component(ComponentId("telehouse-north"), "building", "Telehouse North", owner="Telehouse"),)
    network: NetworkMap = msgspec.structs.replace(fictional.network(), components=secret)
    found = site(msgspec.structs.replace(fictional.rich(), network=network))
    assert not any("telehouse" in page.lower() for page in found.values())


def test_a_situation_gives_the_same_files_whatever_was_rendered_before() -> None:
    fresh, used = Site(TEMPLATES), Site(TEMPLATES)
    used.files(fictional.calm())
    used.files(fictional.worst_day())
    assert used.files(fictional.rich()) == fresh.files(fictional.rich())


def test_a_minute_without_news_renews_the_front_page_alone() -> None:
    renderer = Site(TEMPLATES)
    before = renderer.files(fictional.calm())
    after = renderer.files(msgspec.structs.replace(fictional.calm(), at=at(1)))
    renewed = [path for path in after if after[path] != before[path] and not path.startswith("api/v2/")]
    assert sorted(renewed) == ["index.html", "index.json", "status.txt"]


def test_where_all_areas_stand_alike_one_sentence_says_it() -> None:
    areas = tuple(row for row in fictional.areas_in("country:UK", "broadband", share=0.1))
    national = fictional.incident(areas, "investigating", national=True)
    said = fictional.main_updates(national)[:1]
    found = site(
        msgspec.structs.replace(fictional.rich(), incidents=(national,), updates=tuple(said), series={})
    )
    read = text(found["index.html"])
    assert "Broadband: failing for some (all 611 area codes)" in read
    assert "All over the UK, with no centre" in read
    assert found["index.html"].count('href="a/') == 611
