"""What really was so, question by question, with its source. The simulation never reads it; only the judge does."""

from typing import Literal

import msgspec

from lightship.simulate.offsets import Offset
from lightship.vocabulary.diagnosis import Category
from lightship.vocabulary.questions import QuestionId

TruthKind = Literal["sourced", "assumed", "none"]
"""none: nobody knows, so no answer can be right; saying one as known is what `say_unknown_as_known` forbids."""


class TruthSpan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The truth while t0 + start <= now < t0 + until. Between spans there is none, and nothing is judged.

    Args:
        start: `from` in the file. until: absent: to the end of the run.
        answer: in the question's closed form: yes or no, national or areas, us or neighbour, and for `over`
            no, "component back, service not yet" or yes.
        items: what the answer should name: services, areas, accepted members of the class of components, advice ids.
        wrong: what it must not name, such as services that worked, the rival building or advice that harms.
        at, tolerance: the instant that is right, for `since` and `when_back`, and by how much it may be missed.
        value, low, high: for `how_many`: share of the service's lines, 0-1, and the band that counts as right.
        building, category: for `why`.
    """

    start: Offset = msgspec.field(name="from", default=Offset(0))
    until: Offset | None = None
    answer: str | None = None
    items: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    at: Offset | None = None
    tolerance: Offset | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    building: str = ""
    category: Category | None = None

    def holds(self, at: int) -> bool:
        """Whether it is the truth `at` milliseconds after t0."""
        return self.start <= at and (self.until is None or at < self.until)


class Truth(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The truth of one question over time.

    Args:
        source: address of the page that says so; empty where it is ours or unknown.
        spans: in order, not overlapping.
    """

    question: QuestionId
    kind: TruthKind
    spans: tuple[TruthSpan, ...] = ()
    source: str = ""
    note: str = ""

    def at(self, offset: int) -> TruthSpan | None:
        """What was true then; None: nothing is known or judged."""
        return next((span for span in self.spans if span.holds(offset)), None)
