"""The operators' console, as browsers and attackers use it: on a real hub, over real connections."""

import re
import sqlite3
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import msgspec
import pytest

from lightship.edges.operators.codes import code_at
from lightship.edges.operators.people import IDLE, INVITED_FOR, People
from lightship.vocabulary.alarms import Partial
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.events import OperatorAct
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.time import Instant
from tests.support.operating import Room

PASSWORD = "a few words do well"


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    made = Room(tmp_path_factory.mktemp("room"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def ada(room: Room) -> str:
    """A signed-in editor's cookie."""
    return room.signed_in("ada", room.joined("ada", "editor"))


@pytest.fixture(scope="module")
def incident(room: Room) -> str:
    return next(each.id for each in room.hub.state.incidents if each.is_open)


def form_of(text: str) -> str:
    found = re.search(r'name="form" value="([^"]+)"', text)
    assert found is not None, text
    return found[1]


def test_nobody_is_let_in_without_a_session(room: Room, incident: str) -> None:
    for path in ("/console/", f"/console/i/{incident}", "/console/record", "/console/people"):
        found, text = room.visit("GET", path)
        assert found.status in (200, 401)
        assert "Sign in" in text
        assert incident not in text
        assert "nats" not in text


def test_an_invited_person_joins_by_the_form_and_signs_in(room: Room) -> None:
    word = room.people.invite("grace", "viewer")
    _, text = room.visit("POST", "/console/join", name="grace", word=word, sender="192.0.2.1")
    key = re.search(r'class="key">([A-Z2-7 ]+)<', text)
    assert key is not None
    secret = key[1].replace(" ", "")
    code = code_at(secret, room.now)
    said = {"name": "grace", "word": word, "password": PASSWORD, "code": code}
    short, text = room.visit("POST", "/console/join", sender="192.0.2.1", **{**said, "password": "short"})
    assert short.status == 422
    assert "12 to 200" in text
    found, _ = room.visit("POST", "/console/join", sender="192.0.2.1", **said)
    assert found.status == 303
    again, _ = room.visit("POST", "/console/join", sender="192.0.2.1", **said)
    assert again.status == 403, "an invitation works once"
    room.now = Instant(room.now + 60_000)
    _, text = room.visit("GET", "/console/", room.signed_in("grace", secret))
    assert "grace, viewer" in text


def test_the_evidence_stands_on_the_incidents_page(room: Room, ada: str, incident: str) -> None:
    found, text = room.visit("GET", f"/console/i/{incident}", ada)
    assert found.status == 200
    assert "Why: what the evidence says" in text
    assert "What was said" in text
    assert "<script" not in text
    assert "default-src 'none'" in str(found.headers["content-security-policy"])
    assert found.headers["cache-control"] == "no-store"


def test_operators_read_which_networks_see_it_fail(room: Room, ada: str, incident: str) -> None:
    table = sqlite3.connect(room.path)
    (body,) = table.execute("SELECT body FROM incident WHERE id = ?", (incident,)).fetchone()
    divided = Partial(1, 4, family=6, networks=("AS64500 Example <Mobile>",), region="Leeds")
    changed = msgspec.structs.replace(msgspec.json.decode(body, type=Incident), partial=divided)
    with table:
        table.execute("UPDATE incident SET body = ? WHERE id = ?", (msgspec.json.encode(changed), incident))
    _, text = room.visit("GET", f"/console/i/{incident}", ada)
    assert (
        "Seen to fail from AS64500 Example &lt;Mobile&gt;; the other networks that test see it work" in text
    )
    assert "(1 of 4 fail); over IPv6 only; in Leeds only." in text
    with table:
        table.execute("UPDATE incident SET body = ? WHERE id = ?", (body, incident))
    table.close()


def test_an_update_is_previewed_to_the_word_and_nothing_happens_until_it_is_sure(
    room: Room, ada: str, incident: str
) -> None:
    _, text = room.visit("GET", f"/console/i/{incident}", ada)
    fields = {"form": form_of(text), "act": "say", "text": "We are <b>repairing</b> it & will tell you."}
    before = room.hub.seq
    found, text = room.visit("POST", f"/console/i/{incident}", ada, **fields)
    assert found.status == 200
    assert room.hub.seq == before
    shown = unescape(re.sub(r"<[^>]+>", " ", text))
    assert "Nothing has happened yet" in shown
    assert shown.count("We are <b>repairing</b> it & will tell you.") >= 2
    assert "<b>repairing</b>" not in text, "what people type is text, never markup"
    done, _ = room.visit("POST", f"/console/i/{incident}", ada, sure="yes", **fields)
    assert done.status == 303
    assert room.hub.seq > before
    _, text = room.visit("GET", f"/console/i/{incident}", ada)
    assert "said by a person" in text
    _, text = room.visit("GET", "/console/record", ada)
    assert "ada" in text
    assert "We are &lt;b&gt;repairing" in text


def test_what_was_previewed_is_what_is_published(room: Room, ada: str, incident: str) -> None:
    _, text = room.visit("GET", f"/console/i/{incident}", ada)
    fields = {"form": form_of(text), "act": "say", "text": "The generator is running."}
    _, text = room.visit("POST", f"/console/i/{incident}", ada, **fields)
    promised = re.search(r"On the page</h2><h3>.*?</h3><p>(.*?)</p>", text)
    assert promised is not None
    room.visit("POST", f"/console/i/{incident}", ada, sure="yes", **fields)
    _, text = room.visit("GET", f"/console/i/{incident}", ada)
    assert promised[1] in text


def test_a_draft_that_was_not_filled_in_is_not_published(room: Room, ada: str, incident: str) -> None:
    _, text = room.visit("GET", f"/console/i/{incident}", ada)
    said = "They should be there by [time]."
    found, text = room.visit(
        "POST", f"/console/i/{incident}", ada, form=form_of(text), act="say", text=said, sure="yes"
    )
    assert found.status == 422
    assert "[time] is not filled in yet" in text
    assert said in text, "what was typed is not lost"


def test_a_form_of_another_page_is_refused(room: Room, ada: str, incident: str) -> None:
    before = room.hub.seq
    for form in ("", "guessed"):
        found, _ = room.visit("POST", f"/console/i/{incident}", ada, form=form, act="close", sure="yes")
        assert found.status == 403
    assert room.hub.seq == before


def test_a_viewer_reads_and_does_not_act(room: Room, incident: str) -> None:
    cookie = room.signed_in("lin", room.joined("lin", "viewer"))
    _, text = room.visit("GET", f"/console/i/{incident}", cookie)
    assert "Say something" not in text
    found, _ = room.visit(
        "POST", f"/console/i/{incident}", cookie, form=form_of(text), act="close", sure="yes"
    )
    assert found.status == 403
    found, _ = room.visit("POST", "/console/people/ada/end", cookie, form=form_of(text))
    assert found.status == 403


def test_a_code_works_once(room: Room) -> None:
    secret = room.joined("once", "viewer")
    code = code_at(secret, room.now)
    assert room.people.sign_in("once", PASSWORD, code)
    assert room.people.sign_in("once", PASSWORD, code) is None


@pytest.mark.parametrize("wrong", ["name", "password", "code"])
def test_what_is_wrong_at_the_sign_in_is_not_told(room: Room, wrong: str) -> None:
    secret = room.joined(f"wrong-{wrong}", "viewer")
    said = {"name": f"wrong-{wrong}", "password": PASSWORD, "code": code_at(secret, room.now)}
    said[wrong] = {"name": "nobody-here", "password": "another few words", "code": "000000"}[wrong]
    found, text = room.visit("POST", "/console/in", sender=f"198.51.{len(wrong)}.1", **said)
    assert found.status == 403
    assert "Name, password or code is not right" in text


def test_guessing_is_slowed_down_by_name_whatever_network_it_comes_from(room: Room) -> None:
    statuses = [
        room.visit(
            "POST", "/console/in", sender=f"203.0.{n}.1", name="ada", password=f"guess number {n}", code="123456"
        )[0].status
        for n in range(7)
    ]  # fmt: skip
    assert statuses[:5] == [403] * 5
    assert statuses[5:] == [429] * 2


def test_a_session_ends_when_its_person_does_and_when_nobody_uses_it(room: Room) -> None:
    cookie = room.signed_in("gone", room.joined("gone", "editor"))
    assert "gone, editor" in room.visit("GET", "/console/", cookie)[1]
    room.people.end("gone")
    assert "gone, editor" not in room.visit("GET", "/console/", cookie)[1]
    idle = room.signed_in("idle", room.joined("idle", "viewer"))
    room.now = Instant(room.now + IDLE + 1)
    assert "idle, viewer" not in room.visit("GET", "/console/", idle)[1]


def test_signing_out_everywhere_ends_a_stolen_session(room: Room) -> None:
    secret = room.joined("robbed", "viewer")
    stolen, own = room.signed_in("robbed", secret), room.signed_in("robbed", secret)
    _, text = room.visit("GET", "/console/people", own)
    room.visit("POST", "/console/out", own, form=form_of(text), everywhere="yes")
    assert "Sign in" in room.visit("GET", "/console/", stolen)[1]


def test_an_invitation_ends_after_a_day_and_a_new_one_ends_the_old_access(tmp_path: Path) -> None:
    now = [Instant(1_900_000_000_000)]
    people = People(tmp_path / "operators.db", lambda: now[0])
    word = people.invite("eve", "viewer")
    now[0] = Instant(now[0] + INVITED_FOR)
    assert people.welcome("eve", word) is None
    with pytest.raises(BadInput):
        people.invite("Not A Name", "viewer")
    people.close()
    assert (tmp_path / "operators.db").stat().st_mode & 0o077 == 0


def test_no_secret_lies_in_the_file_in_clear_but_the_codes(tmp_path: Path) -> None:
    people = People(tmp_path / "operators.db")
    word = people.invite("eve", "viewer")
    people.welcome("eve", word)
    people.close()
    raw = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert word.encode() not in raw


def test_acts_of_the_console_bear_the_persons_name(room: Room, ada: str) -> None:
    acts = [e.event for e in room.hub.store.events() if isinstance(e.event, OperatorAct)]
    assert {each.operator for each in acts} == {"ada"}


@pytest.fixture(scope="module")
def bea(room: Room) -> str:
    """Another editor, who signs in later: ada's session has ended meanwhile."""
    return room.signed_in("bea", room.joined("bea", "editor"))


PLANNED = {
    "components": "ld8-ups, ld8-feed", "starts": "2030-03-18T02:00", "ends": "2030-03-18T06:00", "impact": "outage",
    "summary": "We exchange a battery.",
}  # fmt: skip


def test_work_is_announced_and_called_off(room: Room, bea: str) -> None:
    _, text = room.visit("GET", "/console/planned", bea)
    found, text = room.visit("POST", "/console/planned", bea, form=form_of(text), **PLANNED)
    assert found.status == 303, text
    (work,) = room.inbox.works(room.now)
    assert work.subjects == ("ld8-ups", "ld8-feed")
    assert work.ends - work.starts == 4 * 3_600_000
    _, text = room.visit("GET", "/console/planned", bea)
    assert "We exchange a battery." in text
    room.visit("POST", "/console/planned/off", bea, form=form_of(text), work=work.id)
    assert room.inbox.works(room.now) == ()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("components", "no-such-thing", "no component"),
        ("components", "", "1 to 50"),
        ("starts", "tomorrow", "a date and time"),
        ("ends", "2030-03-18T01:00", "after the start"),
        ("ends", "2030-04-18T01:00", "14 days"),
        ("impact", "catastrophe", "outage"),
        ("summary", "hidden \u202e text", "U+202E"),
    ],
)
def test_work_that_cannot_be_meant_is_refused_and_nothing_typed_is_lost(
    room: Room, bea: str, field: str, value: str, words: str
) -> None:
    _, text = room.visit("GET", "/console/planned", bea)
    found, text = room.visit("POST", "/console/planned", bea, form=form_of(text), **{**PLANNED, field: value})
    assert found.status == 422
    assert words in unescape(text)
    assert field == "components" or "ld8-ups, ld8-feed" in text
    assert room.inbox.works(room.now) == ()
