"""Reportable since when, will be at what time, or cannot tell: by the interval, never by its middle."""

from pathlib import Path

import msgspec
import pytest

from lightship.edges.files.obligations_file import obligations
from lightship.learn.obligations import standings
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.obligations import Obligation
from lightship.vocabulary.sources import ASSUMED, Estimate
from lightship.vocabulary.time import HOUR, MINUTE, Instant
from tests.support import fictional
from tests.support.fictional import START, at

LARGE = Obligation("large", "R", "w", "soon", ASSUMED, lines=100_000, minutes=60)
HOURS = Obligation("hours", "R", "w", "soon", ASSUMED, line_hours=300_000)


def incident(low: float | None, high: float | None, **changed: object) -> Incident:
    found = fictional.main_incident()
    scope = msgspec.structs.replace(found.scope, lines=Estimate("lines", None, low, high))
    return msgspec.structs.replace(found, scopes=(scope,), **changed)


def state(rule: Obligation, one: Incident, minutes: float) -> tuple[str, Instant | None]:
    (found,) = standings([rule], one, at(minutes))
    return found.state, found.at


LATEST = Instant(START + 3 * MINUTE)  # by when it had surely begun


def test_what_is_surely_large_is_met_once_it_has_surely_lasted() -> None:
    one = incident(120_000, 400_000)
    assert state(LARGE, one, 62) == ("will be met", Instant(LATEST + HOUR))
    assert state(LARGE, one, 64) == ("met", Instant(LATEST + HOUR))


def test_a_threshold_inside_the_interval_cannot_be_told() -> None:
    assert state(LARGE, incident(40_000, 400_000), 300)[0] == "cannot tell"
    assert state(LARGE, incident(None, None), 300)[0] == "cannot tell"


def test_what_is_surely_smaller_or_was_surely_shorter_is_not_met() -> None:
    assert state(LARGE, incident(1_000, 90_000), 300) == ("not met", None)
    short = incident(120_000, 400_000, status="resolved", service_restored_at=at(20), resolved_at=at(60))
    assert state(LARGE, short, 300) == ("not met", None)


def test_it_stays_met_when_fewer_are_hit_later() -> None:
    one = incident(120_000, 400_000)
    later = msgspec.structs.replace(one.scope, at=at(90), lines=Estimate("lines", None, 10, 20))
    assert state(LARGE, msgspec.structs.replace(one, scopes=(*one.scopes, later)), 300)[0] == "met"


def test_line_hours_add_up_and_are_foreseen() -> None:
    one = incident(100_000, 110_000)
    assert state(HOURS, one, 60) == ("will be met", Instant(LATEST + 3 * HOUR))
    found = state(HOURS, one, 4 * 60)
    assert found == ("met", Instant(LATEST + 3 * HOUR))


def test_a_share_is_enough_where_lines_are_not() -> None:
    quarter = Obligation("quarter", "R", "w", "soon", ASSUMED, lines=10**9, share=0.25)
    one = incident(10, 20)
    scope = msgspec.structs.replace(one.scope, share=Estimate("share of lines", 0.4, 0.3, 0.5))
    assert state(quarter, msgspec.structs.replace(one, scopes=(scope,)), 10)[0] == "met"


def test_what_was_no_outage_of_ours_obliges_to_nothing() -> None:
    assert state(LARGE, incident(10**6, 10**6, suppressed=True), 300) == ("not met", None)


def test_every_shipped_rule_has_a_source_and_a_date() -> None:
    for each in obligations():
        assert each.source.publisher
        assert each.source.as_of
        assert each.lines or each.share or each.line_hours


def test_a_rule_that_is_mistyped_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("rules:\n  - id: x\n    too: Ofcom\n")
    with pytest.raises(BadInput, match="3"):
        obligations(path)
