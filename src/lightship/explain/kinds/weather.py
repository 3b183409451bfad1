"""Weather: a warning that covers what is out, and several power feeds in it."""

from collections.abc import Iterator

from lightship.explain.kinds.scene import Rule, Scene, fact, words
from lightship.vocabulary.diagnosis import LikelihoodRatio
from lightship.vocabulary.signals import FeedKind

SAID: dict[FeedKind, float] = {"weather-warning": 2.5, "weather-clear": -3.0}


def _evidence(scene: Scene) -> Iterator[LikelihoodRatio]:
    yield from words(scene, SAID)
    warned = scene.subjects("weather-warning")
    hit = scene.subjects("power-lost", "dying-gasp", "grid-outage", "loss-of-signal")
    if warned and len(hit) >= 2:
        yield fact(f"power or light lost at {len(hit)} points under the warning", 2.5)


RULE = Rule("weather", _evidence, by_elimination_never=True)
