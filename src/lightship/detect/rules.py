"""The named rules that decide what an alarm may be called. Each returns its reason in words."""

import math
from dataclasses import dataclass

import numpy as np

from lightship.detect.moments import Moment
from lightship.detect.plan import Plan
from lightship.vocabulary.alarms import AlarmState, Partial

PREFIXES = 5.0
NETWORKS = 2
LOOK_BACK = 5
"""Ticks over which probes are asked whether a service is well."""
CONFIRMS = 6.0
"""Nats of a feed and of passive counts from which the one confirms the other: two kinds of evidence that nobody forges
or breaks together."""
PROBE_SAYS = 6.0
"""Nats of probes that make a word of their own: more than one failure of one path, which happens every day."""
BY_THEMSELVES = 0.02
"""Share of a service's observations that may fail while it is well: four times the shipped rate of false failures."""

PATHS_FAIL = "probes from two networks fail on paths that have this in common"
PATH_FAILS = "probes fail again and again, seen from one place"
SOME_FAIL = "probes from a part of the networks fail, again and again, and the others do not"
HAVE_FALLEN = "sessions or calls have fallen"
HELD = "reports only, no more than talk can bring, while what is measured of the same service is well"
EVERYWHERE = "reports only, and they rise everywhere, while what is measured of the same service is well"
MEASURED = (PATHS_FAIL, PATH_FAILS, SOME_FAIL, HAVE_FALLEN)
"""Reasons that rest on more than what people say."""


@dataclass(frozen=True)
class Case:
    """What the rules look at.

    Args:
        networks: with failing probes in the footprint. prefixes: a safe lower bound of distinct reporting prefixes.
        partial: the networks are divided, and fewer than half see it fail; lasting: for long enough to be told.
        falls: passive counts reach the threshold alone, or a feed and they each say so.
        everywhere: past the threshold but for what reports rise everywhere.
    """

    score: float
    threshold: float
    by_counts: float
    by_probes: float
    networks: int
    prefixes: float
    falls: bool
    held: bool
    one_vantage: bool
    everywhere: bool = False
    partial: Partial | None = None
    lasting: bool = False


def verdict(case: Case) -> tuple[AlarmState, str]:
    """The state that the evidence allows now, and why."""
    if case.held:
        return "possible", HELD
    if case.score < case.threshold:
        if case.everywhere:
            return "possible", EVERYWHERE
        return "possible", "above the usual, below the threshold"
    if case.networks >= NETWORKS and case.by_probes >= PROBE_SAYS:
        return "outage", PATHS_FAIL
    if case.one_vantage and case.by_probes >= PROBE_SAYS:
        return "outage", PATH_FAILS
    if case.lasting and case.by_probes >= PROBE_SAYS:
        return "outage", SOME_FAIL
    if case.falls:
        return "outage", HAVE_FALLEN
    if case.prefixes >= PREFIXES and case.by_counts >= PROBE_SAYS:
        return "outage", "reports from five network prefixes or more"
    return "possible", "past the threshold, but from too few networks for a public statement"


def failing_networks(plan: Plan, recent: tuple[Moment, ...], subject: int) -> int:
    """Distinct access networks with failing probes among a subject's paths."""
    mine = np.zeros(len(plan.watchers.rows), dtype=bool)
    mine[plan.cell_probe[plan.cell_subject == subject]] = True
    failing = np.concatenate([np.empty(0, np.int64), *(moment.failing for moment in recent)])
    return len(np.unique(plan.watchers.network[failing[mine[failing]]]))


def probes_say_well(plan: Plan, recent: tuple[Moment, ...], active: np.ndarray) -> bool:
    """Every active service answers from two networks or more, and fails no more than probes do by themselves."""
    latest = recent[-LOOK_BACK:]
    return bool(active.any()) and all(_well(plan, latest, int(service)) for service in np.flatnonzero(active))


def _well(plan: Plan, latest: tuple[Moment, ...], service: int) -> bool:
    networks, attempts, failures = dict[int, None](), 0.0, 0.0
    for moment in latest:
        about = (plan.watchers.service[moment.probes] == service) & (moment.wrong < 0.5)
        attempts += float(moment.attempts[about].sum())
        failures += float(moment.failures[about].sum())
        for network in plan.watchers.network[moment.probes[about & (moment.failures < moment.attempts)]]:
            networks[int(network)] = None
    return len(networks) >= NETWORKS and failures <= by_themselves(attempts)


def by_themselves(attempts: float) -> float:
    """Failures of so many attempts that say nothing yet: what is usual, a failure, and four standard deviations.

    The question is asked anew each minute for hours, so that a bound passed once in fifty minutes would be passed in
    every rumour. An outage that probes see fails far more of them, and then they have a word of their own.

    >>> [round(by_themselves(each), 1) for each in (10, 50, 500)]
    [3.0, 6.0, 23.6]
    """
    usual = BY_THEMSELVES * attempts
    return 1.0 + usual + 4.0 * math.sqrt(usual)
