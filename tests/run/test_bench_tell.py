"""The faults of `bench tell`, small: what it would call broken breaks here first. The long form is the soak."""

import pytest

from lightship.run.benches.measured import Measured
from lightship.run.benches.tell import faults
from lightship.run.benches.tell.bars import postfix, rows
from lightship.run.benches.tell.faults import DOUBLED


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "PEOPLE", 20)


def sound(found: Measured) -> Measured:
    assert found.figure == 0.0, found
    return found


def test_killed_workers_lose_no_letter_and_each_has_one_message_id() -> None:
    found = sound(faults.killed_mail(4))
    assert found.beside["Message-IDs at the receiver"] == found.beside["rows sent"] == 220
    assert DOUBLED in found.beside
    assert " 4 kills" in found.what


def test_killed_workers_send_no_text_message_twice_and_show_the_doubts() -> None:
    found = sound(faults.killed_texts(4))
    assert float(found.beside["arrived"]) + float(found.beside["shown as unknown"]) >= 60


def test_a_black_hole_a_moody_relay_and_a_silent_gateway() -> None:
    hole = sound(faults.black_hole())
    assert (hole.beside["first words"], hole.beside["last words"], hole.beside["rows superseded"]) == (
        40,
        40,
        440,
    )
    assert sound(faults.moods()).beside["refused for good"] == 20
    assert sound(faults.silent_gateway()).beside["rows unknown"] == 40


def test_rows_are_planned_written_and_claimed() -> None:
    fan_out, claims = (each for _, each in rows(600))
    assert fan_out.beside["rows"] == 600
    assert claims.figure is not None
    assert claims.figure > 0


@pytest.mark.needs("postfix", "namespaces")  # as root
def test_a_real_postfix_takes_each_letter_once() -> None:
    found = postfix(120)
    assert found.beside["Message-IDs, by Postfix's log"] == found.beside["sent, by our count"] == 120
    assert found.beside["taken twice"] == 0


@pytest.mark.soak
def test_two_hundred_kills(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "PEOPLE", 400)
    sound(faults.killed_mail(200))
    sound(faults.killed_texts(200))
