"""What every deployment and every replay starts from. Ours, dated, and never a scenario's own parameters.

All of it is assumed unless a line says where it comes from; a deployment's own history takes over as it is seen.
"""

from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.sources import Source

AS_OF = "2026-11-24"
SOURCE = Source(
    basis="assumed", publisher="Lightship", as_of=AS_OF, note="shipped prior; replaced by own history"
)

QUIET_PER_LINE = 2.5e-8
"""Reports per line and tick on a quiet day, daytime: the order of a public counter that sees some 0.4 an hour per
300,000 lines. A deployment with a form of its own may see many times that, hence the next constant."""

LEVEL_EVENTS = 2.0
"""The weight of that level, in reports: after two reports of a service its own history weighs as much."""

OWN_EVENTS = 3.0
"""An area's own level counts as much as its service's level after this many expected reports: areas differ much."""

WITHOUT_AREA = 0.35
"""Share of reports that name no area."""

CV_AREA, CV_NATION = 0.4, 0.3
"""Slow noise beyond Poisson, as coefficients of variation: per area, and common to all areas of a service."""

CV_LEVEL = 0.2
"""Error of the expected level itself."""

WRONG_SERVICE = 0.5
"""Reports of a service that is well, as a share of those that name the one that is out: up to a third of all named the
wrong one on 2 February 2016 (e-mail and telephone, in a broadband outage), which is half of the right ones."""

REPORTS_PER_AFFECTED = {"broadband": -2.3, "voice": -2.6, "mobile": -3.2}
"""log10 of (reports in all / people affected), by the first part of the service's name."""
REPORTS_PER_AFFECTED_OTHERWISE = -3.0
PEAK_PER_TOTAL = 0.0217
"""Share of an outage's reports that comes in its worst minute: ln 2 / 32 min, the half-life of one large outage."""
EAGERNESS = (0.0, 0.1, 0.32, 1.0, 3.2)
"""Factors on that propensity, none among them: early, asleep, or without a second path to report over."""
EAGERNESS_WEIGHTS = (0.05, 0.2, 0.3, 0.3, 0.15)

REPORT_DELAY_MINUTES, REPORT_DELAY_SIGMA = 8.0, 0.7
"""How long people take to notice and to report by day, lognormal: median in minutes, and sigma. Assumed."""

HOURS = (0.4, 0.25, 0.18, 0.15, 0.15, 0.2, 0.4, 0.7, 0.9, 1.0, 1.0, 1.0,
         1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.8, 0.6)  # fmt: skip
WEEKEND_HOURS = (0.5, 0.35, 0.22, 0.16, 0.15, 0.15, 0.2, 0.4, 0.65, 0.9, 1.0, 1.0,
                 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.85, 0.65)  # fmt: skip
"""People's readiness to report by local hour, 1 at its height. No published curve was found."""

FALSE_FAILURE, FALSE_FAILURE_WEIGHT = 0.005, 200.0
"""Share of observations that fail with the target well, and the observations that this prior weighs; also the floor."""
UNVERIFIED = 0.05
"""The same where nothing else was measured from that vantage in that tick, so that its own line may be what failed."""
MISS = 0.02
"""Share of observations that succeed with the path out (a cache, an answer from elsewhere)."""

TROUBLE_A_TICK = 1.0 / 1440
"""P(a target goes down in a tick), erring high: a question too many costs little."""
NETWORK_TROUBLE = 1e-3
"""Rounds in which one access network loses a target by itself: what one network says in a round is bounded by it."""
COMMON_CAUSE, COMMON_CAUSE_VERIFIED = 1e-4, 1e-6
"""Rounds in which probes fail together for a reason of their own; verified: other paths from them were fine."""

FEED_NATS = {
    "power-lost": 6.0, "on-battery": 0.5, "dying-gasp": 5.0, "loss-of-signal": 5.0, "equipment-alarm": 3.0,
    "change-made": 0.5,
    "certificate-expired": 5.0, "weather-warning": 0.3, "route-withdrawn": 4.0, "supplier-statement": 3.0,
    "provider-statement": 4.0, "planned-work": 1.0, "power-restored": -3.0, "component-restored": -3.0,
    "fibre-break": 5.0, "grid-outage": 0.5, "restarted": 1.0, "utilisation-high": 1.0, "traffic-anomaly": 1.0,
    "mentions-high": 0.5,
}  # fmt: skip
"""What a feed's word about a component is worth, in nats: log of P(said | it is out) / P(said | it is well). None
reaches a threshold alone: a feed can be wrong or forged, and counts by its trust."""

MOST_FEED_NATS = 6.0
"""What one feed may say of one component in all, however often it says it."""

PASSIVE_CV = 0.1
"""Noise of a passive count against its own recent past, where the deployment has not measured it."""


HALF_OF_REPORTS_MINUTES = 32.0
"""People report once: fewer and fewer are left who have not. Vodafone UK, 13 October 2025: from 135,000
reports to 4,000 in 2 h 40 min (press figures, docs/reference/detection.md)."""
STILL_REPORTING = 0.1
"""What is left of it in the end: people who notice late, and new ones who are hit. Assumed."""


def eagerness(age_minutes: float) -> float:
    """How ready to report the people hit still are, so long after an onset, against its height; 1 at the onset."""
    faded = 2.0 ** (-max(age_minutes, 0.0) / HALF_OF_REPORTS_MINUTES)
    return float(STILL_REPORTING + (1.0 - STILL_REPORTING) * faded)


def propensity(service: ServiceId) -> float:
    """Reports per affected line and tick at the height of an outage by day, the middle of a wide range.

    Source of the exponents: published report totals over people affected, 2016-2025 (docs/reference/detection.md).
    """
    first = service.split(".")[0]
    return float(10.0 ** REPORTS_PER_AFFECTED.get(first, REPORTS_PER_AFFECTED_OTHERWISE) * PEAK_PER_TOTAL)
