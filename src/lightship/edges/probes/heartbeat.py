"""heartbeat://NAME?within=26h - has the sign of life come that was agreed? The target calls us; silence is failure."""

import asyncio
import re
import time
from collections.abc import Mapping
from pathlib import Path

from lightship.edges.probes.beats import NAME, Beat, Beats
from lightship.edges.probes.dialogue import shown
from lightship.edges.probes.probe import Check, Result
from lightship.edges.probes.stages import Course, Failed
from lightship.vocabulary.errors import BadInput

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_SPAN = re.compile(r"(\d{1,6})([smhd])")


class HeartbeatProbe:
    """Up while the last sign of life is younger than `within` and said that all is well.

    Until the first has come, and `within` is not over since we began to wait, nothing is known.
    """

    default_port = 0
    options: Mapping[str, frozenset[str]] | None = {"within": frozenset()}
    takes_login = False
    goes_by_ip = False

    def agree(self, check: Check) -> None:
        """A name that can be a file's, and a time."""
        if not NAME.fullmatch(check.host):
            raise BadInput(
                repr(check.address), f"{check.host!r} is no name", "write letters, digits, dots and hyphens"
            )
        _within(check)

    async def measure(self, check: Check) -> Result:
        """Look when it was heard last."""
        course = Course(check)
        try:
            with course.at("heard"):
                detail, figures = await _heard(check)
        except Failed as failed:
            return course.down(failed)
        return course.up(detail, figures=figures)


async def _heard(check: Check) -> tuple[str, Mapping[str, float]]:
    if not check.folder:
        raise Failed("heard", "overdue", "only the hub that hears it can tell", ours=True)
    try:
        beat = await asyncio.to_thread(Beats(Path(check.folder)).look, check.host)
    except OSError as error:
        raise Failed("heard", "overdue", f"{check.folder}: {error.strerror}", ours=True) from error
    return _judged(check, beat, time.time())


def _judged(check: Check, beat: Beat, now: float) -> tuple[str, Mapping[str, float]]:
    within = _within(check)
    if beat.at is None:
        waited = max(0.0, now - beat.since)
        raise Failed("heard", "overdue", f"not heard yet, waited for {told(waited)}", ours=waited <= within)
    age = max(0.0, now - beat.at)  # a clock that was set back makes nothing overdue
    figures = {"age_s": age}
    word = f": {shown(beat.said)}" if beat.said else ""
    if age > within:
        raise Failed(
            "heard", "overdue", f"last heard {told(age)} ago, expected within {told(within)}", figures=figures
        )
    if not beat.well:
        raise Failed("heard", "says-so", f"{told(age)} ago it said that it failed{word}", figures=figures)
    return f"heard {told(age)} ago{word}", figures


def _within(check: Check) -> float:
    said = check.options.get("within", "")
    found = _SPAN.fullmatch(said)
    if found is None or int(found[1]) == 0:
        raise BadInput(
            repr(check.address),
            f"within={said}" if said else "no `within`",
            "write ?within=26h, 90s, 5m or 2d",
        )
    return float(int(found[1]) * _UNITS[found[2]])


def told(seconds: float) -> str:
    """
    >>> [told(each) for each in (8, 95, 7300, 200_000)]
    ['8 s', '95 s', '2.0 hours', '2.3 days']
    """
    if seconds >= 2 * 86_400:
        return f"{seconds / 86_400:.1f} days"
    return f"{seconds / 3600:.1f} hours" if seconds >= 7200 else f"{seconds:.0f} s"
