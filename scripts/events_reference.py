"""Writes docs/reference/events-and-decisions.md from the types themselves. `make fix` runs it; a test compares.

Usage: python scripts/events_reference.py
"""

import re
from collections.abc import Iterable
from inspect import cleandoc
from pathlib import Path
from typing import get_args

import msgspec

from lightship.vocabulary.decisions import Decision
from lightship.vocabulary.events import Event

PAGE = Path("docs/reference/events-and-decisions.md")
_HEAD = """\
# Events and decisions

<!-- Written by scripts/events_reference.py (`make fix`) from the types themselves: change those. -->

The core is one function, `step(state, event) -> (state, decisions)`. All that it ever learns is an event, and all that
it ever does is a decision ([why](../why/0001-the-fold-and-the-log.md)). They lie in the log together, as JSON with the
tag under `type`. The log holds opaque ids only, never a person's data. Instants are milliseconds since
1970-01-01T00:00:00Z; a tick is the number of a 60 s slot since then.
"""


def page() -> str:
    """The whole page."""
    events = _part("Events", "What the core learns.", get_args(Event))
    decisions = _part(
        "Decisions",
        "What the core decides. The key is the number of the event, a dot and a count; the reason names the rule.",
        get_args(Decision),
    )
    return _HEAD + events + decisions


def _part(title: str, meaning: str, kinds: Iterable[type[msgspec.Struct]]) -> str:
    return f"\n## {title}\n\n{meaning}\n" + "".join(_kind(kind) for kind in kinds)


def _kind(kind: type[msgspec.Struct]) -> str:
    meaning, _, details = cleandoc(kind.__doc__ or "").partition("\nArgs:\n")
    rows = [f"| `{field.name}` | `{_name(field.type)}` |" for field in msgspec.structs.fields(kind)]
    table = "\n".join(["| field | type |", "|---|---|", *rows])
    notes = f"\n{_as_list(details)}\n" if details else ""
    return f"\n### {kind.__struct_config__.tag}\n\n{meaning.strip()}\n\n{table}\n{notes}"


def _as_list(details: str) -> str:
    """The `Args:` of a docstring as a Markdown list, a continued line joined to the one before."""
    joined = re.sub(r"\n {8}", " ", cleandoc("\n" + details))
    joined = re.sub(r"\n(?=\s)\s+", " ", joined)
    return "\n".join(f"- {line.strip()}" for line in joined.splitlines() if line.strip())


def _name(kind: object) -> str:
    text = kind.__name__ if isinstance(kind, type) and not get_args(kind) else str(kind)
    return re.sub(r"\b(?:[a-z_]+\.)+(?=\w)", "", text).replace("|", "\\|")


if __name__ == "__main__":
    (Path(__file__).parents[1] / PAGE).write_text(page())
