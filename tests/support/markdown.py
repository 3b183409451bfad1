"""Reading our own Markdown: fences, links, headings."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```\s*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)[^)]*\)")
_HEADING = re.compile(r"^#{1,6}\s+(?P<title>.+?)\s*$", re.MULTILINE)


class Fence(NamedTuple):
    """A fenced block: where it stands, the words after the backticks, and what is inside."""

    page: Path
    line: int
    info: tuple[str, ...]
    body: str

    @property
    def place(self) -> str:
        """ "docs/tutorial.md:12"."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def pages() -> list[Path]:
    """Every page that we write for people."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def fences(page: Path) -> Iterator[Fence]:
    """The fenced blocks of a page, in order."""
    text = page.read_text()
    for found in _FENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Fence(page, line, tuple(found["info"].split()), found["body"])


def links(page: Path) -> list[str]:
    """The targets of the links and pictures of a page, code left out."""
    return [found["target"] for found in _LINK.finditer(_without_code(page.read_text()))]


def anchors(page: Path) -> set[str]:
    """What a link to a heading of the page may say after `#`, as code hosts make it from the title."""
    titles = (found["title"] for found in _HEADING.finditer(_FENCE.sub("", page.read_text())))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", _FENCE.sub("", text))
