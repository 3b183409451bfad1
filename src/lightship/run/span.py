"""Spans of time on the command line."""

import re

import click

_SPAN = re.compile(r"(\d+)\s*(s|m|h|d)?")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, None: 1}


class Span(click.ParamType[int]):
    """A span of time, in whole minutes once read: 90s, 10m, 2h."""

    name = "span"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Minutes, rounded up; one at least."""
        if isinstance(value, int):
            return value
        found = _SPAN.fullmatch(value.strip())
        if found is None or int(found[1]) == 0:
            self.fail(f"{value!r} is no span of time; write 90s, 10m or 2h")
        return -(-int(found[1]) * _SECONDS[found[2]] // 60)
