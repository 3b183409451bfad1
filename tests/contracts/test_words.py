"""The project speaks only of itself: nothing unfinished, nobody's own machine, no store of packages by its host."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.markdown import ROOT

# Put together from pieces so that this file passes its own test.
UNFINISHED = "|".join(("TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error", "X" + "XX"))
SOMEBODYS_MACHINE = (
    "(?:" + "|".join(("/wo" + "rk", "/ho" + "me", "/ro" + "ot", "/Us" + "ers")) + ")/(?!you/)[a-z.]"
)
PACKAGE_HOSTS = "|".join(
    ("pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npmjs", "--index" + "-url")
)
UNWANTED = re.compile(rf"\b(?:{UNFINISHED})\b|(?<![\w.]){SOMEBODYS_MACHINE}|{PACKAGE_HOSTS}")
FOLDERS = (".ci", "docs", "requirements", "scenarios", "scripts", "src", "tests")
TEXT = {
    "",
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".in",
    ".yaml",
    ".yml",
    ".sh",
    ".html",
    ".css",
    ".js",
    ".svg",
    ".csv",
}


def files() -> list[Path]:
    """The files that people wrote: those at the root, and all in our folders."""
    inside = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))
    found = [path for path in (*ROOT.iterdir(), *inside) if path.is_file() and path.suffix in TEXT]
    return sorted(path for path in found if path.name != ".git")


def unwanted(text: str) -> Iterator[str]:
    """The words in a text that should not stand there, as "line: word"."""
    for number, line in enumerate(text.splitlines(), start=1):
        for found in UNWANTED.finditer(line):
            yield f"{number}: {found[0]}"


def test_nothing_unfinished_and_nobodys_machine() -> None:
    found = [f"{path.relative_to(ROOT)}:{what}" for path in files() for what in unwanted(path.read_text())]
    assert found == []


def test_such_words_are_seen() -> None:
    text = "x  # " + "TO" + "DO later\nopen('" + "/ho" + "me/ann/map.yaml')\ndocs/ho" + "me/page\n"
    assert list(unwanted(text)) == ["1: " + "TO" + "DO", "2: " + "/ho" + "me/a"]
