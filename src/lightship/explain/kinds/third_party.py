"""A third party's: its own statement, and whether its other customers are out as well. Only a person may say it."""

from collections.abc import Iterator

from lightship.explain.kinds.scene import Rule, Scene, fact, words
from lightship.vocabulary.diagnosis import LikelihoodRatio
from lightship.vocabulary.signals import FeedKind

SAID: dict[FeedKind, float] = {"supplier-statement": 4.0, "others-down": 3.0, "others-well": -3.0}


def _evidence(scene: Scene) -> Iterator[LikelihoodRatio]:
    yield from words(scene, SAID)
    theirs = sum(belief for member, belief in scene.beliefs.items() if scene.components[member].owner)
    if theirs > 0.0:
        yield fact("somebody else owns what is out", 3.0 * theirs)


RULE = Rule("third-party", _evidence, {"supplier": 0.5}, needs_a_person=True)
