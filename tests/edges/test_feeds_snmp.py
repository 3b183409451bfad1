"""Counts out of a real SNMP agent, and real traps: what is understood, and what is not believed."""

import asyncio
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from lightship.edges.feeds.feed import About, Malformed, Measures, kind
from lightship.edges.feeds.snmp import Device, Options, Snmp
from lightship.vocabulary.errors import BadInput
from tests.support.feeds import NOW, Ear, made
from tests.support.places import open_folder
from tests.support.serving import free_udp_port
from tests.support.snmpd import COMMUNITY, SESSIONS, TABLE, Snmpd

REAL = pytest.mark.needs("snmpd", "snmp")


@pytest.fixture(scope="module")
def agent() -> Iterator[Snmpd]:
    with pytest.MonkeyPatch.context() as patch, open_folder() as folder:
        patch.setenv("SNMP_PERSISTENT_DIR", str(folder / "kept"))
        patch.setenv("DEVICE_COMMUNITY", COMMUNITY)
        made = Snmpd(folder)
        made.start()
        yield made
        made.stop()


def counted(*devices: tuple[str, str]) -> tuple[dict[str, float], tuple[str, ...]]:
    rows = [Device(url, area, "env:DEVICE_COMMUNITY") for url, area in devices]
    feed = cast("Measures", Snmp(Options("sessions", "broadband", rows), About({})))
    heard = asyncio.run(feed.measure(NOW))
    assert all(each.at == NOW for each in heard.counts)
    return {str(each.area): each.value for each in heard.counts}, heard.left_out


@REAL
def test_the_devices_of_an_area_are_added_up_and_rows_may_be_what_counts(agent: Snmpd) -> None:
    at = f"snmp://127.0.0.1:{agent.port}"
    sums, left_out = counted(
        (f"{at}/{SESSIONS}", "01603"), (f"{at}/{TABLE}?count=rows", "01603"), (f"{at}/{SESSIONS}", "01493")
    )
    assert (sums, left_out) == ({"01603": 4714.0, "01493": 4711.0}, ())


@REAL
def test_an_area_of_which_one_device_is_silent_is_not_counted_and_none_at_all_is_trouble(
    agent: Snmpd,
) -> None:
    at, broken = f"snmp://127.0.0.1:{agent.port}", f"snmp://127.0.0.1:{agent.port}/1.3.6.1.4.1.1.1"
    sums, left_out = counted((f"{at}/{SESSIONS}", "01603"), (broken, "01603"), (f"{at}/{SESSIONS}", "01493"))
    assert sums == {"01493": 4711.0}, "half of an area's devices would look like a fall"
    assert left_out[0].startswith("area 01603: 127.0.0.1: wrong-answer")
    with pytest.raises(Malformed, match="wrong-answer"):
        counted((broken, "01603"))


def test_a_device_that_is_no_address_of_snmp_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEVICE_COMMUNITY", "x")
    with pytest.raises(BadInput, match=r"options\.devices\[0\]"):
        counted(("https://example.org", "01603"))


def trap(version: str, *words: str, community: str = "public") -> bytes:
    """What Debian's snmptrap sends."""
    port = free_udp_port()
    with socket.socket(type=socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", port))
        ear.settimeout(5)
        told = ["snmptrap", "-v", version, "-c", community, f"127.0.0.1:{port}", *words]
        subprocess.run(told, check=True, capture_output=True, timeout=10)
        return ear.recv(8192)


UPS = "1.3.6.1.2.1.33.2.1"


@pytest.fixture(scope="module")
def on_battery() -> bytes:
    return trap("2c", "", UPS, "1.3.6.1.2.1.33.1.2.3.0", "i", "12")


@REAL
def test_a_ups_on_battery_is_a_word_about_the_device_that_sends(tmp_path: Path, on_battery: bytes) -> None:
    ear = Ear(tmp_path, made("traps", {"192.0.2.7": "ups-4"}))
    for sender in ("192.0.2.7", "192.0.2.7", "192.0.2.99"):
        counted = ear.hearing.take(ear.feed.read(on_battery, NOW, sender), NOW)
    assert ear.words == [("ups-4", "on-battery")]
    assert counted.left_out == (f"device 192.0.2.99 means nothing to us: trap {UPS}",)


@REAL
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("1.3.6.1.4.1.318", "192.0.2.7", "6", "9", ""), ["power-restored"]),
        (("", "192.0.2.7", "2", "0", ""), ["equipment-alarm"]), (("1.3.6.1.4.1.9", "192.0.2.7", "6", "1", ""), []),
    ],
)  # fmt: skip
def test_traps_of_version_1_name_their_device(
    tmp_path: Path, words: tuple[str, ...], said: list[str]
) -> None:
    ear = Ear(tmp_path, made("traps", {"192.0.2.7": "ups-4"}))
    ear.take(trap("1", *words))
    assert [each for _, each in ear.words] == said


@REAL
def test_a_trap_of_another_community_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, on_battery: bytes
) -> None:
    monkeypatch.setenv("TRAPS", "not-public")
    feed = made("traps", {"*": "ups-4"}, community="env:TRAPS")
    with pytest.raises(Malformed, match="community") as error:
        feed.read(on_battery, NOW, "192.0.2.7")
    assert "public" not in str(error.value)


@REAL
def test_a_trap_that_is_cut_or_changed_is_malformed_or_says_nothing(on_battery: bytes) -> None:
    feed = made("traps", {"*": "ups-4"})
    for end in range(len(on_battery)):
        with pytest.raises(Malformed):
            feed.read(on_battery[:end], NOW, "192.0.2.7")
    with pytest.raises(Malformed, match="version"):
        feed.read(on_battery.replace(b"\x02\x01\x01", b"\x02\x01\x03", 1), NOW)


def test_both_kinds_are_in_the_table() -> None:
    assert kind("snmp", "").ways == ("measure",)
    assert kind("traps", "").ways == ("listen",)
