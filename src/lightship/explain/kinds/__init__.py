"""What kind of cause? A second question, with its own typed evidence. Several kinds may be true at once.

A kind is a file with a rule, a line in `KINDS` and a row in docs/reference/diagnosis.md. A belief of 0.8 or more is an
answer, everything below means "not known". What the kind of the component suggests never reaches that by itself.
"""

from lightship.explain.kinds import (
    capacity,
    certificate,
    cyber,
    dns,
    equipment,
    fibre,
    power,
    software,
    third_party,
    weather,
)
from lightship.explain.kinds.scene import Rule, Scene
from lightship.explain.priors import log_odds, probability
from lightship.vocabulary.diagnosis import Kind, LikelihoodRatio
from lightship.vocabulary.rounding import rounded

KINDS: tuple[Rule, ...] = (
    power.RULE, fibre.RULE, equipment.RULE, software.RULE, dns.RULE, certificate.RULE, capacity.RULE, cyber.RULE,
    weather.RULE, third_party.RULE,
)  # fmt: skip

KNOWN_FROM = 0.8
SHOWN_FROM = 0.05

BY_AUTOMATION = 0.5
"""The most that automation believes of a kind that needs a person."""

BY_A_PERSON = 0.95

FLOOR = 0.03
"""Prior of each kind that the component does not suggest."""


def kinds(scene: Scene) -> tuple[Kind, ...]:
    """Kinds with P >= 0.05, likeliest first, each with what speaks for it and against it."""
    found = (_kind(rule, scene) for rule in KINDS)
    shown = [each for each in found if each.probability >= SHOWN_FROM]
    return tuple(sorted(shown, key=lambda kind: (-kind.probability, kind.name)))


def _kind(rule: Rule, scene: Scene) -> Kind:
    records = tuple(rule.evidence(scene))
    prior = sum(
        belief * rule.suggested.get(scene.kind_of(member), 0.0) for member, belief in scene.beliefs.items()
    )
    chance = probability(
        log_odds(max(FLOOR, min(prior, KNOWN_FROM - 0.05))) + sum(each.nats for each in records)
    )
    if rule.by_elimination_never and not any(each.nats > 0.0 for each in records):
        chance = 0.0
    if rule.name in scene.stated:
        chance = BY_A_PERSON
    elif rule.needs_a_person:
        chance = min(chance, BY_AUTOMATION)
    speaks_for, against = _sorted(records, 1), _sorted(records, -1)
    return Kind(rule.name, rounded(chance), speaks_for, against)


def _sorted(records: tuple[LikelihoodRatio, ...], sign: int) -> tuple[LikelihoodRatio, ...]:
    kept = [each for each in records if sign * each.nats > 0.0]
    return tuple(sorted(kept, key=lambda each: (-sign * each.nats, each.observation)))
