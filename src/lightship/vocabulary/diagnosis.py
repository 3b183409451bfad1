"""What the evidence says about the cause: a class of components that cannot be told apart, with its margin."""

from typing import Literal

import msgspec

from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.time import Instant

Category = Literal[
    "power", "fibre-cut", "equipment", "software-or-configuration", "dns", "certificate", "capacity-or-ddos",
    "cyber", "weather", "third-party",
]  # fmt: skip

Standing = Literal["under investigation", "named to operators", "confirmed by a person"]


class Belief(msgspec.Struct, frozen=True):
    """A member of a class, or a category, and how probable it is given all evidence, 0-1."""

    name: str
    probability: float


class LikelihoodRatio(msgspec.Struct, frozen=True):
    """What one observation, or one group of alike ones, says for (> 0) or against (< 0) the class, in nats."""

    observation: str
    expected: str
    seen: str
    nats: float


class RunnerUp(msgspec.Struct, frozen=True):
    """The next best explanation that excludes the class, and the observations that decide between them."""

    members: tuple[ComponentId, ...]
    nats_behind: float
    decisive: tuple[LikelihoodRatio, ...] = ()


class NextTest(msgspec.Struct, frozen=True):
    """The observation, not made yet, with the largest expected information about the rivals, in nats."""

    test: str
    expected_gain: float
    separates: tuple[ComponentId, ...]


class Explained(msgspec.Struct, frozen=True):
    """Rows that the class accounts for, counted.

    Args:
        down_seen: rows that it predicts down and that are.
        down_predicted: rows that it predicts down and that have data.
        up_though_predicted: rows predicted down that are clearly up.
        unexplained: rows clearly down that it does not touch.
    """

    down_seen: int
    down_predicted: int
    up_though_predicted: int
    unexplained: int


class Diagnosis(msgspec.Struct, frozen=True):
    """The explanation at an instant. Names in here are for operators.

    Args:
        members: the class: components that the evidence cannot tell apart; empty: none of the modelled causes.
        also: other components that are out at the same time, in the same best explanation.
        share: share of the component that is out, 0-1 (1: failed whole).
        margin: nats over the best explanation that excludes the class.
        probability: calibrated P(class right), from the margin.
        redundancy_lost: gates one member short without symptom.
    """

    at: Instant
    standing: Standing
    members: tuple[ComponentId, ...]
    chosen: ComponentId | None
    beliefs: tuple[Belief, ...]
    margin: float
    probability: float
    share: float
    explained: Explained
    evidence_for: tuple[LikelihoodRatio, ...]
    evidence_against: tuple[LikelihoodRatio, ...]
    runners_up: tuple[RunnerUp, ...]
    separate_by: tuple[NextTest, ...]
    categories: tuple[Belief, ...]
    also: tuple[ComponentId, ...] = ()
    blind_spots: tuple[str, ...] = ()
    redundancy_lost: tuple[ComponentId, ...] = ()
    neighbour: bool = False
    map_version: str = ""
    model: str = ""
    reason: str = ""
