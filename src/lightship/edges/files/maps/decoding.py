"""From plain values to forms, with every wrong shape named by its place."""

import re
from typing import TypeVar

import msgspec

from lightship.edges.files.maps.findings import Findings, did_you_mean
from lightship.edges.files.maps.forms import SECTIONS, HeadForm, SourceForm
from lightship.edges.files.yaml_marks import Step, Trail

T = TypeVar("T", bound=msgspec.Struct)

_AT = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.(?P<key>[^.\[\]]+)|\[(?P<index>\d+)\]|\[\.\.\.\]")
_EXTRA = re.compile(r"unknown field `(?P<name>[^`]+)`")


def decode(value: object, form: type[T], trail: Trail, findings: Findings) -> T | None:
    """The value as a form; None, with a finding, where the shape is wrong."""
    try:
        return msgspec.convert(value, form)
    except msgspec.ValidationError as error:
        _complain(str(error), form, trail, findings)
        return None


def head(findings: Findings) -> HeadForm | None:
    """The top of the file, without its lists."""
    whole = findings.document.plain
    if not isinstance(whole, dict):
        findings.error((), "no mapping at the top", "start with `map: lightship-map/1`")
        return None
    known = (*HeadForm.__struct_fields__, *SECTIONS, "sources")
    for key in whole:
        if key not in known:
            findings.error(
                (key,), f"unknown field {key!r}", did_you_mean(key, known, f"one of {', '.join(known)}")
            )
    own = {key: value for key, value in whole.items() if key in HeadForm.__struct_fields__}
    return decode(own, HeadForm, (), findings)


def section(name: str, form: type[T], findings: Findings) -> list[tuple[int, T]]:
    """The entries of one list that have the right shape, with their numbers."""
    value = _top(name, findings)
    if value is None:
        return []
    if not isinstance(value, list):
        findings.error((name,), f"{name} is no list", "entries that begin with `- `")
        return []
    entries = ((n, decode(each, form, (name, n), findings)) for n, each in enumerate(value))
    return [(n, entry) for n, entry in entries if entry is not None]


def named_sources(findings: Findings) -> dict[str, SourceForm]:
    """The sources of the file by their names."""
    value = _top("sources", findings)
    if value is None:
        return {}
    if not isinstance(value, dict):
        findings.error(("sources",), "sources is no mapping", "a name, a colon and {basis: ..., url: ...}")
        return {}
    entries = ((name, decode(each, SourceForm, ("sources", name), findings)) for name, each in value.items())
    return {name: entry for name, entry in entries if entry is not None}


def _top(name: str, findings: Findings) -> object:
    whole = findings.document.plain
    return whole.get(name) if isinstance(whole, dict) else None


def _complain(message: str, form: type[msgspec.Struct], trail: Trail, findings: Findings) -> None:
    where = _AT.search(message)
    inner = _steps(where["path"]) if where else ()
    found = message[: where.start()] if where else message
    extra = _EXTRA.search(message)
    if extra:
        inner = (*inner, extra["name"])
        found, would_do = f"unknown field {extra['name']!r}", _fields_like(extra["name"], form)
    elif found.endswith("got `int`") or found.endswith("got `float`"):
        would_do = "quote it if it is a name or a code" if "`str" in found else ""
    else:
        would_do = ""
    findings.error((*trail, *inner), found.replace("`", ""), would_do)


def _fields_like(name: str, form: type[msgspec.Struct]) -> str:
    known = form.__struct_encode_fields__
    return did_you_mean(name, known, f"one of {', '.join(known)}")


def _steps(path: str) -> Trail:
    found: list[Step] = []
    for match in _STEP.finditer(path):
        if match["index"] is not None:
            found.append(int(match["index"]))
        elif match["key"] is not None:
            found.append(match["key"])
    return tuple(found)
