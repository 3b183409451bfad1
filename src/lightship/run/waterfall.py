"""One check, stage by stage: how long each took, drawn as a small waterfall, and where it ended."""

from collections.abc import Iterator, Sequence

import msgspec

from lightship.edges.probes.probe import Check, Result, Stage

WIDTH = 40
"""Columns of the longest line of stages."""

NAMES = 9
"""Columns of the names of stages, at least."""

RENEW_DAYS = 14
"""Machines renew with a third of the time left (30 of 90 days); with less than this they have not done so."""

EIGHTHS = " ▏▎▍▌▋▊▉"


class Measurement(msgspec.Struct, frozen=True):
    """One result with the address family, and the literal address, that it was had over; empty where there is none."""

    address: str
    family: str
    result: Result
    peer: str = ""

    @property
    def up(self) -> bool:
        """The verdict."""
        return self.result.up


def lines(check: Check, found: Sequence[Measurement]) -> Iterator[str]:
    """What people see."""
    longest = max((each.result.seconds for each in found), default=0.0)
    wide = max((len(stage) for each in found for stage, _ in each.result.phases), default=0)
    wide = max(wide, NAMES)
    for each in found:
        yield f"{_verdict(each)}  {check.address}{_way(check, each)}{_said(each.result)}"
        yield from _stages(each.result, longest, wide)
        if each.result.expires is not None:
            yield f"    {'proof':<{wide}} {ends(each.result.expires)}"


def _verdict(each: Measurement) -> str:
    if each.result.unknown:
        return "?   "
    return "up  " if each.up else "DOWN"


def _way(check: Check, each: Measurement) -> str:
    """The family, and the address where the name is not one itself."""
    parts = [part for part in (each.family, each.peer if each.peer != check.host else "") if part]
    return f"  {' '.join(parts)}" if parts else ""


def _said(result: Result) -> str:
    if result.up:
        return f"  {result.detail}" if result.detail else ""
    if result.unknown:
        return f"  not known: {result.detail}"
    return f"  {result.failure} at {result.stage}: {result.detail}"


def _stages(result: Result, longest: float, wide: int) -> Iterator[str]:
    """Each stage once, in order; time that a stage took in several goes is added up."""
    taken: dict[Stage, float] = {}
    for stage, seconds in result.phases:
        taken[stage] = taken.get(stage, 0.0) + seconds
    before = 0.0
    for stage, seconds in taken.items():
        mark = "✗" if not result.up and stage == result.stage else " "
        yield f"  {mark} {stage:<{wide}} {_bar(before, seconds, longest)} {_time(seconds)}"
        before += seconds


def _bar(before: float, seconds: float, longest: float) -> str:
    """A bar of its length that starts where the stage before ended; every stage shows at least a sliver."""
    scale = WIDTH / longest if longest > 0 else 0.0
    start = min(int(before * scale), WIDTH - 1)
    eighths = max(1, round(seconds * scale * 8))
    bar = "█" * (eighths // 8) + (EIGHTHS[eighths % 8] if eighths % 8 else "")
    return (" " * start + bar)[: WIDTH + 1].ljust(WIDTH + 1)


def _time(seconds: float) -> str:
    """
    >>> [_time(each) for each in (0.00042, 0.042, 4.2)]
    ['0.42 ms', '42 ms', '4.2 s']
    """
    if seconds >= 1:
        return f"{seconds:.3g} s"
    return f"{seconds * 1000:.2g} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"


def ends(seconds: float) -> str:
    """How long the certificate or signature is still good for, with a warning where it is time to renew.

    >>> [ends(days * 86_400) for days in (90, 12, 0.5, -3)]  # doctest: +NORMALIZE_WHITESPACE
    ['good for another 90 days', 'good for another 12 days: renew it now', 'good for another 12 hours: renew it now',
     'ended 3 days ago']
    """
    days = seconds / 86_400
    if days < 0:
        return f"ended {-days:.0f} days ago" if days <= -2 else f"ended {-seconds / 3600:.0f} hours ago"
    left = (
        f"good for another {days:.0f} days" if days >= 2 else f"good for another {seconds / 3600:.0f} hours"
    )
    return f"{left}: renew it now" if days < RENEW_DAYS else left
