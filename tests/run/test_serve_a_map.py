"""`serve` on an operator's own map: which probes are ours, and what is wrong with a file that does not fit its map."""

from pathlib import Path

import pytest

from lightship.run.planning import Plan, read
from lightship.vocabulary.errors import BadInput

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "small-map.yaml"


def planned(folder: Path, text: str) -> Plan:
    """The plan of a configuration beside a copy of the example map."""
    (folder / "network.yaml").write_text(EXAMPLE.read_text())
    (folder / "lightship.yaml").write_text(text)
    return read(folder / "lightship.yaml")


def test_a_vantage_measures_its_own_probes_and_its_own_controls(tmp_path: Path) -> None:
    plan = planned(tmp_path, "map: network.yaml\nvantage: friend\n")
    assert [each.check.address for each in plan.things] == ["https://www.wherry.example"]
    assert [each.address for each in plan.controls] == ["https://control.example"]
    assert {each.vantage for each in plan.duties} == {"friend"}
    assert plan.network.provider == "Wherry Broadband"


def test_an_entry_of_the_file_says_how_a_probe_of_the_map_is_made(tmp_path: Path) -> None:
    plan = planned(
        tmp_path,
        "map: network.yaml\nvantage: office\n"
        "checks:\n- {url: 'https://beyond-peering.example', every: 5, timeout: 2}\n",
    )
    made = {each.check.address: (each.every, each.check.timeout) for each in plan.duties}
    assert made["https://beyond-peering.example"] == (5.0, 2.0)
    assert made["https://beyond-transit.example"] == (20.0, 8.0)


def test_a_made_up_map_may_be_served_too(tmp_path: Path) -> None:
    (tmp_path / "lightship.yaml").write_text("map: national-modern\nvantage: nobody\n")
    with pytest.raises(BadInput, match="no vantage 'nobody'; vantage: one of"):
        read(tmp_path / "lightship.yaml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("map: network.yaml\n", "which vantage of the map is this machine\\?; vantage: one of office, friend"),
        ("map: network.yaml\nvantage: roof\n", "lightship.yaml:2:10 vantage: the map has no vantage 'roof'"),
        ("map: nowhere.yaml\nvantage: office\n", "nowhere.yaml: no such file"),
        ("map: network.yaml\nvantage: office\nprovider: X\n", "provider stands in the map"),
        ("vantage: office\nchecks: [https://a.example]\n", "a vantage without a map"),
        ("map: network.yaml\nvantage: office\nchecks: [https://a.example]\n", "no probe of the map measures https://a"),
    ],
)  # fmt: skip
def test_a_file_that_does_not_fit_its_map_says_where(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        planned(tmp_path, text)
