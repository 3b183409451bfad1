"""What would be believed if a probe failed, or answered, once more: the record with that observation taken in."""

import msgspec
import numpy as np

from lightship.detect.evidence import SHARES, Evidence
from lightship.detect.prior import FALSE_FAILURE, MISS
from lightship.explain.live import Live
from lightship.explain.naming import name_of
from lightship.run.explaining.weighed import Weighed, row_name
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.observables import ProbeRow

FAILS, ANSWERS = "fails", "answers"
FORM = 'words of the probe and what it does, such as "example.com from outside-isp-a fails"'
LISTED = 5


class Supposed(msgspec.Struct, frozen=True):
    """The explanation with more observations.

    Args:
        observations: what was supposed, in words.
        searched: whether a search was needed; else nothing can have overtaken what stands.
        before, after: the classes of the best explanation, the strongest first, each by the names of its members;
            empty: none of the components.
        margin_before, margin_after: nats of the strongest class; absent: there is none.
    """

    observations: tuple[str, ...]
    searched: bool
    before: tuple[tuple[str, ...], ...]
    after: tuple[tuple[str, ...], ...]
    margin_before: float | None
    margin_after: float | None


def supposed(taken: Weighed, asked: tuple[str, ...]) -> Supposed:
    """Take the observations in, and search again only if they may have changed something.

    Raises BadInput where one cannot be read.
    """
    said = [_read(taken, each) for each in asked]
    live = Live.of(taken.solved, taken.detection.evidence, taken.misses)
    before, margin = _classes(live), _margin(live)
    for row, fails in said:
        live.observe(row, *_one_more(live.evidence, row, fails))
    searched = not live.stands
    live = live.again() if searched else live
    told = tuple(f"{row_name(taken.scorer, row)} {FAILS if fails else ANSWERS}" for row, fails in said)
    return Supposed(told, searched, before, _classes(live), margin, _margin(live))


def _one_more(evidence: Evidence, row: int, fails: bool) -> tuple[np.ndarray, float]:
    """(K,) nats of the row with one more measurement, and P(it fails though all is well)."""
    known = FALSE_FAILURE if evidence.wrong is None else float(evidence.wrong[row])
    wrong = known if np.isfinite(known) else FALSE_FAILURE
    chance = SHARES * (1.0 - MISS) + (1.0 - SHARES) * wrong
    more = np.log(chance / wrong) if fails else np.log((1.0 - chance) / (1.0 - wrong))
    held = np.where(evidence.has_data[row], np.nan_to_num(evidence.ell[row]), 0.0)
    return np.asarray(held + more), wrong


def _read(taken: Weighed, asked: str) -> tuple[int, bool]:
    words, _, outcome = asked.strip().rpartition(" ")
    if outcome not in (FAILS, ANSWERS) or not words:
        raise BadInput("--suppose", repr(asked), FORM)
    rows = taken.scorer.known.feet.rows
    probes = [n for n, row in enumerate(rows) if isinstance(row, ProbeRow)]
    names = {n: row_name(taken.scorer, n) for n in probes}
    found = [n for n in probes if names[n] == words] or [n for n in probes if words in names[n]]
    if len(found) != 1:
        some = "; ".join(names[n] for n in (found or probes)[:LISTED]) or "the map has none"
        raise BadInput("--suppose", f"{len(found)} probes with {words!r} in their names", f"one of: {some}")
    return found[0], outcome == FAILS


def _classes(live: Live) -> tuple[tuple[str, ...], ...]:
    known = live.solved.scorer.known
    return tuple(tuple(name_of(known, member) for member in each.found.members) for each in live.standing)


def _margin(live: Live) -> float | None:
    """Of the strongest class, with what came since the last search."""
    return round(max(0.0, live.margin(live.standing[0])), 3) if live.standing else None
