"""Capacity, or an attack that uses it up: utilisation at its limit, traffic that is not usual, loss before an end."""

from collections.abc import Iterator

from lightship.explain.kinds.scene import Rule, Scene, fact, words
from lightship.vocabulary.diagnosis import LikelihoodRatio
from lightship.vocabulary.signals import FeedKind

SAID: dict[FeedKind, float] = {
    "utilisation-high": 4.0, "traffic-anomaly": 4.5, "power-lost": -3.0, "loss-of-signal": -3.0,
}  # fmt: skip

HARD = 0.9
"""Share of the probes that are refused or find nothing there: a hard step to zero, which too much traffic is not."""


def _evidence(scene: Scene) -> Iterator[LikelihoodRatio]:
    yield from words(scene, SAID)
    gone = sum(each in ("refused", "unreachable") for each in scene.failures)
    if scene.share >= 1.0 and len(scene.failures) >= 4 and gone >= HARD * len(scene.failures):
        yield fact("a hard step: nothing answers at all", -1.5)


RULE = Rule("capacity-or-ddos", _evidence, by_elimination_never=True)
