"""The example of a subscriber's whole journey is sound, and says what its page says."""

from pathlib import Path

import pytest

from lightship.run.planning import Plan, read
from lightship.vocabulary.errors import BadInput
from tests.support.markdown import ROOT

EXAMPLE = ROOT / "docs/examples/journey.yaml"
SECRETS = {
    "PROBE_PASSWORD": "correct horse",
    "RADIUS_SECRET": "s",
    "SNMP_AUTH": "authentic",
    "SNMP_PRIV": "privately",
}


@pytest.fixture
def journey(monkeypatch: pytest.MonkeyPatch) -> Plan:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    return read(EXAMPLE)


def test_it_watches_every_step_and_each_address_family_on_its_own(journey: Plan) -> None:
    schemes = {each.check.scheme for each in journey.things}
    assert schemes == {
        "radius",
        "snmp",
        "path",
        "dns",
        "https",
        "web",
        "mail",
        "sips",
        "exec",
        "dialogue",
        "heartbeat",
    }
    names = [each.name for each in journey.things]
    assert "Website over IPv6" in names
    assert "Telephone" in names


def test_no_secret_stands_in_what_is_planned(journey: Plan) -> None:
    said = repr(journey)
    assert not any(value in said for value in SECRETS.values() if len(value) > 1)


def test_a_secret_that_is_not_there_is_named_with_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("SNMP_PRIV")
    with pytest.raises(BadInput, match="SNMP_PRIV") as raised:
        read(EXAMPLE)
    assert "secrets.priv" in raised.value.place


def test_a_step_that_is_wrong_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "lightship.yaml"
    file.write_text(
        "checks:\n- url: web://x.example\n  steps:\n  - {step: page, get: /}\n  - {step: page, gte: /}\n"
    )
    with pytest.raises(BadInput, match="unknown field `gte`") as raised:
        read(file)
    assert "lightship.yaml:5" in raised.value.place
