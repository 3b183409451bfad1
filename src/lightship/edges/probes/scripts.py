"""Steps of a script (web, dialogue), read into what the probe wants; each mistake with its place."""

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from lightship.edges.probes.address import known, probe_for
from lightship.edges.probes.probe import StepName
from lightship.vocabulary.errors import BadInput

MOST_STEPS = 40
_NAME = re.compile(r"[a-z][a-z0-9-]{0,23}")


def steps(scheme: str, raw: Sequence[object], place: Callable[[int], str]) -> tuple[Any, ...]:
    """What a script says, for the probe of a scheme.

    Args:
        raw: as the file has it. place: where step n stands, for errors.

    Raises:
        BadInput: the scheme follows none, there are too many, a key is unknown or of the wrong kind, a pattern is none.
    """
    kind = getattr(probe_for(scheme), "step_type", None) if scheme in known() else None
    if kind is None:
        raise BadInput(place(0), f"{scheme}:// follows no steps", "web:// and dialogue:// do")
    if len(raw) > MOST_STEPS:
        raise BadInput(place(MOST_STEPS), f"{len(raw)} steps", f"at most {MOST_STEPS}")
    return tuple(_step(kind, each, place(number)) for number, each in enumerate(raw))


def _step(kind: type, raw: object, place: str) -> Any:
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise BadInput(place, str(error), f"keys of a step: {', '.join(kind.__struct_fields__)}") from None  # type: ignore[attr-defined]
    except ValueError as error:
        raise BadInput(place, str(error)) from None


def step_name(said: str) -> StepName:
    """A name as a stage has it. Raises ValueError, which tells what would do."""
    if not _NAME.fullmatch(said):
        raise ValueError(
            f"{said!r} is no name of a step: write small letters, digits and hyphens, 24 at most"
        )
    return StepName(said)


def pattern(said: str, what: str) -> re.Pattern[str]:
    """A regular expression. Raises ValueError, which tells where it goes wrong."""
    try:
        return re.compile(said, re.MULTILINE)
    except re.error as error:
        raise ValueError(f"{what}: {said!r} is no pattern: {error}") from None
