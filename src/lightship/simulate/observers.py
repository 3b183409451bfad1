"""How customers and probes behave in a scenario: every number that turns health into signals."""

from typing import Literal

import msgspec

from lightship.simulate.offsets import Offset
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.signals import Symptom

_MINUTE = 60_000


class Ratio(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """log10 of (customers who would report / customers hit), normal; drawn once per service and run."""

    mean: float
    sd: float


class Delay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Minutes from being hit to reporting, lognormal: its median, and the spread of its natural logarithm."""

    median: float
    sigma: float = 0.7


class Delays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By day, and for those who are awake at night. Sleepers report after they woke."""

    day: Delay = Delay(8.0)
    night: Delay = Delay(35.0)


class Noise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The spread of ordinary reports. Not the detector's family on purpose; see `simulate.noise`.

    Args:
        region_sd, nation_sd: of the log rate, per region and common to all.
        memory: time after which 1/e of a deviation of the log rate is left.
        clumps_per_day: households or offices a day that report several times from one prefix, whole network.
        clump_size: reports in a clump, mean.
        drift_per_day: growth of the level, as a share a day.
    """

    region_sd: float = 0.35
    nation_sd: float = 0.2
    memory: Offset = Offset(90 * _MINUTE)
    clumps_per_day: float = 6.0
    clump_size: float = 4.0
    drift_per_day: float = 0.01


class ReportsModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How customers report.

    Args:
        baseline_per_million_lines_per_15min: ordinary reports at the busiest hours, per service.
        log10_ratio: for broadband and voice; by_service: other services by id.
        fall_half_life: the later half of the reporters come after the first by an exponential delay of that half-life.
        newly_hit_per_hour: while something stays out, others begin to use it and find out: so many an hour at the
            busiest hours, as a share of those who are out.
        late: share of those who report although it works again by then.
        needs_second_path: share of the hit who can only report by another way (mobile data).
        second_path: share of those who have one.
        wrong_provider: share of reports by the hit that name another provider.
        wrong_service: share of them that name another service.
        no_area_code: share of all reports without an area.
        duplicates: share of all reports that are sent once more by the same reporter.
        malicious: false reports, as a share of all; spread over areas at random.
        mobile: share of reporters on mobile networks, whose prefixes are few.
        place_sd: spread of the log eagerness to report between areas.
        symptoms: what the hit say, as weights; empty: what the fault's mode suggests.
    """

    baseline_per_million_lines_per_15min: float = 0.3
    diurnal: Literal["uk_default", "flat"] = "uk_default"
    log10_ratio: Ratio = Ratio(-2.3, 0.5)
    by_service: dict[ServiceId, Ratio] = {}
    delay_min: Delays = Delays()
    fall_half_life: Offset = Offset(32 * _MINUTE)
    newly_hit_per_hour: float = 0.15
    late: float = 0.1
    needs_second_path: float = 0.9
    second_path: float = 0.85
    wrong_provider: float = 0.055
    wrong_service: float = 0.15
    no_area_code: float = 0.35
    duplicates: float = 0.2
    malicious: float = 0.0
    mobile: float = 0.6
    place_sd: float = 0.3
    symptoms: dict[Symptom, float] = {}
    noise: Noise = Noise()


class Trouble(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vantage's own line is bad: this share of all that it measures fails."""

    vantage: str
    at: Offset
    until: Offset
    loss: float = 1.0


class ProbesModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How vantages measure. The paths themselves stand in the map.

    Args:
        every: between two measurements of one path.
        false_failure: chance that a measurement of something healthy fails.
        missed: chance that a measurement is not made.
        troubles_per_day: own-line troubles a day and vantage, with a median of 4 minutes.
    """

    every: Offset = Offset(_MINUTE)
    false_failure: float = 0.002
    missed: float = 0.001
    troubles_per_day: float = 0.1
    trouble: tuple[Trouble, ...] = ()


class PassiveModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A passive count of one service by area; only a provider has it.

    Args:
        share: of the lines that count when all is well, at the busiest hour.
        shows: share of a loss that the count shows, 0-1.
        noise: coefficient of variation of one count beyond chance.
        diurnal: flat: a router keeps its session all night; absent: as the reports.
    """

    service: ServiceId
    kind: Literal["sessions", "logins", "calls"] = "sessions"
    every: Offset = Offset(5 * _MINUTE)
    share: float = 0.5
    shows: float = 1.0
    noise: float = 0.02
    diurnal: Literal["uk_default", "flat"] | None = None
