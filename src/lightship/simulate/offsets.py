"""Spans as people write them in scenarios: `22m`, `-6h`, `0s`, `1h30m`, `95m`, `7d`."""

import re

from lightship.vocabulary.time import DAY, HOUR, MINUTE, SECOND

_UNITS = {"d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND}
_SPAN = re.compile(r"-?(?:\d+(?:\.\d+)?[dhms])+")
_PART = re.compile(r"(\d+(?:\.\d+)?)([dhms])")
LONGEST = 3_650 * DAY
FORM = "write a span such as 22m, -6h, 90s or 1h30m"


class Offset(int):
    """Milliseconds after a scenario's t0, negative before it; also a length of time.

    A class and not a plain number, so that a file says `22m` and never 1320000.
    """

    @property
    def minutes(self) -> float:
        """The same in minutes."""
        return int(self) / MINUTE


def parse_offset(text: object) -> Offset:
    """The span that a text names. Raises ValueError with what would do.

    >>> parse_offset("1h30m").minutes, parse_offset("-6h").minutes
    (90.0, -360.0)
    """
    if not isinstance(text, str) or not _SPAN.fullmatch(text):
        raise ValueError(f"{text!r} is no span of time; {FORM}")
    length = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
    if length > LONGEST:
        raise ValueError(f"{text!r} is longer than {LONGEST // DAY} days; {FORM}")
    return Offset(round(-length if text.startswith("-") else length))


def offset_text(offset: int) -> str:
    """The span as people write it.

    >>> offset_text(5_400_000), offset_text(-21_600_000), offset_text(0)
    ('1h30m', '-6h', '0s')
    """
    left, parts = abs(int(offset)), []
    for name, unit in _UNITS.items():
        count, left = divmod(left, unit)
        if count:
            parts.append(f"{count}{name}")
    return ("-" if offset < 0 else "") + ("".join(parts) or "0s")
