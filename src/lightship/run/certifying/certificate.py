"""Is the answer the best there is? Proven where it can be, else tried far and wide, and the gap either way."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import msgspec

from lightship.explain.naming import name_of
from lightship.explain.score import Fit, Scorer
from lightship.run.certifying.everything import GROWN, PAIRED, Trial, planned
from lightship.run.certifying.optimum import exact, partial_sets

EQUAL = 0.01
"""Nats below which two explanations count as equally good."""

COUNTED = (
    "reports are counted: what areas share divides their nats, so that these do not add up, and no programme can prove "
    "the best explanation"
)
TOO_LONG = "the time was over before all of it was done; --seconds gives more"

Verdict = Literal["optimal", "better found", "not proven"]


class Certificate(msgspec.Struct, frozen=True):
    """One answer held against the best explanation.

    Args:
        verdict: "optimal": nothing is better, proven. "better found": the search has failed. "not proven": nothing
            better was found, and that is all that can be said.
        gap: nats by which the best explanation that was found is above the answer; 0: none is.
        margin: nats between the best explanation and the best one without the class; absent: the answer has no class.
        margin_proven: both of these are proven.
        best: the best explanation in words; empty: nothing is out.
        how: what was done, in words. why_not: why it is not proven; empty: it is.
        tried: programmes solved, or explanations scored.
        seconds: of the clock.
    """

    verdict: Verdict
    gap: float
    margin: float | None
    margin_proven: bool
    best: tuple[str, ...]
    how: str
    why_not: str
    tried: int
    seconds: float


def steps(scorer: Scorer, answer: Fit, members: frozenset[int]) -> int:
    """How many times `certificate` calls `advance`, about."""
    each = planned(scorer) if counts_speak(scorer) else len(partial_sets(scorer, answer))
    return each * (2 if members else 1)


def certificate(
    scorer: Scorer, answer: Fit, members: frozenset[int], seconds: float, advance: Callable[[], None] = lambda: None
) -> Certificate:  # fmt: skip
    """Hold an answer against the best explanation, and its margin against the best one without the class.

    Args:
        members: the class (causes); empty: it has none. seconds: of the clock, for all of it.
    """
    began = time.monotonic()
    look = _tried if counts_speak(scorer) else _proven
    best = look(scorer, answer, frozenset(), began + seconds / (2 if members else 1), advance)
    less = look(scorer, answer, members, began + seconds, advance) if members else None
    both = [each for each in (best, less) if each is not None]
    top = max(best.fit, answer, key=lambda fit: fit.total)
    tried = sum(each.tried for each in both)
    return Certificate(
        verdict=_verdict(best, answer), gap=round(max(0.0, best.fit.total - answer.total), 3),
        margin=None if less is None else round(max(0.0, top.total - less.fit.total), 3),
        margin_proven=less is not None and all(each.proven for each in both),
        best=tuple(name_of(scorer.known, cause) for cause, _ in top.parts), how=_how(scorer, tried),
        why_not=_why_not(scorer, both), tried=tried, seconds=round(time.monotonic() - began, 1),
    )  # fmt: skip


def counts_speak(scorer: Scorer) -> bool:
    """Whether reports have a say: then the nats of rows do not simply add up."""
    return bool((scorer.known.counted & (scorer.table.top > 0.0)).any())


@dataclass(frozen=True)
class _Looked:
    """The best of all that was looked at. whole: all that was planned was looked at."""

    fit: Fit
    proven: bool
    tried: int
    whole: bool


def _proven(
    scorer: Scorer, answer: Fit, without: frozenset[int], until: float, advance: Callable[[], None]
) -> _Looked:
    found = exact(scorer, answer, without, until - time.monotonic(), advance)
    return _Looked(found.fit, found.proven, found.programmes, found.proven)


def _tried(
    scorer: Scorer, answer: Fit, without: frozenset[int], until: float, advance: Callable[[], None]
) -> _Looked:
    found = Trial(scorer, without, until, advance).run()
    return _Looked(found.best, False, found.tried, found.whole)


def _verdict(best: _Looked, answer: Fit) -> Verdict:
    if best.fit.total > answer.total + EQUAL:
        return "better found"
    return "optimal" if best.proven else "not proven"


def _how(scorer: Scorer, tried: int) -> str:
    if counts_speak(scorer):
        return (
            f"{tried:,} explanations scored: every cause by itself at every severity, the {PAIRED} best two by two, "
            f"and each of those beside the {GROWN} best pairs"
        )
    return f"{tried} mixed-integer programmes over the map (HiGHS): all that fails whole, beside sets of partial causes"


def _why_not(scorer: Scorer, looked: list[_Looked]) -> str:
    cut = "" if all(each.whole for each in looked) else TOO_LONG
    if counts_speak(scorer):
        return f"{COUNTED}; {cut}" if cut else COUNTED
    return cut
