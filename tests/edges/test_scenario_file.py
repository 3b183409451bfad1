"""Scenario files: what is wrong is named with file, line, path, what was found and what would do."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import get_args

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lightship.edges.files.shipped import shipped_scenarios
from lightship.edges.files.yaml_marks import parse_yaml
from lightship.run.maps import library
from lightship.run.scenario_file import doubts, heading, load_scenario, open_scenario, parse_scenario
from lightship.simulate.background import LocalFault, Rumour
from lightship.simulate.modes import MODES
from lightship.simulate.scenario import NeverRule, Scenario
from lightship.simulate.signals import signals
from lightship.simulate.targets import TARGETS
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.signals import Report
from lightship.vocabulary.time import parse_iso
from tests.support.markdown import ROOT

SOUND = """\
schema: lightship-scenario/1
id: tiny
title: A mast is out
deployment: provider
t0: 2024-05-14T10:00:00+01:00
tz: Europe/London
seed: 3
start: -1h30m
end: 2h
map:
  map: lightship-map/1
  id: tiny
  provider: Tiny
  places: uk
  services:
    - {id: broadband, name: broadband, lines: 5000, areas: ["01904", "01270"], needs: [core]}
  components:
    - {id: core, kind: core}
  probes:
    - {vantage: v, network: n, target: "https://x.example", service: broadband, via: [core]}
faults:
  - {at: 0s, until: 22m, node: core, mode: partial, fraction: 0.5}
background:
  - {at: 0s, until: 1h, kind: local_fault, area: "01904", lines: 40}
  - {at: 10m, kind: rumour, factor: 3, services: [broadband]}
reports:
  log10_ratio: {mean: -2, sd: 0}
  by_service: {broadband: {mean: -2, sd: 0.1}}
truth:
  - {question: down, kind: assumed, spans: [{from: 0s, until: 22m, answer: "yes"}]}
  - {question: why, kind: none}
deadlines: {down: 2m}
never: [name_a_town_as_centre]
"""
MOVE = "{at: 0s, act: reroute, target: core, success: 1}"


def read(text: str) -> Scenario:
    return parse_scenario(text, library(), "tiny.yaml")


def refused(text: str) -> str:
    with pytest.raises(BadInput) as found:
        read(text)
    return str(found.value)


def test_a_sound_file_is_read_as_written() -> None:
    found = read(SOUND)
    assert found.t0 == parse_iso("2024-05-14T09:00:00Z")
    assert (found.start, found.end) == (-90 * 60_000, 120 * 60_000)
    assert found.faults[0].hit == ("core",)
    assert found.faults[0].until == 22 * 60_000
    assert isinstance(found.background[0], LocalFault)
    assert isinstance(found.background[1], Rumour)
    assert found.network.provider == "Tiny"
    assert found.truth[0].spans[0].answer == "yes"
    assert found.truth[0].at(5 * 60_000) is found.truth[0].spans[0]
    assert found.truth[0].at(22 * 60_000) is None
    assert found.deadlines == {"down": 120_000}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("schema: lightship-scenario/1", "schema: lightship-scenario/9", r"tiny.yaml:1:\d+ schema: 'lightship-scen"),
        ("schema: lightship-scenario/1\n", "", r"tiny.yaml:1:1 schema: no schema; begin with"),
        ("t0: 2024-05-14T10:00:00+01:00", "t0: 2024-05-14", r"tiny.yaml:5:5 t0: .* is no instant; write 2016"),
        ("t0: 2024-05-14T10:00:00+01:00\n", "", r"t0: .*None.* is no instant"),
        ("at: 0s, until: 22m, node", "at: soon, until: 22m, node", r"faults\[0\].at: 'soon' is no span"),
        ("start: -1h30m", "start: 90", r"tiny.yaml:8:8 start: 90 is no span of time; write a span such as 22m"),
        ("mode: partial", "mode: half", r"faults\[0\].mode: Invalid enum value 'half'; one of dead, partial"),
        ("mode: partial", "mode: parts", r"faults\[0\].mode: Invalid enum value 'parts'; did you mean partial"),
        ("mode: partial", "mood: partial", r"faults\[0\].mood: unknown field 'mood'"),
        ("node: core", "node: coer", r"faults\[0\].node: no component 'coer'; did you mean core\?"),
        ("node: core, ", "", r"faults\[0\]: a fault of nothing; `node: ID`"),
        ("until: 22m, node", "until: -1m, node", r"faults\[0\].until: until -1m, from 0s; an end after it"),
        ("fraction: 0.5", "fraction: 5", r"faults\[0\].fraction: 5; a share from 0 to 1"),
        ("fraction: 0.5", "fraction: half", r"faults\[0\].fraction: Expected float, got str"),
        ('area: "01904", lines: 40', 'area: "0190", lines: 40', r"background\[0\].area: no broadband in area '0190'"),
        ('area: "01904", lines: 40', "area: 1904, lines: 40", r"background\[0\].area: Expected str, got int; quote it"),
        ("kind: local_fault", "kind: locale_fault", r"background\[0\].*: Invalid value 'locale_fault'"),
        ("by_service: {broadband", "by_service: {bradband", r"by_service.bradband: no service with lines 'bradband'"),
        ("mean: -2, sd: 0}", "mean: 2, sd: 0}", r"reports.log10_ratio.mean: 2; from -9 to 0"),
        ("factor: 3", "factor: 0.5", r"background\[1\].factor: 0.5; from 1 to 1000"),
        ("seed: 3", "seed: -3", r"tiny.yaml:7:7 seed: -3; from 0 to"),
        ("lines: 5000", "lines: 9000000000", r"reports.log10_ratio: up to .* reports if all are hit; 2e\+07 at most"),
        ("reports:\n", "reports:\n  baseline_per_million_lines_per_15min: -1\n", r"15min: -1; from 0 to 10000"),
        ("22m, node", "9999999d, node", r"is longer than 3650 days; write a span"),
        ("tz: Europe/London", "tz: Europe", r"tiny.yaml:6:5 tz: no zone 'Europe'"),
        ("tz: Europe/London", "tz: Europe/Londres", r"tiny.yaml:6:5 tz: no zone 'Europe/Londres'"),
        ("end: 2h", "end: -2h", r"start: a run from -1h30m to -2h; a start at or before t0"),
        ("end: 2h", "end: 90d", r"end: a run of 90d1h30m; 60 days at most"),
        ("question: why, kind: none", "question: why, kind: none, spans: [{answer: x}]", r"truth\[1\].spans: spans"),
        ("question: down, kind: assumed", "question: down, kind: sourced", r"truth\[0\].source: a sourced truth"),
        ("question: why", "question: down", r"truth\[1\].question: down again"),
        ("question: why, kind: none", "question: who, kind: none", r"truth\[1\].question: Invalid enum value 'who'"),
        ("deadlines: {down: 2m}", "deadlines: {up: 2m}", r"deadlines: Invalid enum value 'up'; one of down"),
        ("deadlines: {down: 2m}", "deadlines: {down: -2m}", r"deadlines.down: a deadline of -2m; 0s or more"),
        ("never: [name", "never: [name_a_town_as_centre, name", r"never\[1\]: name_a_town_as_centre again"),
        ("seed: 3", "seed: three", r"tiny.yaml:7:7 seed: Expected int, got str"),
        ("title:", "titel:", r"tiny.yaml:3:8 titel: unknown field 'titel'; did you mean title\?"),
        ("kind: core}", "kind: cor}", r"map.components\[0\].kind: no kind 'cor'; did you mean core\?"),
        ("map:\n  map: lightship-map/1", "mop:\n  map: lightship-map/1", r"map: no map; `map:` with"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_place_and_remedy(old: str, new: str, said: str) -> None:
    assert old in SOUND
    assert re.search(said, refused(SOUND.replace(old, new, 1))), refused(SOUND.replace(old, new, 1))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("interventions: [{at: 0s, act: reroute, target: cor, success: 1}]", r"no component 'cor'; did you mean core"),
        (
            f"interventions: [{MOVE}, {MOVE}]",
            r"interventions\[1\].target: a second move away from core",
        ),
        ("probes: {every: 0s}", r"probes.every: 0s; 1s or more"),
        ("probes: {trouble: [{vantage: w, at: 0s, until: 1m}]}", r"probes.trouble\[0\].vantage: no vantage 'w'"),
        ("feeds: [{at: 0s, feed: f, subject: cor, kind: power-lost}]", r"feeds\[0\].subject: no component 'cor'"),
        (
            "feeds: [{at: 0s, feed: f, subject: core, kind: power-lost, names_publicly: true}]",
            r"feeds\[0\].url: a public naming without an address",
        ),
        ("passive: [{service: broadband, noise: -1}]", r"passive\[0\].noise: -1; from 0 to 10"),
        ("passive: [{service: tv}]", r"passive\[0\].service: no service with lines 'tv'"),
    ],
)  # fmt: skip
def test_the_rarer_sections_are_checked_too(more: str, said: str) -> None:
    assert re.search(said, refused(f"{SOUND}{more}\n")), refused(f"{SOUND}{more}\n")


def test_outsiders_have_no_counts() -> None:
    text = (
        SOUND.replace("deployment: provider", "deployment: outsiders") + "passive: [{service: broadband}]\n"
    )
    assert "counts that outsiders do not have" in refused(text)


def test_truths_name_what_is_on_the_map() -> None:
    truth = (
        '{question: services, kind: assumed, spans: [{items: [brodband]}, {from: 5m, items: ["broadband"]}]}'
    )
    found = refused(SOUND.replace("{question: why, kind: none}", truth))
    assert "truth[1].spans[0].items[0]: no service 'brodband'; did you mean broadband?" in found
    assert "truth[1].spans[1].from: a span inside the one before" in found


def test_everything_wrong_is_said_at_once() -> None:
    found = refused(SOUND.replace("node: core", "node: coer").replace("fraction: 0.5", "fraction: 5"))
    assert "2 problems" in found


@pytest.mark.parametrize("text", ["", "[]", "just words", "schema: lightship-scenario/1\n"])
def test_what_is_no_scenario_is_refused(text: str) -> None:
    assert "tiny.yaml" in refused(text)


def test_a_late_deadline_is_a_warning_in_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SOUND.replace("deadlines: {down: 2m}", "deadlines: {down: 20m}"))
    warnings = doubts(path, load_scenario(path, library()), library())
    assert [str(each).split(" ", 1)[1] for each in warnings] == [
        "deadlines.down: 20m after onset; 2m at most (provider)"
    ]


def test_a_deadline_that_nothing_promises_is_doubted(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SOUND.replace("deadlines: {down: 2m}", "deadlines: {next_risk: 20m}"))
    (warning,) = doubts(path, load_scenario(path, library()), library())
    assert "nothing is promised to provider" in str(warning)


def test_a_shipped_scenario_is_opened_by_name_and_others_by_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SOUND)
    assert open_scenario(str(path)).id == "tiny"
    assert open_scenario("google-2020-12-14").id == "google-2020-12-14"
    with pytest.raises(BadInput, match="no scenario of that name"):
        open_scenario("no-such-outage")


def test_a_heading_is_read_without_the_map(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(SOUND.replace("kind: core}", "kind: nonsense}"))
    assert heading(path).title == "A mast is out"
    path.write_text("schema: lightship-scenario/1\nid: x\n")
    with pytest.raises(BadInput, match="id, title and deployment"):
        heading(path)


ODD: tuple[object, ...] = (
    None,
    [],
    {},
    "",
    -1,
    0,
    1e300,
    -1e300,
    "x",
    True,
    10**18,
    "9" * 400 + "d",
    [None],
    {"a": 1},
)


def altered(value: object, trail: tuple[str | int, ...], new: object) -> object:
    """The document with the value at a trail replaced."""
    if not trail:
        return new
    step, rest = trail[0], trail[1:]
    if isinstance(value, dict):
        return {key: altered(each, rest, new) if key == step else each for key, each in value.items()}
    assert isinstance(value, list)
    return [altered(each, rest, new) if n == step else each for n, each in enumerate(value)]


def trails(value: object) -> Iterator[tuple[str | int, ...]]:
    """Every value of a document, outermost first."""
    yield ()
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in inside:
        yield from ((step, *rest) for rest in trails(each))


WHOLE = parse_yaml(SOUND).plain


@settings(max_examples=80)
@given(st.sampled_from(list(trails(WHOLE))), st.sampled_from(ODD))
def test_whatever_stands_there_it_is_read_or_refused_and_what_is_read_can_run(
    trail: tuple[str | int, ...], new: object
) -> None:
    text = yaml.safe_dump(altered(WHOLE, trail, new), allow_unicode=True)
    try:
        found = read(text)
    except BadInput:
        return
    if found.end - found.start < 7 * 86_400_000:
        assert list(islice(signals(found), 10)) is not None


PAGE = (ROOT / "docs" / "reference" / "scenario.md").read_text()


def test_the_example_of_the_page_is_sound_and_runs() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    found = read(example)
    assert any(isinstance(each, Report) for each in signals(found))


def test_the_page_knows_every_mode_rule_deadline_and_kind() -> None:
    names = (*MODES, *get_args(NeverRule), *TARGETS["provider"], *TARGETS["outsiders"])
    kinds = ("local_fault", "rumour", "neighbour_outage", "attack")
    assert [name for name in (*names, *kinds) if f"`{name}`" not in PAGE] == []
    assert [path.stem for path in shipped_scenarios() if f"`{path.stem}`" not in PAGE] == []
