"""A result held to its conditions: the first that does not hold makes it down, with what was found instead."""

import json
import re
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from lightship.edges.probes.expecting.condition import Condition, Value
from lightship.edges.probes.probe import Check, Probe, Result, Stage
from lightship.vocabulary.signals import Failure

Found = float | str | Sequence[str] | dict[str, Any] | bool | None
"""What there was to compare; None: nothing of that name."""

SHOWN = 60
"""Characters of what was found that an error repeats."""


async def measured(probe: Probe, check: Check) -> Result:
    """One measurement, held to what the check expects."""
    return judged(check, await probe.measure(check))


def judged(check: Check, result: Result) -> Result:
    """The result as it is, or down because a condition does not hold. What is down already stays as it is."""
    if not check.conditions or not result.up:
        return result
    for each in check.conditions:
        found = _found(each, result)
        if not holds(each, found):
            return replace(
                result, up=False, stage=_stage(each, result), failure=_failure(each),
                detail=f"expected: {each.text}; found {_shown(each, found)}",
            )  # fmt: skip
    return result


def _stage(condition: Condition, result: Result) -> Stage:
    """Where it went wrong: in the answer, or where there is none, in the last stage."""
    if condition.kind == "certificate":
        return "tls"
    return "answer" if any(stage == "answer" for stage, _ in result.phases) else result.stage


def holds(condition: Condition, found: Found) -> bool:
    """Whether what was found stands so to the values. Where nothing was found, nothing holds but that it is missing."""
    relation, values = condition.relation, condition.values
    if found is None:
        return relation == "missing"
    match relation:
        case "exists" | "missing":
            return relation == "exists"
        case "is" | "one of":
            return any(_same(condition, found, each) for each in values)
        case "is not":
            return not _same(condition, found, values[0])
        case "contains" | "does not contain":
            return _holds_within(found, values[0].text) == (relation == "contains")
        case "starts with":
            return _text(found).startswith(values[0].text)
        case "ends with":
            return _text(found).endswith(values[0].text)
        case "matches" | "does not match":
            return (re.search(values[0].text, _text(found)) is not None) == (relation == "matches")
        case "at least" | "at most" | "more than" | "less than" | "between":
            return _ordered(condition, found)


def _ordered(condition: Condition, found: Found) -> bool:
    number = _number(found)
    bounds = [_in_unit(condition, each) for each in condition.values]
    if number is None or None in bounds:
        return False
    low, high = bounds[0] or 0.0, bounds[-1] or 0.0
    return {
        "at least": number >= low, "at most": number <= low, "more than": number > low, "less than": number < low,
        "between": low <= number <= high,
    }[condition.relation]  # fmt: skip


def _found(condition: Condition, result: Result) -> Found:
    seen = _seen(condition, result)
    if not condition.length or seen is None:
        return seen
    return float(len(seen)) if isinstance(seen, str | Sequence | dict) else None


def _seen(condition: Condition, result: Result) -> Found:
    match condition.kind:
        case "time":
            return result.seconds
        case "stage":
            return next((spent for stage, spent in result.phases if stage == condition.name), None)
        case "certificate":
            return result.expires
        case "detail":
            return result.detail
        case "status":
            return result.figures.get("status")
        case "figure":
            return next((result.figures[key] for key in _keys(condition) if key in result.figures), None)
        case "json":
            return _in_json(result.texts.get("body", b""), condition.name)
        case "header":
            return _plain(result.texts.get(f"header {condition.name}"))
        case "body" | "address" | "answer" | "tls":
            return _plain(result.texts.get(condition.kind))


def _keys(condition: Condition) -> list[str]:
    """A figure may be called by its name with its unit or without: `loss`, `loss_percent`."""
    name = condition.name
    return [name, *(f"{name}_{unit}" for unit in ("percent", "ms", "s", "seconds", "days"))]


def _in_unit(condition: Condition, value: Value) -> float | None:
    """The value in the unit that a figure's name says. Most probes' times are in milliseconds."""
    if value.number is None:
        return None
    if condition.kind == "figure" and value.unit == "seconds":
        if condition.name.endswith("_days"):
            return value.number / 86400
        return value.number if condition.name.endswith(("_s", "_seconds")) else value.number * 1000
    return value.number


def _plain(said: str | bytes | tuple[str, ...] | None) -> Found:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


def _in_json(body: str | bytes | tuple[str, ...], path: str) -> Found:
    """What stands at a path; None where there is nothing, or no document at all."""
    try:
        at: Any = json.loads(body if isinstance(body, str | bytes) else "")
        for key, quoted, index in re.findall(r'\.([A-Za-z_][\w-]*)|\."([^"]*)"|\[(\d+)\]', path):
            at = at[int(index)] if index else at[key or quoted]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        return None
    if isinstance(at, bool) or at is None:
        return str(at).lower() if at is not None else "null"
    return float(at) if isinstance(at, int | float) else at


def _same(condition: Condition, found: Found, value: Value) -> bool:
    if condition.kind == "status" and value.text.lower().endswith("xx"):
        return int(_number(found) or 0) // 100 == int(value.text[0])
    number, wanted = _number(found), _in_unit(condition, value)
    if isinstance(found, float) and wanted is not None and not value.quoted:
        return number == wanted
    if isinstance(found, Sequence) and not isinstance(found, str):
        return value.text in found
    return _text(found) == value.text


def _holds_within(found: Found, text: str) -> bool:
    if isinstance(found, Sequence) and not isinstance(found, str):
        return any(text in str(each) for each in found)
    return text in _text(found)


def _number(found: Found) -> float | None:
    if isinstance(found, float):
        return found
    try:
        return float(found) if isinstance(found, str) else None
    except ValueError:
        return None


def _text(found: Found) -> str:
    if isinstance(found, float):
        return f"{found:g}" if found != int(found) else str(int(found))
    return found if isinstance(found, str) else json.dumps(found)


def _shown(condition: Condition, found: Found) -> str:
    if found is None:
        return "nothing of that name" if condition.kind in ("figure", "header", "json") else "nothing"
    if condition.kind in ("time", "stage") and isinstance(found, float):
        return f"{found * 1000:.0f} ms"
    if condition.kind == "certificate" and isinstance(found, float):
        return f"{found / 86400:.1f} days"
    said = _text(found)
    return said if len(said) <= SHOWN else f"{said[:SHOWN]}…"


def _failure(condition: Condition) -> Failure:
    if condition.kind in ("time", "stage"):
        return "too-slow"
    if condition.kind == "certificate":
        return "expires-soon"
    return "wrong-status" if condition.kind == "status" else "wrong-answer"
