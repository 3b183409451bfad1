"""A scenario for people and for machines: what is known, what is assumed, what breaks, what would be right."""

from collections.abc import Iterator

import msgspec

from lightship.simulate.faults import Fault
from lightship.simulate.noise import noise_statement
from lightship.simulate.offsets import Offset, offset_text
from lightship.simulate.scenario import Scenario
from lightship.simulate.signals import run_length
from lightship.simulate.truth import Truth, TruthSpan
from lightship.vocabulary.time import Instant, after, iso
from lightship.vocabulary.zones import local


def plain(scenario: Scenario) -> dict[str, object]:
    """Everything but the map's inside, as the file writes it: spans as `22m`, instants as RFC 3339."""
    found: dict[str, object] = msgspec.to_builtins(
        msgspec.structs.replace(scenario, network=None), enc_hook=_written
    )
    start, end = run_length(scenario)
    network = scenario.network
    return found | {
        "t0": iso(scenario.t0),
        "simulated": True,
        "runs_from": iso(start),
        "runs_until": iso(end),
        "noise": noise_statement(scenario.reports),
        "network": {
            "id": network.id, "version": network.version, "provider": network.provider, "synthetic": network.synthetic,
            "note": network.note, "components": len(network.components), "service_areas": len(network.service_areas),
            "probes": len(network.probes),
        },
    }  # fmt: skip


def _written(value: object) -> object:
    assert isinstance(value, Offset), f"{type(value)} has no written form"
    return offset_text(value)


def sheet(scenario: Scenario) -> str:
    """The scenario as text for a terminal."""
    return "\n".join(_lines(scenario)) + "\n"


def _lines(scenario: Scenario) -> Iterator[str]:
    start, end = run_length(scenario)
    yield f"{scenario.id}: {scenario.title}"
    yield f"SIMULATED signals on the map {scenario.network.id}. {scenario.network.note}".rstrip()
    yield f"Deployment: {scenario.deployment}, run by {scenario.runs_it or 'the same'}. Seed {scenario.seed}."
    yield f"Onset {_clock(scenario, scenario.t0)}; runs from {_clock(scenario, start)} to {_clock(scenario, end)}."
    yield from _section(
        "Known, from sources", (f"{k.what}: {k.value}\n    {k.source}" for k in scenario.known)
    )
    yield from _section("Assumed, ours", (_assumed(a.what, a.value, a.why) for a in scenario.assumed))
    yield from _section("What breaks", (_fault(scenario, fault) for fault in scenario.faults))
    yield from _section("Ordinary noise, not the detector's", noise_statement(scenario.reports))
    yield from _section("Truth, which only the judge reads", (_truth(truth) for truth in scenario.truth))
    deadlines = (f"{name} within {offset_text(span)}" for name, span in scenario.deadlines.items())
    yield from _section("Deadlines", deadlines)
    yield from _section("Never", scenario.never)


def _section(title: str, entries: Iterator[str] | tuple[str, ...]) -> Iterator[str]:
    found = tuple(entries)
    if found:
        yield f"\n{title}"
        yield from (f"  {entry}" for entry in found)


def _assumed(what: str, value: str, why: str) -> str:
    return f"{what}: {value}" + (f"\n    because: {why}" if why else "")


def _fault(scenario: Scenario, fault: Fault) -> str:
    since = _clock(scenario, after(scenario.t0, fault.at))
    until = "the end" if fault.until is None else _clock(scenario, after(scenario.t0, fault.until))
    share = f", {100 * fault.fraction:g} %" if fault.fraction < 1 else ""
    note = f" ({fault.note})" if fault.note else ""
    return f"{since} to {until}: {', '.join(fault.hit)} {fault.mode}{share}{note}"


def _truth(truth: Truth) -> str:
    if not truth.spans:
        return (
            f"{truth.question}: nobody knows ({truth.note})"
            if truth.note
            else f"{truth.question}: nobody knows"
        )
    return f"{truth.question} ({truth.kind}): " + "; ".join(_span(span) for span in truth.spans)


def _span(span: TruthSpan) -> str:
    until = "on" if span.until is None else f"to {offset_text(span.until)}"
    parts = [
        span.answer or "",
        ", ".join(span.items),
        f"not {', '.join(span.wrong)}" if span.wrong else "",
        f"at {offset_text(span.at)}" if span.at is not None else "",
        f"{span.value:g} [{span.low}, {span.high}]" if span.value is not None else "",
    ]
    return f"from {offset_text(span.start)} {until}: " + ", ".join(part for part in parts if part)


def _clock(scenario: Scenario, at: Instant) -> str:
    return local(at, scenario.tz).strftime("%Y-%m-%d %H:%M %Z")
