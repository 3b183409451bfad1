"""What is wrong with a scenario beyond its shape: names that its map lacks, spans that end before they begin."""

from lightship.simulate.background import Attack, LocalFault, NeighbourOutage, Rumour
from lightship.simulate.complaints import (
    Problem,
    Problems,
    Trail,
    between,
    forward,
    known,
    like,
    positive,
    share,
)
from lightship.simulate.faults import Fault
from lightship.simulate.health import reached
from lightship.simulate.observer_problems import observer_problems
from lightship.simulate.offsets import offset_text
from lightship.simulate.scenario import Scenario
from lightship.simulate.targets import target
from lightship.simulate.truth_problems import truth_problems
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.time import DAY
from lightship.vocabulary.zones import zone

_MOST_LINES, _MOST_REPORTS = 1e10, 1_000_000
_LONGEST = 60 * DAY


def problems(scenario: Scenario) -> tuple[Problem, ...]:
    """Everything that is wrong, in the order of the file's usual sections; empty: the scenario can run."""
    checks = (_times, _faults, _interventions, _background, observer_problems, _feeds, truth_problems, _rules)
    return tuple(problem for check in checks for problem in check(scenario))


def late_deadlines(scenario: Scenario) -> tuple[Problem, ...]:
    """Deadlines later than the targets of the scenario's deployment: no shipped scenario may have one."""
    found = []
    for name, span in scenario.deadlines.items():
        latest = target(scenario.deployment, name, probed=bool(scenario.network.probes))
        if latest is None:
            promise = f"nothing is promised to {scenario.deployment}"
            found.append(Problem(("deadlines", name), promise, "leave it out"))
        elif span.minutes > latest.minutes:
            allowed = f"{latest.minutes:g}m at most ({scenario.deployment})"
            found.append(Problem(("deadlines", name), f"{offset_text(span)} after {latest.after}", allowed))
    return tuple(found)


def _times(scenario: Scenario) -> Problems:
    yield from between(("seed",), scenario.seed, 0, 2**63)
    if not scenario.start <= 0 < scenario.end:
        span = f"from {offset_text(scenario.start)} to {offset_text(scenario.end)}"
        yield Problem(("start",), f"a run {span}", "a start at or before t0 and an end after it")
    elif scenario.end - scenario.start > _LONGEST:
        yield Problem(("end",), f"a run of {offset_text(scenario.end - scenario.start)}", "60 days at most")
    try:
        zone(scenario.tz)
    except BadInput as error:
        yield Problem(("tz",), f"no zone {scenario.tz!r}", error.would_do)


def _faults(scenario: Scenario) -> Problems:
    for n, fault in enumerate(scenario.faults):
        here: Trail = ("faults", n)
        if not fault.hit:
            yield Problem(here, "a fault of nothing", "`node: ID`, or `nodes: [ID, ID]`")
        if fault.node is not None:
            yield from known((*here, "node"), "component", fault.node, scenario.network.component)
        for m, node in enumerate(fault.nodes):
            yield from known((*here, "nodes", m), "component", node, scenario.network.component)
        yield from forward(here, fault.at, fault.until)
        for name in ("fraction", "duty", "silences"):
            yield from share((*here, name), getattr(fault, name))
        for name in ("half_life", "period"):
            yield from positive((*here, name), getattr(fault, name))
        yield from _seen_by(here, fault, scenario)


def _seen_by(here: Trail, fault: Fault, scenario: Scenario) -> Problems:
    gone = reached(scenario.network, fault.hit) if fault.seen_by else frozenset()
    about = [each.feed for each in scenario.network.feeds if each.subject in gone]
    for m, feed in enumerate(fault.seen_by):
        yield from known((*here, "seen_by", m), "feed about what fails", feed, about)


def _interventions(scenario: Scenario) -> Problems:
    for n, move in enumerate(scenario.interventions):
        yield from known(("interventions", n, "target"), "component", move.target, scenario.network.component)
        yield from share(("interventions", n, "success"), move.success)
    targets = [move.target for move in scenario.interventions]
    for n, name in enumerate(targets):
        if name in targets[:n]:
            yield Problem(
                ("interventions", n, "target"), f"a second move away from {name}", "one a component"
            )


def _background(scenario: Scenario) -> Problems:
    services = dict.fromkeys(each.service for each in scenario.network.service_areas)
    for n, each in enumerate(scenario.background):
        here: Trail = ("background", n)
        match each:
            case LocalFault():
                yield from forward(here, each.at, each.until)
                yield from _place(here, each.service, each.area, scenario)
                yield from between((*here, "lines"), each.lines, 0.0, _MOST_LINES)
            case Attack():
                yield from forward(here, each.at, each.until)
                yield from _place(here, each.service, each.area, scenario)
                yield from between((*here, "reports"), each.reports, 1, _MOST_REPORTS)
                yield from between((*here, "prefixes"), each.prefixes, 1, max(each.reports, 1))
            case NeighbourOutage():
                yield from forward(here, each.at, each.until)
                yield from known((*here, "service"), "service with lines", each.service, services)
                yield from share((*here, "names_us"), each.names_us)
                yield from between((*here, "lines"), each.lines, 0.0, _MOST_LINES)
            case Rumour():
                yield from between((*here, "factor"), each.factor, 1.0, 1_000.0)
                for m, service in enumerate(each.services):
                    yield from known((*here, "services", m), "service with lines", service, services)


def _place(here: Trail, service: str, area: str, scenario: Scenario) -> Problems:
    places = {(each.service, each.area): None for each in scenario.network.service_areas}
    if (service, area) not in places:
        areas = [one for other, one in places if other == service]
        would_do = like(area, areas, "a service and an area that the map gives lines")
        yield Problem((*here, "area"), f"no {service} in area {area!r}", would_do)


def _feeds(scenario: Scenario) -> Problems:
    for n, feed in enumerate(scenario.feeds):
        yield from known(("feeds", n, "subject"), "component", feed.subject, scenario.network.component)
        if feed.names_publicly and not feed.url:
            yield Problem(
                ("feeds", n, "url"), "a public naming without an address", "the page where it was said"
            )


def _rules(scenario: Scenario) -> Problems:
    for name, span in scenario.deadlines.items():
        if span < 0:
            yield Problem(("deadlines", name), f"a deadline of {offset_text(span)}", "0s or more")
    for n, rule in enumerate(scenario.never):
        if rule in scenario.never[:n]:
            yield Problem(("never", n), f"{rule} again", "each rule once")
