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
    """A member of a class, or another possibility, and how probable it is given all evidence, 0-1."""

    name: str
    probability: float


class LikelihoodRatio(msgspec.Struct, frozen=True):
    """What one observation, or one group of alike ones, says for (> 0) or against (< 0) something, in nats."""

    observation: str
    expected: str
    seen: str
    nats: float


class Decisive(msgspec.Struct, frozen=True):
    """An observation that tells the class from a rival.

    Args:
        if_this, if_rival: what is to be expected if the class is out, and if the rival is.
        seen: what was seen.
        nats: for the class (> 0) or for the rival (< 0).
    """

    observation: str
    if_this: str = ""
    if_rival: str = ""
    seen: str = ""
    nats: float = 0.0


class RunnerUp(msgspec.Struct, frozen=True):
    """The next best explanation that excludes the class, and the observations that decide between them.

    Args:
        members: the components that it says are out and the class does without; empty: it needs none on the map.
        name: the same in words, with what is no component ("an unknown cause of broadband"); empty: "less is out".
    """

    members: tuple[ComponentId, ...]
    nats_behind: float
    decisive: tuple[Decisive, ...] = ()
    name: str = ""


class Outcome(msgspec.Struct, frozen=True):
    """One way a test may come out: how likely that is now (0-1), and what would be believed then, likeliest first."""

    result: str
    probability: float
    then: tuple[Belief, ...] = ()


class NextTest(msgspec.Struct, frozen=True):
    """An observation, not made yet, by the information about the rivals that it is expected to give.

    Args:
        expected_gain: nats.
        separates: the components of which it would speak if they are out.
        by: who can make it: a probe of ours, a feed, a person.
        cost: minutes until the answer is there; assumed.
        outcomes: what each answer would mean. The beliefs name members and rivals.
        vantage, target: the probe to ask at once; empty unless `by` is "probe".
    """

    test: str
    expected_gain: float
    separates: tuple[ComponentId, ...]
    by: Literal["probe", "feed", "person"] = "person"
    cost: float = 10.0
    outcomes: tuple[Outcome, ...] = ()
    vantage: str = ""
    target: str = ""


class Explained(msgspec.Struct, frozen=True):
    """Rows that the class accounts for, counted.

    Args:
        down_seen: rows that it predicts down and that are.
        down_predicted: rows that it predicts down and that have data.
        up_though_predicted: rows predicted down that are clearly up.
        unexplained: rows clearly down that neither it nor what is out beside it touches.
        down_in_all: rows that are clearly down, whatever explains them.
        by_chance: rows that would be clearly down by chance with all well, expected.
    """

    down_seen: int
    down_predicted: int
    up_though_predicted: int
    unexplained: int
    down_in_all: int = 0
    by_chance: float = 0.0


class Kind(msgspec.Struct, frozen=True):
    """A kind of cause with its own evidence. Several may be true at once; below 0.8 the answer is "not known"."""

    name: Category
    probability: float
    evidence_for: tuple[LikelihoodRatio, ...] = ()
    evidence_against: tuple[LikelihoodRatio, ...] = ()


class Searched(msgspec.Struct, frozen=True):
    """How the explanation was found.

    Args:
        how: "thorough": from nothing and from what stood, with a beam where partial causes are about. "follow-up": from
            what stood. "certified": compared with the exact optimum.
        scored: explanations scored exactly.
        gap: nats by which a better one may exist at most; 0: none does. Absent: not certified.
    """

    how: Literal["thorough", "follow-up", "certified"] = "thorough"
    scored: int = 0
    gap: float | None = None


class Noise(msgspec.Struct, frozen=True):
    """How the observers were taken to err: medians over the rows with data, 0-1. Absent: no such row.

    Args:
        false_alarm: P(a probe fails though all is well), learned in quiet times, erring high.
        miss: P(a probe answers though its path is out).
        reports: reports that a row of counts expects with all well, in the window.
    """

    false_alarm: float | None = None
    miss: float | None = None
    reports: float | None = None


class Diagnosis(msgspec.Struct, frozen=True):
    """The explanation at an instant. Names in here are for operators.

    Args:
        members: the class: components that the evidence cannot tell apart; empty: none of the modelled causes.
        why_chosen: what made `chosen` the likeliest member, in words.
        also: other components that are out at the same time, in the same best explanation.
        share: share of the component that is out, 0-1 (1: failed whole).
        margin: nats over the best explanation that excludes the class.
        probability: calibrated P(class right), from the margin.
        redundancy_lost: gates one member short without symptom.
        map_doubts: components beside which rows fail that the explanation does not reach: an edge may be missing there.
        curve: version of the curve that turned the margin into the probability.
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
    categories: tuple[Kind, ...]
    also: tuple[ComponentId, ...] = ()
    blind_spots: tuple[str, ...] = ()
    redundancy_lost: tuple[ComponentId, ...] = ()
    neighbour: bool = False
    map_version: str = ""
    model: str = ""
    reason: str = ""
    why_chosen: str = ""
    searched: Searched = Searched()
    noise: Noise = Noise()
    curve: str = ""
    map_doubts: tuple[ComponentId, ...] = ()
