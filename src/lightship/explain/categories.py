"""What kind of cause? A second question, with its own typed evidence. Several kinds may be true at once.

A belief of 0.8 or more is an answer, everything below means "not known". What the kind of the component suggests never
reaches that by itself. Third party needs a person, and cyber is never concluded from the absence of anything else.
"""

from collections.abc import Mapping, Sequence

from lightship.explain.priors import log_odds, probability
from lightship.vocabulary.components import Component, ComponentId, ComponentKind
from lightship.vocabulary.diagnosis import Category, Kind
from lightship.vocabulary.rounding import rounded
from lightship.vocabulary.signals import Failure, FeedEvent, FeedKind

KNOWN_FROM = 0.8
SHOWN_FROM = 0.05
BY_AUTOMATION = 0.5
"""The most that automation believes of a kind that needs a person."""

NEED_A_PERSON: tuple[Category, ...] = ("third-party", "cyber")
BY_A_PERSON = 0.95
"""Of third party, once a person has named or confirmed a component that somebody else owns."""

FLOOR = 0.03
"""Prior of each kind that the component does not suggest."""

SUGGESTED: dict[ComponentKind, dict[Category, float]] = {
    "power-feed": {"power": 0.7}, "ups": {"power": 0.7}, "building": {"power": 0.5},
    "duct": {"fibre-cut": 0.7}, "certificate": {"certificate": 0.7},
    "configuration": {"software-or-configuration": 0.7}, "dns": {"dns": 0.5},
    "exchange": {"equipment": 0.3}, "metro": {"equipment": 0.3}, "core": {"equipment": 0.3},
    "peering": {"equipment": 0.2, "power": 0.2}, "transit": {"equipment": 0.2},
}  # fmt: skip
"""Prior of a kind, given what failed. Assumed; all below 0.8 so that none is an answer without evidence."""

FEED_NATS: dict[FeedKind, dict[Category, float]] = {
    "power-lost": {"power": 5.0}, "dying-gasp": {"power": 5.0}, "on-battery": {"power": 4.0},
    "power-restored": {"power": 3.0},
    "loss-of-signal": {"fibre-cut": 3.5}, "equipment-alarm": {"equipment": 3.0},
    "change-made": {"software-or-configuration": 3.0}, "planned-work": {"software-or-configuration": 1.5},
    "certificate-expired": {"certificate": 6.0}, "weather-warning": {"weather": 2.5},
    "supplier-statement": {"third-party": 4.0},
}  # fmt: skip
"""What one event of a feed about the class says for a kind, nats; the same kind again from one feed adds nothing."""

FAILURE_NATS: dict[Failure, tuple[Category, float]] = {
    "name-not-found": ("dns", 1.0), "resolver-failed": ("dns", 1.5),
    "certificate-expired": ("certificate", 3.0), "certificate-invalid": ("certificate", 2.0),
}  # fmt: skip
"""What one probe that the class explains says by the way it fails, nats."""

MOST_FROM_PROBES = 4.5


def categories(
    beliefs: Mapping[ComponentId, float], components: Mapping[ComponentId, Component], heard: Sequence[FeedEvent],
    failures: Sequence[Failure], by_a_person: bool,
) -> tuple[Kind, ...]:  # fmt: skip
    """Kinds with P >= 0.05, likeliest first.

    Args:
        beliefs: P(member) over the class.
        heard: what feeds said about the class and what it hangs together with, recently.
        failures: how the probes fail that the class explains.
        by_a_person: a person has named or confirmed the cause.
    """
    odds = {kind: log_odds(chance) for kind, chance in _prior(beliefs, components).items()}
    for feed_kind in dict.fromkeys((event.feed, event.kind) for event in heard):
        for kind, nats in FEED_NATS.get(feed_kind[1], {}).items():
            odds[kind] = odds.get(kind, log_odds(FLOOR)) + nats
    for kind, nats in _from_probes(failures).items():
        odds[kind] = odds.get(kind, log_odds(FLOOR)) + nats
    chances = {kind: probability(each) for kind, each in odds.items()}
    chances["third-party"] = _third_party(chances.get("third-party", 0.0), beliefs, components, by_a_person)
    shown = [Kind(kind, rounded(chance)) for kind, chance in chances.items() if chance >= SHOWN_FROM]
    return tuple(sorted(shown, key=lambda kind: (-kind.probability, kind.name)))


def _prior(
    beliefs: Mapping[ComponentId, float], components: Mapping[ComponentId, Component]
) -> dict[Category, float]:
    found: dict[Category, float] = {}
    for member, belief in beliefs.items():
        for kind, chance in SUGGESTED.get(components[member].kind, {}).items():
            found[kind] = found.get(kind, 0.0) + belief * chance
    return {kind: max(FLOOR, chance) for kind, chance in found.items()}


def _from_probes(failures: Sequence[Failure]) -> dict[Category, float]:
    found: dict[Category, float] = {}
    for failure in failures:
        if failure in FAILURE_NATS:
            kind, nats = FAILURE_NATS[failure]
            found[kind] = min(found.get(kind, 0.0) + nats, MOST_FROM_PROBES)
    return found


def _third_party(
    chance: float,
    beliefs: Mapping[ComponentId, float],
    components: Mapping[ComponentId, Component],
    sure: bool,
) -> float:
    theirs = sum(belief for member, belief in beliefs.items() if components[member].owner)
    if sure and theirs > 0.5:
        return BY_A_PERSON
    return min(max(chance, BY_AUTOMATION * theirs), BY_AUTOMATION)
