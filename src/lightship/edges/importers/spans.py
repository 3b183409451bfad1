"""Lengths of time as Go and Prometheus write them: `1m30s`, `500ms`, `2h`."""

import re

from lightship.vocabulary.errors import BadInput

_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|us|µs|ns|s|m|h|d|w|y)?")
_UNITS = {
    "ns": 1e-9,
    "us": 1e-6,
    "µs": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "m": 60.0,
    "h": 3600.0,
    "d": 86400.0,
    "w": 604800.0,
    "y": 31536000.0,
}


def seconds(said: object) -> float:
    """A number alone is in seconds. Raises BadInput.

    >>> seconds("1m30s"), seconds("500ms"), seconds(15)
    (90.0, 0.5, 15.0)
    """
    text = str(said).strip()
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise BadInput(repr(text), "is no length of time", "write one such as 30s or 1m30s")
    return sum(float(number) * _UNITS[unit or "s"] for number, unit in parts)
