"""What operators do through the interface for programs: on a real hub, with a real log, over real connections."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lightship.edges.operators.desk import OperatorsDesk
from lightship.edges.stores.reading import StoreReader
from lightship.run.door import Door
from lightship.vocabulary.errors import StoreRefused
from lightship.vocabulary.events import OperatorAct
from lightship.vocabulary.incidents import IncidentId
from tests.support.operating import Room


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    made = Room(tmp_path_factory.mktemp("room"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def incident(room: Room) -> str:
    status, found = room.ask("GET", "/api/v1/incidents?open=yes", room.reader)
    assert status == 200
    return str(found["incidents"][0]["id"])


def test_operators_read_the_evidence(room: Room, incident: str) -> None:
    status, found = room.ask("GET", f"/api/v1/incidents/{incident}", room.reader)
    assert status == 200
    assert found["incident"]["id"] == incident
    assert found["incident"]["scopes"]
    assert [each["number"] for each in found["updates"]] == list(range(1, len(found["updates"]) + 1))


def test_what_a_person_says_is_published_word_for_word_and_stands_in_the_record(
    room: Room, incident: str
) -> None:
    status, done = room.act(incident, act="say", text="  Our engineers are in the building.\n")
    assert status == 200, done
    assert done["published"][0]["text"].startswith("Our engineers are in the building.")
    assert done["published"][0]["by"] == "operator"
    _, record = room.ask("GET", "/api/v1/acts", room.reader)
    assert record["acts"][0]["act"]["operator"] == "noc"
    assert record["acts"][0]["act"]["text"] == "Our engineers are in the building."


def test_an_act_is_durable_when_it_is_answered(room: Room, incident: str) -> None:
    status, _ = room.act(incident, act="name-kind", category="power")
    assert status == 200
    store = StoreReader(room.path)
    acts = [each.event for each in store.events() if isinstance(each.event, OperatorAct)]
    store.close()
    assert acts[-1].category == "power"


def test_a_token_that_reads_does_nothing(room: Room, incident: str) -> None:
    status, _ = room.ask("POST", f"/api/v1/incidents/{incident}/acts", room.reader, {"act": "close"})
    assert status == 403


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        ({"act": "say"}, 422, "text"),
        ({"act": "say", "text": "x" * 401}, 422, "401 characters"),
        ({"act": "say", "text": "all \u202ewell"}, 422, "U+202E"),
        ({"act": "name-cause"}, 422, "component"),
        ({"act": "name-cause", "component": "no-such-thing"}, 409, "changed nothing|no incident"),
        ({"act": "explode"}, 422, "explode"),
        ({"act": "say", "text": "x", "who": "me"}, 422, "who"),
    ],
)
def test_what_cannot_be_done_is_said_and_not_done(
    room: Room, incident: str, said: dict[str, object], status: int, words: str
) -> None:
    before = room.hub.state.incidents
    got, problem = room.act(incident, **said)
    assert got == status, problem
    assert any(word in problem["detail"] for word in words.split("|")), problem["detail"]
    assert room.hub.state.incidents == before


def test_an_incident_that_is_none_is_said_so(room: Room) -> None:
    assert room.ask("GET", "/api/v1/incidents/20990101-1", room.reader)[0] == 404
    assert room.act("20990101-1", act="close")[0] == 409


def test_a_hub_that_is_not_up_says_so_and_nothing_is_done(tmp_path: Path) -> None:
    made = OperatorsDesk(tmp_path / "hub.db", Door().submit)
    with pytest.raises(StoreRefused, match="not up"):
        made.act(OperatorAct("noc", "close", IncidentId("20310305-1")))
