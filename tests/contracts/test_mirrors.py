"""Every kind of mirror says its options in its page, and refuses what it does not know."""

from importlib import import_module
from pathlib import Path

import msgspec
import pytest

from lightship.edges.mirrors import BUILT_IN
from lightship.edges.mirrors.mirror import open_mirror
from lightship.vocabulary.errors import BadInput
from tests.support.markdown import ROOT


@pytest.mark.parametrize("kind", BUILT_IN)
def test_options_stand_in_the_page(kind: str) -> None:
    module, _, name = BUILT_IN[kind].partition(":")
    page = (ROOT / "docs" / "reference" / "mirrors" / f"{kind}.md").read_text()
    fields = msgspec.structs.fields(getattr(import_module(module), name).options)
    assert [each.name for each in fields if f"`{each.name}`" not in page] == []


@pytest.mark.parametrize("kind", [*BUILT_IN, "pigeon"])
def test_what_is_not_known_is_refused_with_its_place(kind: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"mirrors\[0\]"):
        open_mirror(kind, {"colour": "red"}, tmp_path, "mirrors[0]")
