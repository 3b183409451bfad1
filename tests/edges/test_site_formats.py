"""The same news in other programs' shapes: read back by those programs' own parsers, or checked field by field."""

import json
from xml.etree import ElementTree as ET

import feedparser
import pytest
from msgspec.structs import replace

from lightship.edges.files.templates import template_texts
from lightship.tell.site import files
from lightship.tell.site.formats.statuspage import FOLDER
from lightship.tell.situation import Situation
from tests.support import fictional

COMPONENT = {"operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance"}
FIELDS = {
    "page": {"id", "name", "url", "time_zone", "updated_at"},
    "status": {"indicator", "description"},
    "component": {
        "id", "name", "status", "created_at", "updated_at", "position", "description", "showcase", "start_date",
        "group_id", "page_id", "group", "only_show_if_degraded",
    },
    "incident": {
        "id", "name", "status", "impact", "created_at", "updated_at", "started_at", "monitoring_at", "resolved_at",
        "shortlink", "page_id", "incident_updates", "components",
    },
    "update": {
        "id", "status", "body", "incident_id", "created_at", "updated_at", "display_at", "affected_components",
        "deliver_notifications",
    },
}  # fmt: skip


def site(situation: Situation) -> dict[str, str]:
    return files(situation, template_texts())


@pytest.fixture(scope="module")
def rich() -> dict[str, str]:
    return site(fictional.rich())


@pytest.fixture(scope="module")
def calm() -> dict[str, str]:
    return site(fictional.calm())


def document(texts: dict[str, str], name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(texts[f"{FOLDER}{name}.json"])
    return found


NAMES = [
    "summary", "status", "components", "incidents", "incidents/unresolved", "scheduled-maintenances",
    "scheduled-maintenances/upcoming", "scheduled-maintenances/active",
]  # fmt: skip


def test_all_eight_documents_are_there_with_their_page(rich: dict[str, str]) -> None:
    found = [name for name in rich if name.startswith(FOLDER)]
    assert sorted(found) == sorted(f"{FOLDER}{name}.json" for name in NAMES)
    for name in NAMES:
        assert FIELDS["page"] <= set(document(rich, name)["page"])  # type: ignore[call-overload]


def test_every_object_has_every_field_that_its_readers_know(rich: dict[str, str]) -> None:
    summary = json.loads(rich[f"{FOLDER}summary.json"])
    assert FIELDS["status"] == set(summary["status"])
    for component in summary["components"]:
        assert FIELDS["component"] <= set(component)
        assert component["status"] in COMPONENT
    for incident in json.loads(rich[f"{FOLDER}incidents.json"])["incidents"]:
        assert FIELDS["incident"] <= set(incident)
        assert incident["status"] in {"investigating", "identified", "monitoring", "resolved", "postmortem"}
        assert incident["impact"] in {"none", "minor", "major", "critical"}
        for update in incident["incident_updates"]:
            assert FIELDS["update"] <= set(update)


def test_a_regional_outage_is_told_with_its_services_and_the_others_are_not_blamed(
    rich: dict[str, str],
) -> None:
    summary = json.loads(rich[f"{FOLDER}summary.json"])
    states = {each["id"]: each["status"] for each in summary["components"]}
    assert states["broadband"] != "operational"
    assert states["portal"] == "operational"
    assert states["email"] == "operational", "it looks healthy again"
    assert summary["status"]["indicator"] in {"minor", "major"}
    assert [each["id"] for each in summary["incidents"]] == ["20310305-1", "20310305-2"]
    assert "01904" in summary["incidents"][0]["lightship"]["areas"]["affected"]


def test_what_is_over_is_in_the_list_and_not_among_the_unresolved(rich: dict[str, str]) -> None:
    every = {each["id"]: each for each in json.loads(rich[f"{FOLDER}incidents.json"])["incidents"]}
    unresolved = {each["id"] for each in json.loads(rich[f"{FOLDER}incidents/unresolved.json"])["incidents"]}
    over = set(every) - unresolved
    assert over
    assert all(every[each]["status"] == "resolved" and every[each]["resolved_at"] for each in over)


def test_on_a_calm_day_nothing_is_known_to_fail(calm: dict[str, str]) -> None:
    summary = json.loads(calm[f"{FOLDER}summary.json"])
    assert summary["status"]["indicator"] == "none"
    assert summary["incidents"] == []
    assert {each["status"] for each in summary["components"]} == {"operational"}
    assert "no problem known" in ET.fromstring(calm["badge.svg"]).get("aria-label", "")


def test_a_simulation_says_so_in_every_format(rich: dict[str, str]) -> None:
    assert json.loads(rich[f"{FOLDER}status.json"])["status"]["description"].startswith("Simulated: ")
    assert rich["status.txt"].startswith("Simulation. Nothing in this text is happening.")
    assert "SIMULATION" in feedparser.parse(rich["feed.atom"]).feed.title
    assert "SIMULATED" in rich["badge.svg"]


def test_a_feed_reader_finds_every_update_once_and_nothing_wrong(rich: dict[str, str]) -> None:
    parsed = feedparser.parse(rich["feed.atom"])
    assert not parsed.bozo
    assert len({each.id for each in parsed.entries}) == len(parsed.entries) == 6
    newest = parsed.entries[0]
    assert newest.title.startswith("SIMULATION: Identified: Broadband and phone calls")
    assert {each.term for each in newest.tags} == {"broadband", "voice"}
    assert [each.updated for each in parsed.entries] == sorted(
        (e.updated for e in parsed.entries), reverse=True
    )


def test_an_entry_keeps_its_name_when_more_is_said(rich: dict[str, str]) -> None:
    later = fictional.rich()
    more = replace(later.updates[3], number=5, at=fictional.at(95))
    after = site(replace(later, updates=(*later.updates, more), at=fictional.at(96)))
    before = {each.id for each in feedparser.parse(rich["feed.atom"]).entries}
    assert before < {each.id for each in feedparser.parse(after["feed.atom"]).entries}


def test_what_people_wrote_cannot_break_out_of_a_format() -> None:
    nasty = 'Broadband </title><script>x</script> & "quotes" ]]>'
    made = fictional.rich()
    said = tuple(replace(each, headline=nasty, text=nasty) for each in made.updates)
    texts = site(replace(made, updates=said))
    parsed = feedparser.parse(texts["feed.atom"])
    assert not parsed.bozo
    assert parsed.entries[0].title.endswith(nasty)
    assert json.loads(texts[f"{FOLDER}summary.json"])["incidents"][0]["name"] == nasty
    ET.fromstring(texts["badge.svg"])


def test_the_plain_text_can_be_read_out(rich: dict[str, str]) -> None:
    said = rich["status.txt"]
    assert max(len(line) for line in said.splitlines()) <= 78
    order = [said.index(part) for part in ("Broadband and phone", "Since when", "What to do", "Published at")]
    assert order == sorted(order)
    assert "999" in said
    assert not set(said) & set("<>|{}▲◆●○")
