"""What is kept of one case: enough to work out every figure, and to look at a failing case again."""

import msgspec

from lightship.run.benches.explain.cases import Suite
from lightship.run.benches.explain.scoring import Score


class Said(msgspec.Struct, frozen=True):
    """One diagnosis.

    Args:
        rounds: after how many rounds. published: named to operators.
        right: its class holds a component that is out, or that cannot be told from one.
        share: of the component, as said. members: how many; first: the likeliest.
    """

    rounds: int
    published: bool
    right: bool
    margin: float
    probability: float
    share: float
    members: int
    first: str


class Totals(msgspec.Struct, frozen=True):
    """Objectives in nats. truth: of the drawn faults, or of the visible ones among them if that is more."""

    answer: float
    truth: float
    greedy: float


class Separated(msgspec.Struct, frozen=True):
    """The first suggestion of an unsettled diagnosis, carried out.

    Args:
        test: in words. resolved: afterwards one of the two likeliest possibilities leads the other clearly, and what is
            left behind is not true. answerable: one of the two is true.
    """

    test: str
    resolved: bool
    answerable: bool


class Judged(msgspec.Struct, frozen=True):
    """One case.

    Args:
        failed, named: ids; named after the first answer. reported: visible faults in published classes at +30 min.
        scores: by method; "ours" first.
        exact: objective of the proven optimum after the first answer; absent: not asked for or not proven.
        sure: visible faults for which exact has the margin at +30 min; absent: not asked for or not proven.
    """

    suite: Suite
    cell: str
    number: int
    failed: tuple[str, ...]
    named: tuple[str, ...]
    scores: dict[str, Score]
    totals: Totals
    said: tuple[Said, ...]
    reported: tuple[str, ...]
    seconds: float
    update_seconds: float
    separated: Separated | None = None
    exact: float | None = None
    sure: tuple[str, ...] | None = None
