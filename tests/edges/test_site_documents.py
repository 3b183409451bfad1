"""The documents for machines say what the pages say, and are read back whole."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lightship.edges.files.templates import template_texts
from lightship.tell.site import files
from lightship.tell.site.reading import updates_of
from lightship.vocabulary.questions import Answer
from tests.support import fictional
from tests.support.fictional import at
from tests.support.markdown import ROOT

PAGE = ROOT / "docs" / "reference" / "published-files.md"


@pytest.fixture(scope="module")
def found() -> dict[str, str]:
    return files(fictional.rich(), template_texts())


def document(found: dict[str, str], path: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(found[path])
    return read


def test_every_update_comes_back_as_it_was_published(found: dict[str, str]) -> None:
    main = [each for each in fictional.rich().updates if each.incident == "20310305-1"]
    assert updates_of(found["i/20310305-1.json"]) == tuple(reversed(main))


def test_operators_answers_stay_out_even_if_an_update_carries_one() -> None:
    whole = fictional.rich()
    secret = Answer("why", "telehouse-north", "evidence", at(0), audience="operators")
    said = tuple(msgspec.structs.replace(each, answers=(*each.answers, secret)) for each in whole.updates)
    pages = files(msgspec.structs.replace(whole, updates=said), template_texts())
    assert not any("telehouse" in page for page in pages.values())


def test_the_front_document_names_what_is_open(found: dict[str, str]) -> None:
    front = document(found, "index.json")
    assert front["problems"] == 2
    assert front["headline"] == fictional.HEADLINE
    assert [each["incident"] for each in front["incidents"]] == ["20310305-1", "20310305-2"]
    assert front["areas"]["01904"] == {"broadband": "affected", "voice": "affected"}
    assert "0118" not in front["areas"]
    assert front["known"] == list(fictional.KNOWN)


def test_an_area_without_news_has_no_state_rather_than_a_good_one(found: dict[str, str]) -> None:
    area = document(found, "a/0118.json")
    assert area["within"] == ["United Kingdom", "England", "South East"]
    assert [each["state"] for each in area["services"]] == [None] * 4


def test_a_share_has_its_interval(found: dict[str, str]) -> None:
    area = document(found, "a/01904.json")
    assert area["services"][0]["share"] == {"value": 0.4, "low": 0.24, "high": 0.6, "unit": "share of lines"}
    assert area["incidents"][0]["page"] == "i/20310305-1/"


def test_the_list_of_codes_leads_prefixes_to_their_area(found: dict[str, str]) -> None:
    codes = {each["code"]: each for each in document(found, "codes.json")["codes"]}
    assert len(codes) == 647
    assert codes["02890"] == {"code": "02890", "name": "Belfast", "page": "a/028/"}


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("index.json", "index.json"), ("a/01904.json", "a/CODE.json"), ("i/20310305-1.json", "i/ID.json"),
        ("codes.json", "codes.json"),
    ],
)  # fmt: skip
def test_every_field_is_explained(found: dict[str, str], path: str, heading: str) -> None:
    assert set(document(found, path)) == fields_of(PAGE, heading)


def fields_of(page: Path, heading: str) -> set[str]:
    """The fields that a section of the page explains, with those that all documents share."""
    sections = re.split(r"^## ", page.read_text(), flags=re.MULTILINE)
    shared = next(each for each in sections if each.startswith("What all documents begin with"))
    own = next(each for each in sections if each.startswith(f"`{heading}`"))
    return set(re.findall(r"^\| `(\w+)` \|", shared + own, re.MULTILINE))
