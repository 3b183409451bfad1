"""path://host - which way do packets go, do they arrive, and is it still the usual way?"""

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from lightship.edges.probes.hops import MOST_HOPS, NoRight, Trace, trace
from lightship.edges.probes.probe import Check, Result
from lightship.edges.probes.stages import Course, Failed, resolve
from lightship.vocabulary.errors import BadInput

USUAL_AFTER = 10
"""Measurements in a row that another way has to be seen before it is the usual one."""

Way = tuple[str | None, ...]

_threads = ThreadPoolExecutor(16, "paths")
"""Of their own: a trace waits for seconds, and looking names up must not wait for it."""


class Memory:
    """The usual way to a target, and how long another one has been seen."""

    def __init__(self) -> None:
        self._usual: Way | None = None
        self._other: Way | None = None
        self._seen = 0

    def differs(self, way: Way) -> tuple[int, str, str] | None:
        """Where a way leaves the usual one, as (hop, was, is); None: it does not, or nothing is usual yet."""
        if self._usual is None:
            self._usual = way
            return None
        found = _difference(self._usual, way)
        if found is None:
            self._usual, self._seen = _merged(self._usual, way), 0
            return None
        same = self._other is not None and _difference(self._other, way) is None
        self._other, self._seen = way, self._seen + 1 if same else 1
        if self._seen >= USUAL_AFTER:
            self._usual, self._other, self._seen = way, None, 0
        return found


def _difference(one: Way, two: Way) -> tuple[int, str, str] | None:
    """The first hop where both are known and not the same; a way that is longer differs behind its end."""
    for number, (was, now) in enumerate(zip(one, two, strict=False), start=1):
        if was is not None and now is not None and was != now:
            return number, was, now
    if len(one) == len(two):
        return None
    number = min(len(one), len(two)) + 1
    was, now = ((each[number - 1 : number] or ("the end",))[0] or "silence" for each in (one, two))
    return number, was, now


def _merged(one: Way, two: Way) -> Way:
    """Hops that kept silent once and spoke another time are known."""
    return tuple(was or now for was, now in zip(one, two, strict=True))


class PathProbe:
    """Up when the target answers at the end of a path; whether that is the usual way is told.

    `?change=down`: another way is down, until it has become the usual one. `?via=ADDRESS`: who has to be on it.
    """

    default_port = 0
    options: Mapping[str, frozenset[str]] | None = {
        "hops": frozenset(), "via": frozenset(), "change": frozenset({"told", "down"}),
    }  # fmt: skip
    takes_login = False

    def __init__(self) -> None:
        self._memories: dict[tuple[str, int, str, str], Memory] = {}

    def agree(self, check: Check) -> None:
        """Addresses and numbers that are some."""
        place, hops = repr(check.address), check.options.get("hops", str(MOST_HOPS))
        if not (hops.isdecimal() and 1 <= int(hops) <= 60):
            raise BadInput(place, f"hops={hops}", "from 1 to 60")
        try:
            ipaddress.ip_address(check.options.get("via", "::"))
        except ValueError:
            raise BadInput(
                place, f"via={check.options['via']}", "write an address, such as 192.0.2.1"
            ) from None

    async def measure(self, check: Check) -> Result:
        """One trace."""
        course, found = Course(check), None
        try:
            family, target = (await resolve(course, socket.SOCK_DGRAM))[0]
            with course.at("path"):
                found = await self._traced(course, family, str(target[0]))
            change = None if not found.reached else self._memory(check).differs(found.addresses)
            detail = _judged(check, found, change)
        except Failed as failed:
            if found is None:
                return course.down(failed)
            changed = failed.failure == "path-changed"
            return course.down(failed, figures=_figures(found, changed), texts={"path": _told(found)})
        return course.up(detail, figures=_figures(found, change is not None), texts={"path": _told(found)})

    async def _traced(self, course: Course, family: int, target: str) -> Trace:
        hops = int(course.check.options.get("hops", MOST_HOPS))
        work = asyncio.get_running_loop().run_in_executor(
            _threads, trace, family, target, course.left(), hops, course.check.device
        )
        try:
            return await work
        except NoRight as error:
            raise Failed("path", "unreachable", str(error), ours=True) from error

    def _memory(self, check: Check) -> Memory:
        return self._memories.setdefault((check.address, check.family, check.peer, check.device), Memory())


def _judged(check: Check, found: Trace, change: tuple[int, str, str] | None) -> str:
    if not found.reached:
        raise Failed("path", "unreachable" if found.refused_by else "timeout", _end(found))
    via = check.options.get("via")
    if via is not None and str(ipaddress.ip_address(via)) not in found.addresses:
        raise Failed("path", "path-changed", f"not by {via}: {_told(found)}")
    if change is None:
        return f"{len(found.hops)} hop{'' if len(found.hops) == 1 else 's'}: {_told(found)}"
    number, was, now = change
    said = f"another way than usual: at hop {number} {now}, usually {was}"
    if check.options.get("change") == "down":
        raise Failed("path", "path-changed", said)
    return said


def _end(found: Trace) -> str:
    """Where it ends, for who has to look there."""
    if found.refused_by is not None:
        return f"{found.refused_by[0]}, at hop {found.refused_by[1]}, says that it cannot be reached"
    if not found.hops:
        return "nobody answers, not even the first router"
    return f"ends behind hop {len(found.hops)}, {found.hops[-1].address}"


def _told(found: Trace) -> str:
    said = " > ".join(each or "?" for each in found.addresses)
    return said if len(said) <= 200 else f"{said[:199]}…"


def _figures(found: Trace, changed: bool) -> Mapping[str, float]:
    told = {"hops": float(len(found.hops)), "path_changed": float(changed)}
    last = found.hops[-1].rtt if found.hops and found.reached else None
    return told | ({"rtt_ms": 1000 * last} if last is not None else {})
