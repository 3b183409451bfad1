"""docs/reference/published-files.md names every file that is published and every field of the documents."""

import json
import re

import pytest
from msgspec.structs import replace

from lightship.edges.files.templates import template_texts
from lightship.tell.site import files
from lightship.vocabulary.letters import StatedChannel
from tests.support import fictional
from tests.support.markdown import ROOT

PAGE = (ROOT / "docs" / "reference" / "published-files.md").read_text()
ROWS = re.findall(r"^\| `/.*$", PAGE, re.MULTILINE)


def file_of(address: str) -> str:
    """The file that a server gives for an address: a page of depth is a folder with an index."""
    path = address.partition("?")[0].strip("/")
    return path if re.search(r"\.[a-z]+$", path) else f"{path}/index.html".lstrip("/")


FILES = {
    file_of(address)
    for row in ROWS
    for address in re.findall(r"`(/[^`]*)`", row.replace("such as `", "`e.g. "))
}


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    """A site with open, ended and watched incidents."""
    rich = fictional.rich()
    tells = replace(rich.settings, channels=(StatedChannel("email"),))
    return files(replace(rich, settings=tells), template_texts())


def kind(path: str) -> str:
    """A path as the page writes it: CODE, SERVICE and ID for the name of one area, service or incident."""
    for folder, name in (("a", "CODE"), ("s", "SERVICE"), ("i", "ID")):
        path = re.sub(f"^{folder}/[^/.]+", f"{folder}/{name}", path)
    return path


def test_the_page_names_the_files_that_are_published_and_no_others(site: dict[str, str]) -> None:
    assert {kind(path) for path in site} | {"manifest.json", "manifest.sig.json"} == FILES


def test_every_field_of_a_document_is_explained(site: dict[str, str]) -> None:
    fields = {field for path, text in site.items() if path.endswith(".json") for field in json.loads(text)}
    assert {field for field in fields if f"`{field}`" not in PAGE} == set()
