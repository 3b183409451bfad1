"""A cut fibre: no light at both ends, a break found by reflectometer, road works."""

from collections.abc import Iterator

from lightship.explain.kinds.scene import Rule, Scene, fact, words
from lightship.vocabulary.diagnosis import LikelihoodRatio
from lightship.vocabulary.signals import FeedKind
from lightship.vocabulary.time import SECOND

SAID: dict[FeedKind, float] = {
    "loss-of-signal": 3.5, "fibre-break": 5.0, "road-works": 1.5,
    "power-lost": -2.0, "dying-gasp": -2.0, "equipment-alarm": -1.0,
}  # fmt: skip

AT_ONCE = 5 * SECOND


def _evidence(scene: Scene) -> Iterator[LikelihoodRatio]:
    yield from words(scene, SAID)
    dark = [each for each in scene.heard if each.kind == "loss-of-signal"]
    if len({each.subject for each in dark}) >= 2:
        yield fact("no light at several ends", 1.5)
        if max(each.at for each in dark) - min(each.at for each in dark) <= AT_ONCE:
            yield fact("within five seconds of each other", 1.0)


RULE = Rule("fibre-cut", _evidence, {"duct": 0.7})
