"""The small pages: all codes by town, looking up, moved, missing."""

import unicodedata

from lightship.tell.site.addresses import area_address
from lightship.tell.site.paper import Paper
from lightship.tell.site.tables import Row, cells, names_of, row
from lightship.tell.site.view import View
from lightship.vocabulary.places import Area


def codes_page(view: View, paper: Paper) -> str:
    """Every area by town, with what is known to fail there: the twin of the map."""
    names = names_of(view.situation.network)
    rows = [(area.name, row(area, cells(view.standing, area, names))) for area in view.standing.leaves]
    letters: dict[str, list[Row]] = {}
    for name, each in sorted(rows, key=lambda pair: (plain(pair[0]), pair[1].code)):
        letters.setdefault(plain(name)[:1].upper() or "#", []).append(each)
    return paper.write(
        "codes.html", "../", "All area codes by town", json="codes.json", letters=list(letters.items())
    )


def plain(name: str) -> str:
    """A name to sort and compare by: small letters without accents.

    >>> plain("Cymtyrch Élan")
    'cymtyrch elan'
    """
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))


def local_page(area: Area, paper: Paper) -> str:
    """A local prefix leads to the area that it is a part of."""
    assert area.parent is not None, "a local prefix lies in an area"
    return paper.write(
        "moved.html", "../../", f"{area.id} {area.name}", headline=f"{area.id} {area.name}",
        why="How this part stands is on the page of the whole area:", target=area_address(area.parent),
        words=area.parent,
    )  # fmt: skip


def find_page(view: View, paper: Paper) -> str:
    """What a static host shows where our own process would look up."""
    return paper.write("find.html", "../", "Look up your area")


def missing_page(view: View, paper: Paper) -> str:
    """The page for an address that is none. It may stand at any depth, so its links are from the root."""
    root = f"{view.situation.settings.address}/"
    return paper.write("missing.html", root, "There is no such page", codes_page=view.has_places)
