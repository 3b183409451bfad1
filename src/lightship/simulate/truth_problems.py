"""What is wrong with the truth of a scenario: spans out of order, names that its map lacks, sources left out."""

from collections.abc import Collection
from itertools import pairwise

from lightship.simulate.complaints import Problem, Problems, Trail, forward, known
from lightship.simulate.scenario import Scenario
from lightship.simulate.truth import Truth, TruthSpan


def truth_problems(scenario: Scenario) -> Problems:
    """Everything that is wrong with the truth block."""
    seen: list[str] = []
    for n, truth in enumerate(scenario.truth):
        here: Trail = ("truth", n)
        if truth.question in seen:
            yield Problem(
                (*here, "question"), f"{truth.question} again", "one entry a question, with several spans"
            )
        seen.append(truth.question)
        if truth.kind == "sourced" and not truth.source:
            yield Problem(
                (*here, "source"), "a sourced truth without a source", "its address, or `kind: assumed`"
            )
        if truth.kind == "none" and truth.spans:
            yield Problem(
                (*here, "spans"), "spans of a truth that nobody knows", "`kind: assumed`, or no spans"
            )
        yield from _spans(here, truth, scenario)


def _spans(here: Trail, truth: Truth, scenario: Scenario) -> Problems:
    for n, span in enumerate(truth.spans):
        yield from forward((*here, "spans", n), span.start, span.until)
        yield from _named((*here, "spans", n), truth, span, scenario)
    for n, (before, after) in enumerate(pairwise(truth.spans), start=1):
        if before.until is None or after.start < before.until:
            yield Problem(
                (*here, "spans", n, "from"), "a span inside the one before", "spans in order, apart"
            )


def _named(here: Trail, truth: Truth, span: TruthSpan, scenario: Scenario) -> Problems:
    names_of: dict[str, tuple[str, Collection[str]]] = {
        "services": ("service", scenario.network.service),
        "why": ("component", scenario.network.component),
        "where": (
            "area",
            scenario.network.places.by_id or {a.area: a for a in scenario.network.service_areas},
        ),
    }
    if truth.question not in names_of:
        return
    what, names = names_of[truth.question]
    for field in ("items", "wrong"):
        for m, name in enumerate(getattr(span, field)):
            yield from known((*here, field, m), what, name, names)
