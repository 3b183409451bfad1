"""The pages agree with the program: links, commands, plug-ins, versions, dependencies, exit codes."""

import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import lightship
from lightship.run.exit_codes import ExitCode
from scripts import cli_reference, events_reference
from tests.support.markdown import ROOT, anchors, links, pages

PYPROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT: dict[str, Any] = PYPROJECT["project"]

# A kind of plug-in: its table (name -> "module:class") and, by the same word, its folder of pages.
PLUG_INS = {
    "probes": "lightship.edges.probes:BUILT_IN",
    "channels": "lightship.edges.channels:BUILT_IN",
    "mirrors": "lightship.edges.mirrors:BUILT_IN",
    "feeds": "lightship.edges.feeds:BUILT_IN",
}


def broken_links(page: Path) -> Iterator[str]:
    """The relative links of a page that lead nowhere."""
    for target in links(page):
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", path):
            continue
        goal = (page.parent / path).resolve() if path else page
        if not goal.exists() or (anchor and anchor not in anchors(goal)):
            yield target


def table_of(kind: str) -> dict[str, str]:
    """The plug-ins of a kind as their table names them."""
    module, _, name = PLUG_INS[kind].partition(":")
    table: dict[str, str] = getattr(import_module(module), name)
    return table


def names(requirements: list[str]) -> set[str]:
    """The bare names of requirements, in lower case."""
    return {re.split(r"[\s<>=!~;\[]", each, maxsplit=1)[0].lower() for each in requirements}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    assert list(broken_links(page)) == []


def test_every_page_is_linked_from_another() -> None:
    linked = {
        (page.parent / target.partition("#")[0]).resolve()
        for page in pages()
        for target in links(page)
        if target.partition("#")[0] and (page.parent / target.partition("#")[0]).resolve() != page
    }
    assert [
        str(page.relative_to(ROOT)) for page in pages() if page.parent != ROOT and page not in linked
    ] == []


def test_a_link_to_nowhere_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# The title\n[a](missing.md) [b](#the-title) [c](#no-such) [d](https://example.org) `[e](f)`\n"
    )
    assert list(broken_links(page)) == ["missing.md", "#no-such"]


@pytest.mark.parametrize("script", [cli_reference, events_reference], ids=["command-line", "events"])
def test_a_generated_page_is_what_the_program_says(script: ModuleType) -> None:
    assert (ROOT / script.PAGE).read_text() == script.page(), "run `make fix`"


@pytest.mark.parametrize("kind", PLUG_INS)
def test_every_plug_in_has_a_page_and_every_page_a_plug_in(kind: str) -> None:
    written = {page.stem for page in (ROOT / "docs" / "reference" / kind).glob("*.md")}
    assert written == set(table_of(kind))


@pytest.mark.parametrize("kind", PLUG_INS)
def test_every_plug_in_of_the_table_is_there(kind: str) -> None:
    for path in table_of(kind).values():
        module, _, name = path.replace(":", ".").rpartition(".")
        assert hasattr(import_module(module), name), path


def test_the_changelog_knows_this_version() -> None:
    versions = re.findall(r"^## \[?(\d[^\]\s]*)\]?", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions[0] == lightship.__version__


def test_every_exit_code_is_explained() -> None:
    text = (ROOT / "docs" / "reference" / "exit-codes.md").read_text()
    rows = re.findall(r"^\| (\d+) \| (.+?) \|", text, re.MULTILINE)
    assert rows == [(str(int(code)), code.meaning) for code in ExitCode]


def test_every_dependency_has_its_line() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text()
    rows = re.findall(r"^\| `([^`]+)` \|([^|]+)\|([^|]+)\|", page, re.MULTILINE)
    extras = PROJECT["optional-dependencies"]["dev"]
    assert {row[0].lower() for row in rows} == names(PROJECT["dependencies"]) | names(extras)
    assert all(without.strip() and licence.strip() for _, without, licence in rows)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("run.in", PROJECT["dependencies"]),
        ("dev.in", ["-r run.in", *PROJECT["optional-dependencies"]["dev"]]),
    ],
    ids=["run", "dev"],
)
def test_the_sources_of_the_locks_say_what_the_project_says(source: str, expected: list[str]) -> None:
    lines = (ROOT / "requirements" / source).read_text().splitlines()
    assert [line for line in lines if line and not line.startswith("#")] == expected


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt"])
def test_a_lock_has_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text()
    assert "://" not in text
    assert not re.search(r"^--?[a-z]", text, re.MULTILINE), "an option of an installer"
    pins = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    assert pins
    assert all("--hash=sha256:" in pin for pin in pins)


@pytest.mark.parametrize("name", sorted(names(PROJECT["dependencies"])))
def test_what_we_run_on_has_a_licence_that_suits_ours(name: str) -> None:
    about = metadata(name)
    stated = [
        line for field in ("License-Expression", "License", "Classifier") for line in about.get_all(field, [])
    ]
    assert stated
    ours = [text for text in stated if " OR Apache-2.0" not in text]  # a choice: we take Apache's
    assert not any(re.search(r"\b[AL]?GPL|General Public License", text[:200]) for text in ours)


def test_every_decision_has_a_number_of_its_own_and_stands_in_its_order() -> None:
    folder = ROOT / "docs" / "why"
    files = sorted(page.name for page in folder.glob("[0-9]*.md"))
    assert [name[:4] for name in files] == [f"{n:04}" for n in range(1, len(files) + 1)]
    for name in files:
        assert (folder / name).read_text().startswith(f"# {name[:4]} "), name
    rows = re.findall(r"^(\d+)\. \[.+\]\((.+)\)$", (folder / "README.md").read_text(), re.MULTILINE)
    assert rows == [(str(n), name) for n, name in enumerate(files, start=1)]


def test_the_changelog_has_each_heading_once_a_version() -> None:
    for version in (ROOT / "CHANGELOG.md").read_text().split("\n## ")[1:]:
        headings = re.findall(r"^### (.+)$", version, re.MULTILINE)
        assert len(headings) == len(set(headings)), version.splitlines()[0]
