"""Equipment: alarms of one chassis or card, a restart, an uptime that begins anew."""

from collections.abc import Iterator

from lightship.explain.kinds.scene import Rule, Scene, fact, words
from lightship.vocabulary.diagnosis import LikelihoodRatio
from lightship.vocabulary.signals import FeedKind

SAID: dict[FeedKind, float] = {
    "equipment-alarm": 3.0,
    "restarted": 3.0,
    "power-lost": -2.0,
    "loss-of-signal": -1.0,
}


def _evidence(scene: Scene) -> Iterator[LikelihoodRatio]:
    yield from words(scene, SAID)
    place = scene.likeliest.place
    others = [
        each
        for each in scene.components.values()
        if place and each.place == place and each.kind != "building"
    ]
    own = frozenset(scene.beliefs)
    if any(each.id in scene.out and each.id not in own for each in others):
        yield fact("other things at the same place are out as well", -1.5)


RULE = Rule(
    "equipment", _evidence, {"exchange": 0.3, "metro": 0.3, "core": 0.3, "peering": 0.2, "transit": 0.2}
)  # fmt: skip
