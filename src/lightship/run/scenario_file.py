"""Scenario files: YAML that people write, read into a `Scenario`. The format is in docs/reference/scenario.md.

It stands in `run` and not with the other files because only `run` knows the simulator.
"""

from pathlib import Path

import msgspec

from lightship.edges.files.map_file import FORMAT as MAP_FORMAT
from lightship.edges.files.map_file import MapLibrary, read_map
from lightship.edges.files.maps.findings import Finding, Findings
from lightship.edges.files.shipped import scenario_path
from lightship.edges.files.yaml_marks import Document, parse_yaml, read_yaml
from lightship.run.maps import library
from lightship.run.scenario_errors import complain
from lightship.simulate.offsets import Offset, parse_offset
from lightship.simulate.problems import late_deadlines, problems
from lightship.simulate.scenario import Scenario
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.time import parse_iso

FORMAT = "lightship-scenario/1"


def open_scenario(name_or_path: str) -> Scenario:
    """The shipped scenario of that name, or the one in the file at that path.

    Raises:
        BadInput: there is none, or it is not sound.
    """
    return load_scenario(scenario_path(name_or_path), library())


class Heading(msgspec.Struct, frozen=True):
    """The first lines of a scenario, for lists."""

    id: str
    title: str
    deployment: str
    path: str


def heading(path: Path) -> Heading:
    """What a scenario calls itself, without reading its map. Raises BadInput where it is no scenario."""
    document = read_yaml(path)
    try:
        return msgspec.convert({"path": str(path), **_mapping(document)}, Heading, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(str(path), str(error).replace("`", ""), "id, title and deployment") from None


def _mapping(document: Document) -> dict[str, object]:
    written = document.plain
    if not isinstance(written, dict) or written.get("schema") != FORMAT:
        found = repr(written["schema"]) if isinstance(written, dict) and "schema" in written else "no schema"
        raise BadInput(document.place(("schema",)), found, f"begin with `schema: {FORMAT}`")
    return dict(written)


def load_scenario(path: Path, maps: MapLibrary) -> Scenario:
    """Read a scenario and its map.

    Raises:
        BadInput: not sound; names everything that is wrong with file, line, column and path.
    """
    return read_scenario(read_yaml(path), path.parent, maps)


def doubts(path: Path, scenario: Scenario, maps: MapLibrary) -> tuple[Finding, ...]:
    """What may be right but should be looked at again: deadlines later than the targets, odd things in the map.

    What is odd about the map that it extends is left out: `lightship map check` tells of that.
    """
    document = read_yaml(path)
    findings = Findings(document)
    for late in late_deadlines(scenario):
        findings.warning(late.trail, late.found, late.would_do)
    odd = read_map(document.below("map"), path.parent, maps).warnings
    return (*findings.warnings, *(each for each in odd if not each.place.endswith(" map")))


def parse_scenario(text: str, maps: MapLibrary, file: str = "<text>") -> Scenario:
    """Read a scenario from a text; paths in it start from the current folder. Raises BadInput."""
    return read_scenario(parse_yaml(text, file), Path(), maps)


def read_scenario(document: Document, folder: Path, maps: MapLibrary) -> Scenario:
    """Read a scenario that stands in a document. Raises BadInput."""
    findings = Findings(document)
    written = _mapping(document)
    written["t0"] = _instant(written.get("t0"), findings)
    written["network"] = _network(document, written.pop("map", None), folder, maps, findings)
    findings.stop_if_wrong()
    scenario = _converted(written, findings)
    for problem in problems(scenario):
        findings.error(problem.trail, problem.found, problem.would_do)
    findings.stop_if_wrong()
    return scenario


def _instant(text: object, findings: Findings) -> int:
    try:
        return parse_iso(str(text))
    except ValueError:
        findings.error(("t0",), f"{text!r} is no instant", "write 2016-07-20T06:55:00Z or with +01:00")
        return 0


def _network(
    document: Document, written: object, folder: Path, maps: MapLibrary, findings: Findings
) -> NetworkMap | None:
    if not isinstance(written, dict):
        findings.error(("map",), "no map", f"`map:` with `map: {MAP_FORMAT}` and what the network is made of")
        return None
    return read_map(document.below("map"), folder, maps).network


def _converted(written: dict[str, object], findings: Findings) -> Scenario:
    try:
        # from_attributes lets the map through as it is: it was read by its own rules.
        return msgspec.convert(written, Scenario, dec_hook=_hook, from_attributes=True)
    except msgspec.ValidationError as error:
        complain(str(error), findings)
        findings.stop_if_wrong()
        raise


def _hook(wanted: type, value: object) -> object:
    assert wanted is Offset, f"{wanted} is not written in scenarios"
    return parse_offset(value)
