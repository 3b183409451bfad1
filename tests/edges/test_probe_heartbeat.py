"""Signs of life: the target calls the hub, and silence is the failure; whatever becomes of the hub in between."""

import http.client
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lightship.edges.probes.address import check
from lightship.edges.probes.beats import Beats
from lightship.edges.probes.probe import Result
from lightship.edges.stores.tokens import TokenFile
from lightship.edges.web.api.app import Api
from lightship.edges.web.api.exchange import Parts
from lightship.edges.web.front import Front
from lightship.edges.web.published import Published
from lightship.edges.web.senders import Senders
from lightship.run.planning import beats_of, read
from lightship.vocabulary.errors import BadInput
from tests.edges.test_site_server import Running
from tests.support.measuring import measure


def look(folder: Path, query: str = "?within=1h", name: str = "backup") -> Result:
    return measure(f"heartbeat://{name}{query}", folder=str(folder))


def heard(folder: Path, ago: float, **word: object) -> None:
    """As if it had come so many seconds ago."""
    Beats(folder, {"backup"}, lambda: time.time() - ago).hear("backup", **word)  # type: ignore[arg-type]


def test_until_the_first_has_come_nothing_is_known_and_then_it_is_overdue(tmp_path: Path) -> None:
    first = look(tmp_path)
    assert (first.up, first.unknown) == (False, True)
    (tmp_path / "backup.json").write_text('{"since": 1000.0}')
    later = look(tmp_path)
    assert (later.up, later.unknown, later.failure) == (False, False, "overdue")


def test_a_sign_of_life_is_good_for_as_long_as_was_agreed(tmp_path: Path) -> None:
    heard(tmp_path, ago=600)
    young, old = look(tmp_path), look(tmp_path, "?within=5m")
    assert young.up
    assert young.detail == "heard 600 s ago"
    assert (old.stage, old.failure, old.unknown) == ("heard", "overdue", False)


def test_it_may_say_that_it_failed_and_why(tmp_path: Path) -> None:
    heard(tmp_path, ago=1, well=False, said="disk full\x1b[2J")
    result = look(tmp_path)
    assert (result.up, result.failure) == (False, "says-so")
    assert "disk full[2J" in result.detail


def test_a_clock_that_was_set_back_makes_nothing_overdue(tmp_path: Path) -> None:
    heard(tmp_path, ago=-86_400)
    assert look(tmp_path).up


def test_a_file_that_was_torn_is_waited_for_anew(tmp_path: Path) -> None:
    (tmp_path / "backup.json").write_bytes(b'{"since": 1')
    assert look(tmp_path).unknown


def test_a_folder_that_cannot_be_used_is_our_own_trouble() -> None:
    result = look(Path("/proc/none"))
    assert (result.up, result.unknown) == (False, True)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("heartbeat://x", "no `within`"),
        ("heartbeat://x?within=soon", "within=soon"),
        ("heartbeat://x?within=0s", "within=0s"),
        ("heartbeat://_x?within=1h", "no name"),
        ("heartbeat://x:80?within=1h", "has no ports"),
    ],
)
def test_what_was_not_agreed_is_refused(address: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        check(address)


class Hub:
    """A page whose interface hears `backup`."""

    def __init__(self, folder: Path) -> None:
        self.tokens = TokenFile(folder / "tokens.db")
        self.beats = Beats(folder / "beats", {"backup"})
        api = Api(self.tokens, Parts(self.beats), Senders([]))
        self.running = Running(Front(Published(), api))
        self.token = self.tokens.add("cron", ["push"])

    def call(self, name: str, body: str = "", token: str = "") -> tuple[int, dict[str, object]]:
        client = http.client.HTTPConnection("127.0.0.1", self.running.port, timeout=10)
        client.request(
            "POST", f"/api/v1/beats/{name}", body, {"authorization": f"Bearer {token or self.token}"}
        )
        answer = client.getresponse()
        said = json.loads(answer.read())
        client.close()
        return answer.status, said


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    made = Hub(tmp_path_factory.mktemp("hub"))
    yield made
    made.running.stop()
    made.tokens.close()


def test_a_call_is_durable_when_it_is_answered(hub: Hub) -> None:
    status, said = hub.call("backup")
    assert (status, said["name"]) == (200, "backup")
    assert look(hub.beats.folder).up
    assert hub.call("backup", '{"well": false, "said": "tape is full"}')[0] == 200
    assert "tape is full" in look(hub.beats.folder).detail


def test_who_is_not_waited_for_and_who_has_no_token_is_not_heard(hub: Hub) -> None:
    assert hub.call("nobody")[0] == 404
    assert hub.call("..%2f..%2fetc")[0] == 404
    assert hub.call("backup", token="lsh_bad")[0] == 401
    assert hub.call("backup", token=hub.tokens.add("reader", ["read"]))[0] == 403
    assert hub.call("backup", '{"wel": true}')[0] == 422
    assert hub.call("backup", "{")[0] == 400


def test_the_configuration_says_where_they_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "lightship.yaml"
    path.write_text("checks: ['heartbeat://backup?within=26h', 'https://example.org']\nstore: data/hub.db\n")
    kept = beats_of(read(path))
    assert kept.folder == tmp_path / "data/hub.heartbeats"
    assert kept.waits_for("backup")
    assert not any(kept.waits_for(each) for each in ("example.org", "../hub", "", "x" * 300))
    look(kept.folder, name="later")
    assert kept.waits_for("later"), "a check that a reload brought"
