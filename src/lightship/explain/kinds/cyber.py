"""A deliberate intrusion: a confirmed indicator, or a person who says so. Never by elimination."""

from collections.abc import Iterator

from lightship.explain.kinds.scene import Rule, Scene, words
from lightship.vocabulary.diagnosis import LikelihoodRatio


def _evidence(scene: Scene) -> Iterator[LikelihoodRatio]:
    yield from words(scene, {"threat-indicator": 4.0})


RULE = Rule("cyber", _evidence, needs_a_person=True, by_elimination_never=True)
