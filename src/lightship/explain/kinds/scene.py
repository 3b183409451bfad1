"""What the rules of the kinds look at, and how evidence enters: words of feeds, failures of probes, plain facts."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lightship.vocabulary.components import Component, ComponentId, ComponentKind
from lightship.vocabulary.diagnosis import Category, LikelihoodRatio
from lightship.vocabulary.signals import Failure, FeedEvent, FeedKind
from lightship.vocabulary.time import Instant

MOST_FROM_PROBES = 4.5
"""Nats that the way in which probes fail says for or against a kind, in all."""


@dataclass(frozen=True)
class Scene:
    """One named class, and all that is known around it.

    Args:
        beliefs: P(member) over the class. components: the map's, by id.
        heard: what feeds said about the class and what it hangs together with, recently.
        failures: how the probes fail that the class explains, one entry a probe.
        onset: since when the evidence counts. share: of the component that is out, 0-1.
        stated: kinds that a person has named.
        out: components that are out in the same explanation, the class and what it takes with it.
    """

    beliefs: Mapping[ComponentId, float]
    components: Mapping[ComponentId, Component]
    heard: Sequence[FeedEvent] = ()
    failures: Sequence[Failure] = ()
    onset: Instant = Instant(0)
    share: float = 1.0
    stated: frozenset[Category] = frozenset()
    out: frozenset[ComponentId] = frozenset()

    def kind_of(self, member: ComponentId) -> ComponentKind:
        """What it is."""
        return self.components[member].kind

    def subjects(self, *kinds: FeedKind) -> tuple[ComponentId, ...]:
        """What feeds have spoken of in these words."""
        return tuple(dict.fromkeys(each.subject for each in self.heard if each.kind in kinds))

    @property
    def likeliest(self) -> Component:
        """The likeliest member."""
        return self.components[max(self.beliefs, key=lambda member: (self.beliefs[member], member))]


@dataclass(frozen=True)
class Rule:
    """One kind of cause.

    Args:
        suggested: its prior given what failed, all below 0.8; other kinds of components have the floor.
        evidence: likelihood ratios for (> 0) and against it.
        needs_a_person: automation believes it to a half at most.
        by_elimination_never: without evidence for it, it is not believed at all.
    """

    name: Category
    evidence: Callable[[Scene], Iterable[LikelihoodRatio]]
    suggested: Mapping[ComponentKind, float] = field(default_factory=dict)
    needs_a_person: bool = False
    by_elimination_never: bool = False


def words(scene: Scene, nats: Mapping[FeedKind, float]) -> Iterator[LikelihoodRatio]:
    """What feeds said, each word of each feed once however often it was repeated, by the trust that the feed has."""
    first: dict[tuple[str, FeedKind], FeedEvent] = {}
    for event in scene.heard:
        if event.kind in nats:
            first.setdefault((event.feed, event.kind), event)
    for (feed, kind), event in first.items():
        name = scene.components[event.subject].name if event.subject in scene.components else event.subject
        yield LikelihoodRatio(
            f"{feed}: {kind.replace('-', ' ')} ({name})", "", kind, nats[kind] * event.trust
        )


def ways(scene: Scene, nats: Mapping[Failure, float]) -> Iterator[LikelihoodRatio]:
    """How probes fail: so much for each, bounded in all."""
    left = MOST_FROM_PROBES
    for failure, each in nats.items():
        count = sum(one == failure for one in scene.failures)
        worth = min(count * abs(each), left)
        left -= worth
        if worth > 0.0:
            said = f"{count} probe{'s' if count > 1 else ''} failed: {failure.replace('-', ' ')}"
            yield LikelihoodRatio(said, "", failure, worth if each > 0.0 else -worth)


def fact(text: str, nats: float) -> LikelihoodRatio:
    """Something that the shape of the outage shows."""
    return LikelihoodRatio(text, "", "", nats)
