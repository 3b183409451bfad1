"""What is wrong with a file, all of it at once, each with its place and what would do."""

from collections.abc import Iterable
from difflib import get_close_matches

import msgspec

from lightship.edges.files.yaml_marks import Document, Trail
from lightship.vocabulary.errors import BadInput

SHOWN = 20


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong, or that looks wrong.

    Args:
        place: file, line, column and path ("map.yaml:12:5 components[3].needs[0].on").
        line: 1 or more; 0 where the finding is about something that the file does not say itself.
    """

    place: str
    line: int
    column: int
    found: str
    would_do: str = ""

    def __str__(self) -> str:
        """One line, for people."""
        return f"{self.place}: {self.found}" + (f"; {self.would_do}" if self.would_do else "")


class MapRefused(BadInput):
    """A file with several things wrong: every one of them, up to `SHOWN`, in the order of the file."""

    def __init__(self, file: str, findings: tuple[Finding, ...]) -> None:
        first = findings[0]
        super().__init__(first.place, first.found, first.would_do)
        self.file, self.findings = file, findings

    def __str__(self) -> str:
        """One line each; a single one stands alone."""
        lines = [str(each) for each in self.findings[:SHOWN]]
        if len(self.findings) == 1:
            return lines[0]
        if len(self.findings) > SHOWN:
            lines.append(f"... and {len(self.findings) - SHOWN} more")
        return f"{self.file}: {len(self.findings)} problems\n  " + "\n  ".join(lines)


class Findings:
    """Collects what is wrong with one document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._errors: dict[Finding, None] = {}
        self._warnings: dict[Finding, None] = {}

    def error(self, trail: Trail, found: str, would_do: str = "") -> None:
        """Something that must be mended."""
        self._errors[self._finding(trail, found, would_do)] = None

    def warning(self, trail: Trail, found: str, would_do: str = "") -> None:
        """Something that may be right, but often is not."""
        self._warnings[self._finding(trail, found, would_do)] = None

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """In the order of the file."""
        return _sorted(self._warnings)

    def stop_if_wrong(self) -> None:
        """Raises MapRefused if there was any error."""
        if self._errors:
            raise MapRefused(self.document.file, _sorted(self._errors))

    def _finding(self, trail: Trail, found: str, would_do: str) -> Finding:
        line, column = self.document.position(trail)
        return Finding(self.document.place(trail), line, column, found, would_do)


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda each: (each.line, each.column)))


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """What would do instead of an unknown word: the nearest known ones, or a general hint."""
    near = get_close_matches(word, list(known), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(near)}?" if near else otherwise
