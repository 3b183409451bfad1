"""Power: alarms of UPS and mains, the dying gasp of equipment in homes, a whole building, batteries and then loss."""

from collections.abc import Iterator

from lightship.explain.kinds.scene import Rule, Scene, fact, words
from lightship.vocabulary.diagnosis import LikelihoodRatio
from lightship.vocabulary.signals import FeedKind
from lightship.vocabulary.time import MINUTE

SAID: dict[FeedKind, float] = {
    "power-lost": 5.0, "dying-gasp": 5.0, "on-battery": 4.0, "power-restored": 3.0, "grid-outage": 3.5,
    "tenants-well": -3.0,
}  # fmt: skip

BATTERY = 10 * MINUTE
"""Batteries that ran out later than this after the mains had gone: staged, as power failures are."""


def _evidence(scene: Scene) -> Iterator[LikelihoodRatio]:
    yield from words(scene, SAID)
    mains = [each.at for each in scene.heard if each.kind in ("on-battery", "grid-outage")]
    dead = [each.at for each in scene.heard if each.kind in ("power-lost", "dying-gasp")]
    if mains and dead and max(dead) - min(mains) >= BATTERY:
        yield fact("first on battery, then out", 1.5)
    place = scene.likeliest.place
    beside = [each for each in scene.components.values() if place and each.place == place]
    if len(beside) >= 3 and all(each.id in scene.out for each in beside):
        yield fact(f"all {len(beside)} components that stand there are out", 1.5)


RULE = Rule("power", _evidence, {"power-feed": 0.7, "ups": 0.7, "building": 0.5, "peering": 0.2})
