"""A certificate: run out, of a wrong chain or a wrong name, while the connection itself works."""

from collections.abc import Iterator

from lightship.explain.kinds.scene import Rule, Scene, ways, words
from lightship.vocabulary.diagnosis import LikelihoodRatio
from lightship.vocabulary.signals import Failure

FAILED: dict[Failure, float] = {"certificate-expired": 3.0, "certificate-invalid": 2.0}
BELOW: dict[Failure, float] = {"refused": -1.0, "unreachable": -1.0, "timeout": -0.5, "resolver-failed": -1.0}
"""What fails before any certificate is shown."""


def _evidence(scene: Scene) -> Iterator[LikelihoodRatio]:
    yield from words(scene, {"certificate-expired": 6.0})
    yield from ways(scene, FAILED)
    yield from ways(scene, BELOW)


RULE = Rule("certificate", _evidence, {"certificate": 0.7})
