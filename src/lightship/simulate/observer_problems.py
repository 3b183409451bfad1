"""What is wrong with the numbers of customers, probes and counts: beyond their bounds, nothing they say makes sense."""

from collections.abc import Collection, Mapping

from lightship.simulate.complaints import Problem, Problems, Trail, between, forward, known, positive, share
from lightship.simulate.observers import ProbesModel, ReportsModel
from lightship.simulate.scenario import Scenario
from lightship.vocabulary.time import MINUTE

_MOST_REPORTS = 2e7

_SHARES = (
    "late", "needs_second_path", "second_path", "wrong_provider", "wrong_service", "no_area_code", "duplicates",
    "malicious", "mobile",
)  # fmt: skip

_BOUNDS: Mapping[str, tuple[float, float]] = {
    "baseline_per_million_lines_per_15min": (0.0, 10_000.0),
    "newly_hit_per_hour": (0.0, 10.0),
    "place_sd": (0.0, 2.0),
}
_NOISE: Mapping[str, tuple[float, float]] = {
    "region_sd": (0.0, 2.0),
    "nation_sd": (0.0, 2.0),
    "clumps_per_day": (0.0, 100_000.0),
    "clump_size": (0.0, 1_000.0),
    "drift_per_day": (-0.2, 0.2),
}
_RATIO: Mapping[str, tuple[float, float]] = {"mean": (-9.0, 0.0), "sd": (0.0, 2.0)}
_DELAY: Mapping[str, tuple[float, float]] = {"median": (0.0, 1_440.0), "sigma": (0.0, 3.0)}


def observer_problems(scenario: Scenario) -> Problems:
    """Everything that is wrong with `reports`, `probes` and `passive`."""
    services = dict.fromkeys(each.service for each in scenario.network.service_areas)
    yield from _reports(scenario.reports, services)
    yield from _too_many(scenario)
    yield from _probes(scenario.probes, dict.fromkeys(path.vantage for path in scenario.network.probes))
    for n, model in enumerate(scenario.passive):
        here: Trail = ("passive", n)
        yield from known((*here, "service"), "service with lines", model.service, services)
        yield from _all(here, model, {"share": (0.0, 10.0), "shows": (0.0, 1.0), "noise": (0.0, 10.0)})
        if scenario.deployment != "provider":
            yield Problem(here, "counts that outsiders do not have", "leave it out")


def _too_many(scenario: Scenario) -> Problems:
    """More reports than a machine holds are a slip in a number, not an outage."""
    model = scenario.reports
    lines = sum(each.lines for each in scenario.network.service_areas)
    quarters = (scenario.end - scenario.start) / (15 * MINUTE)
    ordinary = lines / 1e6 * model.baseline_per_million_lines_per_15min * quarters
    if ordinary > _MOST_REPORTS:
        here: Trail = ("reports", "baseline_per_million_lines_per_15min")
        yield Problem(
            here, f"about {ordinary:.0e} ordinary reports in the run", f"{_MOST_REPORTS:.0e} at most"
        )
    ratios = (model.log10_ratio, *model.by_service.values())
    hit = lines * 10.0 ** min(max(ratio.mean + 1.5 * ratio.sd for ratio in ratios), 0.0)
    if hit > _MOST_REPORTS:
        found = f"up to {hit:.0e} reports if all are hit"
        yield Problem(("reports", "log10_ratio"), found, f"{_MOST_REPORTS:.0e} at most")


def _reports(model: ReportsModel, services: Collection[str]) -> Problems:
    for name in _SHARES:
        yield from share(("reports", name), getattr(model, name))
    yield from _all(("reports",), model, _BOUNDS)
    yield from _all(("reports", "noise"), model.noise, _NOISE)
    yield from _all(("reports", "log10_ratio"), model.log10_ratio, _RATIO)
    yield from _all(("reports", "delay_min", "day"), model.delay_min.day, _DELAY)
    yield from _all(("reports", "delay_min", "night"), model.delay_min.night, _DELAY)
    yield from positive(("reports", "fall_half_life"), model.fall_half_life)
    yield from positive(("reports", "noise", "memory"), model.noise.memory)
    for service, ratio in model.by_service.items():
        yield from known(("reports", "by_service", service), "service with lines", service, services)
        yield from _all(("reports", "by_service", service), ratio, _RATIO)
    for symptom, weight in model.symptoms.items():
        yield from between(("reports", "symptoms", symptom), weight, 0.0, 1e6)


def _probes(model: ProbesModel, vantages: Collection[str]) -> Problems:
    yield from positive(("probes", "every"), model.every)
    yield from _all(("probes",), model, {"false_failure": (0.0, 1.0), "missed": (0.0, 1.0)})
    yield from between(("probes", "troubles_per_day"), model.troubles_per_day, 0.0, 1_000.0)
    for n, trouble in enumerate(model.trouble):
        here: Trail = ("probes", "trouble", n)
        yield from known((*here, "vantage"), "vantage", trouble.vantage, vantages)
        yield from forward(here, trouble.at, trouble.until)
        yield from share((*here, "loss"), trouble.loss)


def _all(here: Trail, model: object, bounds: Mapping[str, tuple[float, float]]) -> Problems:
    for name, (low, high) in bounds.items():
        yield from between((*here, name), getattr(model, name), low, high)
