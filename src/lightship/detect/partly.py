"""A part of the networks sees it fail, the others do not: how many, and what they have in common."""

import numpy as np

from lightship.detect.agreement import SOUND, Agreement
from lightship.detect.moments import Moment
from lightship.detect.plan import Plan
from lightship.vocabulary.alarms import Partial
from lightship.vocabulary.components import ProbePath

WINDOW = 3
"""Ticks over which "at present" is looked at."""


def divided(plan: Plan, ring: tuple[Moment, ...], subject: int) -> Partial | None:
    """The division as it stands; None: all that see it see it fail, more than half do, or none does."""
    failing, answering = _sides(plan, _whole(ring)[-WINDOW:], subject)
    if len(failing) == 0 or len(answering) == 0:
        return None
    networks, those_fail = _by_network(plan, failing, answering)
    ones = networks[those_fail]
    by_family = _family(plan, failing, answering)
    if len(ones) * 2 > len(networks) and not by_family:
        return None
    if by_family or len(ones) == 0:
        ones = np.unique(plan.watchers.network[failing])
    paths = [plan.feet.network.probes[number] for number in failing]
    fine = [plan.feet.network.probes[number] for number in answering]
    named = tuple(dict.fromkeys(path.network for path in paths))
    return Partial(len(ones), len(networks), by_family, named, _region(paths, fine))


def failing_now(plan: Plan, ring: tuple[Moment, ...], subject: int) -> int:
    """Networks most of whose paths fail in the latest tick: one lost answer of another does not make two of one."""
    failing, answering = _sides(plan, ring[-1:], subject)
    return int(_by_network(plan, failing, answering)[1].sum()) if len(failing) else 0


def lasts(plan: Plan, ring: tuple[Moment, ...], subject: int, minutes: int, health: Agreement) -> bool:
    """Whether the same paths have failed for so long, measured from vantages that are worth believing.

    A vantage has to have answered as the others did before: one that has failed from its first day makes no outage.
    """
    latest = _whole(ring)[-minutes:]
    if minutes <= 0 or len(latest) < minutes:
        return False
    failing, _ = _sides(plan, latest[-WINDOW:], subject)
    sound = health.health()[plan.watchers.vantage[failing]] >= SOUND
    return any(_throughout(latest, int(number)) for number in failing[sound])


def _throughout(latest: tuple[Moment, ...], number: int) -> bool:
    """Failed more often than not in nine of ten of these ticks; ticks in which it was not measured say nothing."""
    seen = [moment for moment in latest if number in moment.probes]
    failed = sum(_fails(moment, number) for moment in seen)
    return len(seen) * 2 >= len(latest) and failed >= 0.9 * len(seen)


def _fails(moment: Moment, number: int) -> bool:
    at = int(np.flatnonzero(moment.probes == number)[0])
    return bool(moment.wrong[at] < 0.5 and moment.failures[at] * 2.0 > moment.attempts[at])


def _whole(ring: tuple[Moment, ...]) -> tuple[Moment, ...]:
    return tuple(each for each in ring if not each.early)


def _sides(plan: Plan, latest: tuple[Moment, ...], subject: int) -> tuple[np.ndarray, np.ndarray]:
    """The subject's paths that fail more often than not, and those that do not; believed ones alone."""
    size = len(plan.watchers.rows)
    attempts, failures = np.zeros(size), np.zeros(size)
    for moment in latest:
        believed = moment.wrong < 0.5
        attempts[moment.probes[believed]] += moment.attempts[believed]
        failures[moment.probes[believed]] += moment.failures[believed]
    mine = np.zeros(size, dtype=bool)
    mine[plan.cell_probe[plan.cell_subject == subject]] = True
    seen = mine & (attempts > 0)
    return np.flatnonzero(seen & (failures * 2 > attempts)), np.flatnonzero(seen & (failures * 2 <= attempts))


def _by_network(plan: Plan, failing: np.ndarray, answering: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Networks that see the subject, and of each whether most of its paths fail."""
    both = plan.watchers.network[np.concatenate([failing, answering])]
    networks, back = np.unique(both, return_inverse=True)
    fails = np.bincount(back, np.arange(len(both)) < len(failing)) * 2 > np.bincount(back)
    return networks, fails


def _family(plan: Plan, failing: np.ndarray, answering: np.ndarray) -> int:
    """The address family over which all that fails goes, and nothing that answers; 0: there is none."""
    bad = {plan.watchers.rows[number].family for number in failing}
    good = {plan.watchers.rows[number].family for number in answering}
    return next(iter(bad)) if len(bad) == 1 and not bad & good else 0


def _region(failing: list[ProbePath], answering: list[ProbePath]) -> str:
    """The region that all failing vantages are in, and no other; empty: there is none."""
    bad = {path.region for path in failing}
    if len(bad) != 1 or bad & {path.region for path in answering}:
        return ""
    return next(iter(bad))
