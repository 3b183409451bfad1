"""What is said stays true where evidence is thin: classes without a building, incidents that grew, small changes."""

import msgspec

from lightship.tell.naming import class_words
from lightship.tell.where import told_scope
from lightship.vocabulary.alarms import AffectedArea
from lightship.vocabulary.components import Component, ComponentId, Gate, Need
from lightship.vocabulary.diagnosis import Belief
from lightship.vocabulary.incidents import Scope
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.sources import Estimate
from tests.core.outage import BROADBAND, FEET, LD8, VOICE, Desk, alarm, diagnosis, minute, national

POWER = diagnosis("ld8", *LD8, category="power")


def test_a_class_without_a_building_is_told_by_what_is_down_whichever_member_failed() -> None:
    def one(name: str, kind: str, *needs: str) -> Component:
        gates = tuple(Gate((Need(ComponentId(each), 1.0),)) for each in needs)
        return Component(ComponentId(name), kind, name, gates)  # type: ignore[arg-type]

    parts = (one("feed", "power-feed"), one("metro", "metro", "feed"), one("duct", "duct"))
    network = msgspec.structs.replace(FEET.network, components=parts)

    def words(*beliefs: tuple[str, float]) -> str:
        found = diagnosis(beliefs[0][0], *(name for name, _ in beliefs))
        found = msgspec.structs.replace(found, beliefs=tuple(Belief(*each) for each in beliefs))
        return class_words(found, network)

    assert words(("feed", 0.6), ("metro", 0.4)) == "equipment that joins several exchanges"
    assert words(("feed", 0.95), ("metro", 0.05)) == "a power supply"
    assert words(("feed", 0.6), ("duct", 0.4)) == "a power supply or a cable route"
    assert words(("feed", 0.97), ("duct", 0.03)) == "a power supply"


def test_when_it_is_over_the_most_that_was_hit_is_told_and_not_the_first() -> None:
    first = Scope(minute(4), (VOICE,), (_hit(VOICE, "0113"),), False, 9, _lines(4e3), Estimate("share", 0.04))
    later = Scope(
        minute(9), (BROADBAND, VOICE), (_hit(BROADBAND, "0113"), _hit(VOICE, "0113")), False, 9, _lines(9e4),
        Estimate("share", 0.04),
    )  # fmt: skip
    desk = Desk()
    desk.tick(minute(6), (alarm("v", ["0113"], VOICE),))
    closed = msgspec.structs.replace(desk.incidents[0], status="resolved", scopes=(first, later))
    assert told_scope(closed).services == (BROADBAND, VOICE)


def _hit(service: ServiceId, area: str) -> AffectedArea:
    return AffectedArea(service, AreaId(area), "affected")


def _lines(value: float) -> Estimate:
    return Estimate("lines", value, value / 2, value * 2)


def test_no_change_is_only_said_where_the_headline_stands() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(share=(0.1, 0.05, 0.2)),), (POWER,))
    for number in range(7, 35):
        desk.tick(minute(number), (national(share=(0.07, 0.035, 0.14)),), (POWER,))
    first, second = desk.updates
    assert first.headline != second.headline
    assert second.at == minute(34)
    assert "No change since" not in second.text
