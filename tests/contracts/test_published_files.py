"""docs/reference/published-files.md names every file that is published and every field of the documents."""

import json
import re

import pytest

from lightship.edges.files.templates import template_texts
from lightship.tell.site import files
from tests.support import fictional
from tests.support.markdown import ROOT

PAGE = (ROOT / "docs" / "reference" / "published-files.md").read_text()
PATHS = re.findall(r"^\| `([^`]+\.[a-z]+)` \|", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    """A site with open, ended and watched incidents."""
    return files(fictional.rich(), template_texts())


def described(path: str) -> bool:
    """Whether a row of the table stands for this path: CODE and ID stand for one segment."""
    patterns = (re.escape(each).replace("CODE", "[^/]+").replace("ID", "[^/]+") for each in PATHS)
    return any(re.fullmatch(pattern, path) for pattern in patterns)


def test_every_published_file_has_its_row(site: dict[str, str]) -> None:
    assert [path for path in site if not described(path)] == []


def test_every_row_stands_for_a_file(site: dict[str, str]) -> None:
    kinds = {re.sub(r"^i/[^/.]+", "i/ID", re.sub(r"^a/[^/.]+", "a/CODE", path)) for path in site}
    assert set(PATHS) <= kinds | {"manifest.json"}


def test_every_field_of_a_document_is_explained(site: dict[str, str]) -> None:
    fields = {field for path, text in site.items() if path.endswith(".json") for field in json.loads(text)}
    assert {field for field in fields if f"`{field}`" not in PAGE} == set()
