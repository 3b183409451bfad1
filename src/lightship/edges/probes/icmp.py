"""icmp://host - do echo requests come back, and how many of them?  RFC 792, 4443."""

import asyncio
import socket
import statistics
from collections.abc import Callable, Mapping, Sequence

from lightship.edges.probes.packets import Burst, NoSocket, packets, volley
from lightship.edges.probes.probe import Check, Result, Stage
from lightship.edges.probes.stages import Course, Failed, literal_of, resolve, trouble

COUNT, MOST = 3, 20
GAP = 0.2
"""Seconds between two requests to one host: often enough to see loss, seldom enough to be no burden."""


class IcmpProbe:
    """Up when at least one of three requests is answered; with `?loss=PERCENT`, when no more than that is lost.

    A host that does not answer echo requests may be well all the same: watch one that is known to.
    """

    default_port = 0
    options: Mapping[str, frozenset[str]] | None = {
        "count": frozenset(str(n) for n in range(1, MOST + 1)), "loss": frozenset(str(n) for n in range(100)),
    }  # fmt: skip
    takes_login = False

    async def measure(self, check: Check) -> Result:
        """So many requests, a fifth of a second apart."""
        course = Course(check)
        try:
            family, target = (await resolve(course, socket.SOCK_DGRAM))[0]
            with course.at("answer"):
                try:
                    times, error = await volley(family, str(target[0]), _count(check), GAP, course.left())
                except NoSocket as trouble_here:
                    raise Failed("request", "unreachable", str(trouble_here), ours=True) from trouble_here
            detail = _judged(check, times, error)
            course.took("answer", statistics.median(times))
        except Failed as failed:
            return course.down(failed)
        return course.up(detail, figures=_figures(check, times), texts={"address": str(target[0])})

    def measure_many(self, checks: Sequence[Check], told: Callable[[int, Result], None]) -> Sequence[int]:
        """Begin those whose address is a literal one, in bursts; gives the places of those that were begun.

        `told` gets place and result of each, on this loop's thread.
        """
        engine = packets()
        alike: dict[tuple[int, int, float], list[int]] = {}
        for place, check in enumerate(checks):
            literal = literal_of(check)
            if literal is not None and engine.may_echo(literal[0]):  # where it may not, measure() says so
                alike.setdefault((literal[0], _count(check), check.timeout), []).append(place)
        engine.submit(_burst(checks, key, places, told) for key, places in alike.items())
        return [place for places in alike.values() for place in places]


def _burst(
    checks: Sequence[Check],
    key: tuple[int, int, float],
    places: Sequence[int],
    told: Callable[[int, Result], None],
) -> Burst:
    family, count, patience = key

    def ended(nth: int, times: list[float], error: OSError | None) -> None:
        place = places[nth]
        told(place, _result(checks[place], times, error))

    addresses = [checks[place].host for place in places]
    return Burst(family, addresses, count, GAP, patience, asyncio.get_running_loop(), ended)


def _result(check: Check, times: list[float], error: OSError | None) -> Result:
    phases: tuple[tuple[Stage, float], ...] = (
        ("answer", statistics.median(times) if times else check.timeout),
    )
    try:
        detail = _judged(check, times, error)
    except Failed as failed:
        return Result(False, failed.stage, failed.failure, phases, failed.detail)
    return Result(
        True, "answer", None, phases, detail, None, _figures(check, times), False, {"address": check.host}
    )


def _count(check: Check) -> int:
    said = check.options.get("count")
    return COUNT if said is None else int(said)


def _figures(check: Check, times: Sequence[float]) -> dict[str, float]:
    count = _count(check)
    return {"loss_percent": 100 * (count - len(times)) / count, "rtt_ms": statistics.median(times) * 1000}


def _judged(check: Check, times: Sequence[float], error: OSError | None = None) -> str:
    count = _count(check)
    if not times and error is not None:
        raise Failed("answer", *trouble(error))
    if not times:
        raise Failed("answer", "timeout", f"none of {count} echo requests was answered")
    told = f"{len(times)} of {count} answered, {statistics.median(times) * 1000:.3g} ms"
    if 100 * (count - len(times)) / count > float(check.options.get("loss", 99.9)):
        raise Failed("answer", "lost", told)
    return told
