"""Maps by name or path: files, and the made-up networks that files may start from."""

from functools import cache
from pathlib import Path

from lightship.edges.files.map_file import LoadedMap, MapLibrary, load_map
from lightship.edges.files.places import read_places, uk_places
from lightship.simulate.national import BROADBAND_LINES, NationalSize, national
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.places import PlaceTree

MADE: dict[str, NationalSize] = {"national-modern": "modern", "national-large": "large"}
"""Names of generated maps, with their sizes."""


def open_map(name_or_path: str) -> LoadedMap:
    """The generated map of that name, or the map in the file of that path.

    Raises:
        BadInput: there is neither, or the file is not sound; the message says what is wrong where.
    """
    if name_or_path in MADE:
        return LoadedMap(made(name_or_path), ())
    path = Path(name_or_path)
    if not path.is_file():
        found = "a folder, not a file" if path.is_dir() else "no such file"
        raise BadInput(name_or_path, found, f"the path of a map file, or {' or '.join(MADE)}")
    return load_map(path, library())


def made(name: str, seed: int = 1, lines: int | None = None) -> NetworkMap:
    """A generated map on the UK's area codes."""
    return _made(name, places_of("uk", Path()), seed, lines)


def library() -> MapLibrary:
    """What a map file may name: the place trees and the generators."""
    return MapLibrary(places_of, {name: _Maker(name) for name in MADE})


def places_of(name: str, folder: Path) -> PlaceTree:
    """The place tree "uk", or the one in a file, its path relative to the folder."""
    return _uk() if name == "uk" else read_places(folder / name)


@cache
def _uk() -> PlaceTree:
    return uk_places()


class _Maker:
    """One generator, as the map library wants it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, places: PlaceTree, seed: int, lines: int | None) -> NetworkMap:
        return _made(self._name, places, seed, lines)


def _made(name: str, places: PlaceTree, seed: int, lines: int | None) -> NetworkMap:
    return national(places, MADE[name], seed, BROADBAND_LINES if lines is None else lines)
