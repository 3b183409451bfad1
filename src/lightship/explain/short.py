"""Redundancy lost, a state of its own: what telemetry or the explanation says is out, and nobody misses yet.

A word of a feed that a component is down holds until a word that it is up again, or for a week. It is kept while
nothing is open, too: that is when nobody would look.
"""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from lightship.explain.hypothesis import Hypotheses
from lightship.explain.naming import component_name, service_name
from lightship.explain.redundancy import OUT, hidden, spared
from lightship.prevent.gates import CompiledGate
from lightship.vocabulary.components import ComponentId, NetworkMap
from lightship.vocabulary.diagnosis import LikelihoodRatio
from lightship.vocabulary.observables import CountRow, ProbeRow
from lightship.vocabulary.redundancy_lost import RedundancyLost
from lightship.vocabulary.rounding import rounded
from lightship.vocabulary.signals import FeedEvent, FeedKind
from lightship.vocabulary.time import DAY, Instant

DOWN: tuple[FeedKind, ...] = (
    "power-lost", "dying-gasp", "loss-of-signal", "fibre-break", "equipment-alarm", "certificate-expired",
    "route-withdrawn",
)  # fmt: skip
UP: tuple[FeedKind, ...] = ("power-restored", "component-restored")

BELIEVED_FOR = 7 * DAY
TOLD = 0.95
"""P(a component is out | a feed that watches it says so and nothing has said otherwise). Assumed."""
TOLD_NATS = 3.0

EXPLAINED = 0.5
"""The same where only the best explanation says so."""


class ToldDown(msgspec.Struct, frozen=True):
    """A feed's latest word on a component is that it is out."""

    component: ComponentId
    since: Instant
    feed: str
    kind: FeedKind


def told(before: tuple[ToldDown, ...], at: Instant, feeds: Sequence[FeedEvent]) -> tuple[ToldDown, ...]:
    """With the words of this tick; the first word that it is out counts until one that it is up."""
    held = {each.component: each for each in before if each.since > at - BELIEVED_FOR}
    for event in feeds:
        if not event.is_taken_at_its_word:
            continue
        if event.kind in DOWN:
            held.setdefault(event.subject, ToldDown(event.subject, event.at, event.feed, event.kind))
        elif event.kind in UP:
            held.pop(event.subject, None)
    return tuple(held[name] for name in sorted(held))


def short(
    known: Hypotheses, down: tuple[ToldDown, ...], parts: Sequence[tuple[str, float]],
    before: tuple[RedundancyLost, ...], at: Instant,
) -> tuple[RedundancyLost, ...]:  # fmt: skip
    """The members that are out while their gates hold, by id.

    Args:
        parts: the explanation that stands, as (cause id, share). before: what was short a tick ago.
    """
    index = known.feet.index
    said = {index[each.component]: each for each in down if each.component in index}
    explained = {index[ComponentId(name)]: share for name, share in parts if name in index and share >= OUT}
    failed = {**dict.fromkeys(said, 1.0), **explained}
    if not failed:
        return ()
    health = known.feet.wiring.component_health(failed)
    since = {each.component: each.since for each in before}
    found = [
        _lost(known, number, health, failed, said.get(number), since)
        for number in failed
        if 1.0 - health.get(number, 1.0) >= OUT and hidden(known, number, health)
    ]
    kept = [
        each if each.component in since else msgspec.structs.replace(each, since=each.since or at)
        for each in found
    ]
    return tuple(sorted(kept, key=lambda each: each.component))


def _lost(
    known: Hypotheses, number: int, health: Mapping[int, float], failed: dict[int, float], word: ToldDown | None,
    since: Mapping[ComponentId, Instant],
) -> RedundancyLost:  # fmt: skip
    name = known.feet.components[number]
    owner, gate = next(spared(known, number))
    how, needs = gate
    held = [on for on, _ in needs if health.get(on, 1.0) > OUT]
    evidence = (
        (LikelihoodRatio(f"{word.feed}: {word.kind.replace('-', ' ')}", "fine", "out", TOLD_NATS),)
        if word
        else ()
    )
    return RedundancyLost(
        component=name, since=since.get(name, word.since if word else Instant(0)), of=_owner(known, owner),
        held_by=tuple(known.feet.components[on] for on in held), spare=max(0, len(held) - (how or 1)),
        lines=_at_risk(known, gate, held, failed), probability=TOLD if word else EXPLAINED, evidence=evidence,
    )  # fmt: skip


def _at_risk(known: Hypotheses, gate: CompiledGate, held: Sequence[int], failed: dict[int, float]) -> float:
    """Lines that go as well if the worst of those that still hold fails."""
    rows = known.feet.rows
    lines = np.array(
        [known.feet.lines[n] if isinstance(r, CountRow) and r.area else 0.0 for n, r in enumerate(rows)]
    )
    now = float(known.losses(failed) @ lines)
    return rounded(max((float(known.losses({**failed, on: 1.0}) @ lines) - now for on in held), default=0.0))


def _owner(known: Hypotheses, owner: tuple[str, int]) -> str:
    kind, number = owner
    if kind == "component":
        return component_name(known, known.feet.components[number])
    if kind == "service":
        return service_name(known, known.feet.wiring.service_rows[number].service)
    row = known.feet.rows[number]
    if isinstance(row, CountRow):
        return f"{service_name(known, row.service)} in {row.area}"
    assert isinstance(row, ProbeRow), "feeds have no gates"
    return row.target


def changes(
    before: tuple[RedundancyLost, ...], after: tuple[RedundancyLost, ...]
) -> tuple[tuple[str, RedundancyLost], ...]:
    """What began ("redundancy lost") and what ended ("redundancy is back, or what was hidden shows")."""
    was, now = {each.component for each in before}, {each.component for each in after}
    began = [("redundancy lost", each) for each in after if each.component not in was]
    ended = [
        ("redundancy is no longer lost in silence", each) for each in before if each.component not in now
    ]
    return (*began, *ended)


def in_words(lost: RedundancyLost, network: NetworkMap) -> str:
    """One sentence for operators."""
    name, *held = (network.component[each].name or each for each in (lost.component, *lost.held_by))
    said = f" ({lost.evidence[0].observation})" if lost.evidence else ""
    risk = f"; the next one takes {lost.lines:,.0f} lines with it" if lost.lines and not lost.spare else ""
    return f"{name} is out{said}; {' and '.join(held) or 'nothing'} carries {lost.of}{risk}"
