"""DNS: resolvers that fail or find no name while addresses can be reached."""

from collections.abc import Iterator

from lightship.explain.kinds.scene import Rule, Scene, ways
from lightship.vocabulary.diagnosis import LikelihoodRatio
from lightship.vocabulary.signals import Failure

FAILED: dict[Failure, float] = {"resolver-failed": 1.5, "name-not-found": 1.0}
BELOW: dict[Failure, float] = {"refused": -1.0, "unreachable": -1.0, "reset": -0.5, "timeout": -0.3}
"""What fails after the name was found: then the name was not what failed."""


def _evidence(scene: Scene) -> Iterator[LikelihoodRatio]:
    yield from ways(scene, FAILED)
    yield from ways(scene, BELOW)


RULE = Rule("dns", _evidence, {"dns": 0.5})
