"""Software or configuration: a change shortly before, one version failing in many places, a cure by rolling back."""

from collections.abc import Iterator

from lightship.explain.kinds.scene import Rule, Scene, fact, words
from lightship.vocabulary.diagnosis import LikelihoodRatio
from lightship.vocabulary.signals import FeedKind
from lightship.vocabulary.time import MINUTE

SAID: dict[FeedKind, float] = {
    "change-made": 3.0, "planned-work": 1.5, "rolled-back": 3.0, "power-lost": -1.5, "loss-of-signal": -1.5,
}  # fmt: skip

SHORTLY = 30 * MINUTE
"""Before the onset: a change that is followed by an outage within this is rarely a coincidence."""


def _evidence(scene: Scene) -> Iterator[LikelihoodRatio]:
    yield from words(scene, SAID)
    changes = [each.at for each in scene.heard if each.kind in ("change-made", "planned-work")]
    if scene.onset and any(0 <= scene.onset - at <= SHORTLY for at in changes):
        yield fact("the change was made within half an hour before", 1.0)
    places = {scene.components[each].place for each in scene.subjects("change-made", "restarted")} - {""}
    if len(places) >= 2:
        yield fact(f"the same in {len(places)} places", 1.0)


RULE = Rule(
    "software-or-configuration", _evidence, {"configuration": 0.7, "sso": 0.2, "billing": 0.2, "portal": 0.2}
)
