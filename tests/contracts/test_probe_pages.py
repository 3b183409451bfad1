"""The pages of the probes speak of stages and failures that there are, and the list of failures is whole."""

import re
from collections.abc import Iterator
from typing import get_args

import pytest

from lightship.edges.probes import BUILT_IN
from lightship.edges.probes.address import probe_for
from lightship.edges.probes.probe import KnownStage
from lightship.vocabulary.signals import Failure
from tests.support.markdown import ROOT

REFERENCE = ROOT / "docs" / "reference"
STAGES, FAILURES = set(get_args(KnownStage)), set(get_args(Failure))
OWN_STEPS = {"each step", ""}
"""Stages that operators name themselves, and rows that go on with the stage above."""


def rows(scheme: str) -> Iterator[list[str]]:
    """The lines of a page's table of stages."""
    inside = False
    for line in (REFERENCE / "probes" / f"{scheme}.md").read_text().splitlines():
        cells = [each.strip() for each in line.strip("|").split("|")]
        if line.startswith("| stage |"):
            inside = "fail" in cells[-1]
        elif inside and line.startswith("|") and not line.startswith("|---"):
            yield cells
        elif not line.startswith("|"):
            inside = False


@pytest.mark.parametrize("scheme", BUILT_IN)
def test_a_page_speaks_of_stages_and_failures_that_there_are(scheme: str) -> None:
    options = set(probe_for(scheme).options or ())
    for stage, *_, fails in rows(scheme):
        assert set(stage.split(", ")) <= STAGES | OWN_STEPS, stage
        assert set(re.findall(r"`([a-z]+(?:-[a-z]+)*)`", fails)) <= FAILURES | options, fails


def test_every_failure_is_explained_and_no_other() -> None:
    section = (REFERENCE / "probes.md").read_text().partition("## How things fail")[2]
    firsts = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    told = {word for first in firsts for word in re.findall(r"`([a-z-]+)`", first)}
    assert told == FAILURES


def test_most_pages_have_such_a_table() -> None:
    """A page may point to another one; all the others say where their probe fails."""
    without = {scheme for scheme in BUILT_IN if not list(rows(scheme))}
    assert without <= {"https", "imaps", "pop3s", "smtps", "sips", "submission"}
