"""What every channel in the table promises: addresses in one form, rubbish refused, trouble out there an answer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lightship.edges.channels import BUILT_IN
from lightship.edges.channels.channel import Channel, Parcel, key_of, open_channel
from lightship.tell.outbox.words import Message, update_message
from lightship.vocabulary.errors import BadInput
from tests.support.letters import FEET, SETTINGS, update
from tests.support.nginx import free_port

NOWHERE = f"http://127.0.0.1:{free_port()}/"
OPTIONS: dict[str, dict[str, Any]] = {
    "email": {"sender": "status@lightship.example", "port": free_port()},
    "sms": {"url": NOWHERE, "private": True},
    "webhook": {"private": True},
    "apprise": {"destinations": {"ours": "env:LIGHTSHIP_TEST_APPRISE"}},
}
GOOD = {
    "email": "Ann.Smith@Example.ORG",
    "sms": "+44 7700 900123",
    "webhook": f"{NOWHERE}hook",
    "apprise": "ours",
}
HOSTILE = (
    "", " ", "x", "a@b", "a@example.org\r\nBcc: all@example.org", "a@example.org\nX: y", "=cmd|' /C calc'!A0",
    "a" * 5000, "\u202eann@example.org", "a b@example.org", "a@example.org,b@example.org", "<a@example.org>",
    "javascript:alert(1)", "file:///etc/passwd", "http://", "https://user:pass@example.org/", "https://example.org:25/",
    "+44", "+4477009001234567890", "\x00", "a@example.org\x00", "\uff41@example.org", "+\uff14\uff147700900123",
)  # fmt: skip


@pytest.fixture(params=BUILT_IN, scope="module")
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", autouse=True)
def secrets() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LIGHTSHIP_TEST_APPRISE", NOWHERE.replace("http:", "json:"))
        yield


@pytest.fixture(scope="module")
def channel(kind: str) -> Channel:
    return open_channel(kind, OPTIONS[kind], "channels[0]")


def message() -> Message:
    return update_message(update(), SETTINGS, FEET.network, update().at)


def test_an_address_has_one_form(channel: Channel, kind: str) -> None:
    found = channel.address(f"  {GOOD[kind]} ")
    assert channel.address(found) == found
    assert channel.domain(found)


@pytest.mark.parametrize("text", HOSTILE)
def test_rubbish_is_refused_and_not_repeated(channel: Channel, text: str) -> None:
    with pytest.raises(BadInput) as refused:
        channel.address(text)
    assert text.strip() == "" or len(text) < 4 or text not in str(refused.value)


def test_what_does_not_answer_is_tried_again(channel: Channel, kind: str) -> None:
    parcel = Parcel(key_of("a", 1, "ann", kind), channel.address(GOOD[kind]), message(), secret="whsec_AAAA")
    with channel.sender() as sender:
        # Apprise alone does not say whether anything left.
        assert sender.send(parcel).outcome == ("unknown" if kind == "apprise" else "again")


def test_unknown_options_are_refused_with_their_place(kind: str) -> None:
    with pytest.raises(BadInput, match=r"channels\[0\]"):
        open_channel(kind, {**OPTIONS[kind], "colour": "red"}, "channels[0]")


def test_options_stand_in_the_page(kind: str) -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "channels" / f"{kind}.md").read_text()
    channel = open_channel(kind, OPTIONS[kind], "channels[0]")
    missing = [
        each.name for each in msgspec.structs.fields(type(channel).options) if f"`{each.name}`" not in page
    ]
    assert missing == []


def test_a_kind_that_is_not_there_says_which_are() -> None:
    with pytest.raises(BadInput, match="known: apprise, email, sms, webhook"):
        open_channel("pigeon", {}, "channels[0]")


def test_keys_are_stable_unlike_each_other_and_say_nothing_of_the_subscriber() -> None:
    assert key_of("a", 1, "ann", "email") == key_of("a", 1, "ann", "email")
    keys = {
        key_of(i, n, s, c) for i in "ab" for n in (1, 2) for s in ("ann", "bob") for c in ("email", "sms")
    }
    assert len(keys) == 16
    assert not any("ann" in each for each in keys)
