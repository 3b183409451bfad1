"""Map files: YAML that people write, read into a `NetworkMap`. The format is in docs/reference/map.md."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lightship.edges.files.maps import decoding
from lightship.edges.files.maps.checks import check_cycles, check_mentions, check_removals
from lightship.edges.files.maps.doubts import doubt
from lightship.edges.files.maps.draft import Draft
from lightship.edges.files.maps.findings import Finding, Findings, did_you_mean
from lightship.edges.files.maps.forms import (
    AccessForm,
    BaseForm,
    ComponentForm,
    FeedForm,
    HeadForm,
    ProbeForm,
    ServiceForm,
)
from lightship.edges.files.maps.gates import Gates
from lightship.edges.files.maps.sections import add_components, add_feeds, add_probes
from lightship.edges.files.maps.sources_named import BUILT_IN
from lightship.edges.files.maps.usage import add_access, add_services
from lightship.edges.files.maps.writing import FORMAT, to_yaml
from lightship.edges.files.yaml_marks import Document, read_yaml
from lightship.vocabulary.components import Brand, ComponentId, NetworkMap
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.map_version import versioned
from lightship.vocabulary.places import PlaceTree
from lightship.vocabulary.sources import ASSUMED, Source

__all__ = ["FORMAT", "LoadedMap", "MapLibrary", "load_map", "read_map", "to_yaml"]

DEEPEST = 8
"""Files that extend files that extend files ..."""


class MadeMap(Protocol):
    """A generator of base maps."""

    def __call__(self, places: PlaceTree, seed: int, lines: int | None) -> NetworkMap:
        """The map of that seed; `lines` None: its own default."""
        ...


@dataclass(frozen=True)
class MapLibrary:
    """What a map file may name besides other map files.

    Args:
        places: the place tree of that name ("uk") or in the file of that path, relative to a folder.
        made: base maps that a generator makes, by name ("national-modern").
    """

    places: Callable[[str, Path], PlaceTree]
    made: Mapping[str, MadeMap]


@dataclass(frozen=True)
class LoadedMap:
    """A sound map, and what one should look at again."""

    network: NetworkMap
    warnings: tuple[Finding, ...]


def load_map(path: Path, library: MapLibrary) -> LoadedMap:
    """Read a map file.

    Raises:
        BadInput: not sound; a `MapRefused` names everything that is wrong with file, line, column and path.
    """
    return read_map(read_yaml(path), path.parent, library, (path.resolve(),))


def read_map(
    document: Document, folder: Path, library: MapLibrary, above: tuple[Path, ...] = ()
) -> LoadedMap:
    """Read a map that stands in a document, alone or as a part of it (a scenario's `map:`).

    Args:
        folder: what relative paths in it start from.
        above: files that are being read and extend this one, to notice a circle.

    Raises:
        BadInput: as `load_map`.
    """
    findings = Findings(document)
    head = decoding.head(findings)
    if head is None or head.map != FORMAT:
        if head is not None:
            findings.error(("map",), f"the format {head.map!r}", f"`map: {FORMAT}`")
        findings.stop_if_wrong()
    assert head is not None, "a head of the wrong shape was refused above"
    base = _base(head, folder, library, findings, above)
    places = base.places if base and head.places is None else _places(head, folder, library, findings)
    draft = Draft.of(base)
    provider = head.provider or (base.provider if base else "")
    _fill(draft, head, provider, places, findings)
    findings.stop_if_wrong()
    network = _network(head, provider, base, draft, places)
    doubt(network, draft, findings)
    return LoadedMap(network, findings.warnings)


def _base(
    head: HeadForm, folder: Path, library: MapLibrary, findings: Findings, above: tuple[Path, ...]
) -> NetworkMap | None:
    if head.extends is None:
        return None
    wanted = BaseForm(head.extends) if isinstance(head.extends, str) else head.extends
    if wanted.base in library.made:
        places = _places(head, folder, library, findings)
        return library.made[wanted.base](places, wanted.seed, wanted.lines)
    path = folder / wanted.base
    if not path.is_file():
        names = ", ".join(library.made)
        hint = did_you_mean(wanted.base, library.made, f"{names}, or the path of a map file")
        findings.error(("extends",), f"no map {wanted.base!r}", hint)
        findings.stop_if_wrong()
    if path.resolve() in above or len(above) >= DEEPEST:
        findings.error(
            ("extends",), f"{wanted.base} extends this file in turn", "a base that stands by itself"
        )
        findings.stop_if_wrong()
    return read_map(read_yaml(path), path.parent, library, (*above, path.resolve())).network


def _places(head: HeadForm, folder: Path, library: MapLibrary, findings: Findings) -> PlaceTree:
    try:
        return library.places(head.places or "uk", folder)
    except BadInput as error:
        findings.error(("places",), str(error))
        findings.stop_if_wrong()
        raise


def _fill(draft: Draft, head: HeadForm, provider: str, places: PlaceTree, findings: Findings) -> None:
    gates = Gates(findings, _sources(findings))
    default = gates.source(head.source, (), ASSUMED)
    removed = _removed(draft, head, findings)
    add_components(draft, decoding.section("components", ComponentForm, findings), gates, default)
    add_services(draft, decoding.section("services", ServiceForm, findings), places, gates, default)
    add_access(draft, decoding.section("access", AccessForm, findings), places, gates, default)
    add_probes(draft, decoding.section("probes", ProbeForm, findings), gates, default)
    add_feeds(draft, decoding.section("feeds", FeedForm, findings), gates)
    if not provider:
        findings.error(("provider",), "no provider", "`provider: NAME`, who runs the network")
    check_mentions(draft, gates)
    check_removals(draft, removed, gates)
    check_cycles(draft, gates)
    if not draft.services:
        findings.error(("services",), "no services", "one service at least, with its lines")


def _sources(findings: Findings) -> dict[str, Source]:
    named = decoding.named_sources(findings)
    own = {
        name: Source(form.basis, form.publisher, form.url, form.as_of, form.note)
        for name, form in named.items()
    }
    return {**BUILT_IN, **own}


def _removed(draft: Draft, head: HeadForm, findings: Findings) -> tuple[ComponentId, ...]:
    for n, name in enumerate(head.without):
        if name not in draft.components:
            hint = did_you_mean(
                name, draft.components, "the id of a component of the map that this one extends"
            )
            findings.error(("without", n), f"no component {name!r}", hint)
    removed = tuple(ComponentId(name) for name in head.without)
    draft.remove(removed)
    return removed


def _network(
    head: HeadForm, provider: str, base: NetworkMap | None, draft: Draft, places: PlaceTree
) -> NetworkMap:
    brands = tuple(Brand(each.id, each.name) for each in head.brands or ()) or (base.brands if base else ())
    content = NetworkMap(
        id=head.id,
        version="",
        provider=provider,
        brands=brands,
        services=tuple(draft.services.values()),
        components=tuple(draft.components.values()),
        service_needs=draft.service_needs,
        service_areas=draft.service_areas,
        probes=tuple(draft.probes.values()),
        feeds=tuple(draft.feeds.values()),
        places=places,
        synthetic=head.synthetic or (base.synthetic if base else False),
        note=head.note or (base.note if base else ""),
    )
    return versioned(content)
