"""SNMP against a real agent: counts, words and tables, versions 2c and 3, refused and silent."""

from collections.abc import Iterator
from typing import Any

import pytest

from lightship.edges.probes.address import check
from lightship.edges.probes.probe import Result, Secret
from lightship.edges.probes.snmp import oid
from lightship.vocabulary.errors import BadInput
from tests.support.measuring import measure
from tests.support.places import open_folder
from tests.support.snmpd import AUTH, COMMUNITY, PRIV, SESSIONS, STATE, TABLE, USER, Snmpd

REAL = pytest.mark.needs("snmpd")
THIRD = {"secrets": {"auth": Secret(AUTH), "priv": Secret(PRIV)}}


@pytest.fixture(scope="module")
def agent() -> Iterator[Snmpd]:
    with pytest.MonkeyPatch.context() as patch, open_folder() as folder:
        patch.setenv("SNMP_PERSISTENT_DIR", str(folder / "kept"))
        made = Snmpd(folder)
        made.start()
        yield made
        made.stop()


def ask(agent: Snmpd, path: str, user: str = "", **options: Any) -> Result:
    own = {} if user else {"secret": Secret(COMMUNITY)}
    return measure(f"snmp://{user and user + '@'}127.0.0.1:{agent.port}/{path}", **{**own, **options})


@REAL
def test_a_count_is_a_figure_over_version_2c_and_over_version_3(agent: Snmpd) -> None:
    second, third = ask(agent, SESSIONS), ask(agent, SESSIONS, USER, **THIRD)
    assert second.figures == third.figures == {"value": 4711.0}
    assert (second.up, third.up) == (True, True)


@REAL
@pytest.mark.parametrize(
    ("path", "up"),
    [(f"{SESSIONS}?least=4000&most=5000", True), (f"{SESSIONS}?least=5000", False), (f"{STATE}?expect=working", True),
     (f"{STATE}?expect=broken", False), (f"{STATE}?least=1", False), ("sysName?expect=box", True)],
)  # fmt: skip
def test_values_are_judged_by_limits_and_words(agent: Snmpd, path: str, up: bool) -> None:
    result = ask(agent, path)
    assert (result.up, result.failure) == (up, None if up else "wrong-answer")


@REAL
def test_the_rows_of_a_table_are_counted(agent: Snmpd) -> None:
    result = ask(agent, f"{TABLE}?count=rows&least=3", USER, **THIRD)
    assert (result.up, result.figures) == (True, {"value": 3.0})


@REAL
def test_what_the_device_does_not_know_is_a_wrong_answer(agent: Snmpd) -> None:
    result = ask(agent, "1.3.6.1.2.1.99.1.0")
    assert (result.stage, result.failure) == ("answer", "wrong-answer")


@REAL
@pytest.mark.parametrize("wrong", ["auth", "priv", "user"])
def test_whoever_is_not_let_in_is_told_so_in_version_3(agent: Snmpd, wrong: str) -> None:
    secrets = {**THIRD["secrets"], wrong: Secret("other words")} if wrong != "user" else THIRD["secrets"]
    result = ask(agent, SESSIONS, "eve" if wrong == "user" else USER, secrets=secrets, timeout=1.0)
    assert not result.up
    assert result.failure == ("timeout" if wrong == "priv" else "login-refused")
    assert "other words" not in str(result)


@REAL
def test_a_wrong_community_meets_silence_and_the_detail_says_so(agent: Snmpd) -> None:
    result = ask(agent, SESSIONS, secret=Secret("guess"), timeout=0.6)
    assert (result.stage, result.failure) == ("answer", "timeout")
    assert "community" in result.detail


def test_names_stand_for_figures() -> None:
    assert oid(check("snmp://x/ifOperStatus.3", secret=Secret("c"))) == "1.3.6.1.2.1.2.2.1.8.3"
    assert oid(check("snmp://x/.1.3.6.1", secret=Secret("c"))) == "1.3.6.1"


@pytest.mark.parametrize(
    ("address", "options", "said"),
    [
        ("snmp://x/1.3.6.1", {}, "no community"),
        ("snmp://ann@x/1.3.6.1", {}, "without a password"),
        ("snmp://ann@x/1.3.6.1", {"secrets": {"auth": Secret("short")}}, "less than 8"),
        ("snmp://x/", {"secret": Secret("c")}, "no object"),
        ("snmp://x/ifSpeeds.1", {"secret": Secret("c")}, "is no object"),
        ("snmp://x/1.3?least=many", {"secret": Secret("c")}, "a number"),
    ],
)
def test_what_cannot_be_asked_is_refused(address: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        check(address, **options)
