"""The answer sheet: every question, what was said, what was true, and how long it took."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from lightship.run.judge.record import Said, Statement, View, short_list
from lightship.run.judge.verdict import Verdict, short_list_holds, verdict
from lightship.simulate.scenario import Scenario
from lightship.simulate.truth import Truth, TruthKind, TruthSpan
from lightship.vocabulary.questions import QUESTIONS, Answer, QuestionId
from lightship.vocabulary.time import MINUTE, Instant


class Line(msgspec.Struct, frozen=True):
    """One question of the sheet.

    Args:
        answer, low, high, unit, items, as_of, basis: what was said last while the first truth held.
        first_minutes: minutes from onset to the first answer; absent: never answered.
        minutes: minutes to the first answer that stayed right while the truth did, from the question's own clock.
        changes: how often the answer changed after the first.
        correct: absent where there is no truth to compare with.
    """

    id: QuestionId
    question: str
    answer: str | None
    items: tuple[str, ...]
    low: float | str | None
    high: float | str | None
    unit: str
    as_of: Instant | None
    basis: str
    truth: str | None
    truth_kind: TruthKind
    first_minutes: float | None
    minutes: float | None
    changes: int
    correct: bool | None


class FalseStatement(msgspec.Struct, frozen=True):
    """A publication contrary to the truth of its minute. `minute` counts from onset."""

    question: QuestionId
    minute: float
    said: str
    truth: str


def main_incident(statements: Sequence[Statement], seen: Sequence[View], t0: Instant) -> str | None:
    """The incident that the truth is about: of those opened from onset on, the one that most was said of."""
    opened = {view.incident: view.opened_at for view in seen}
    counts: dict[str, int] = {}
    for each in statements:
        if opened.get(each.incident, each.at) >= t0 - 15 * MINUTE:
            counts[each.incident] = counts.get(each.incident, 0) + 1 + 1000 * each.national
    return max(counts, key=lambda one: counts[one]) if counts else None


def said(question: QuestionId, statements: Sequence[Statement]) -> tuple[Said, ...]:
    """The public answers to one question, in order, repeats included: each is a publication of its own."""
    return tuple(Said(each.at, each.answers.get(question)) for each in statements)


def said_to_operators(seen: Sequence[View]) -> tuple[Said, ...]:
    """The named cause before operators: unknown until it is named."""
    return tuple(Said(view.at, _why(view)) for view in seen)


def _why(view: View) -> Answer | None:
    found = view.diagnosis
    if found is None or found.chosen is None or found.standing == "under investigation":
        return None
    return Answer(
        "why", found.chosen, "evidence", found.at, found.probability, found.probability, "probability",
        tuple(found.members), "operators",
    )  # fmt: skip


def line(
    question: QuestionId, answers: Sequence[Said], truth: Truth | None, scenario: Scenario, until: Instant
) -> Line:
    """Judge one question. A truth that begins after `until`, where the replay stopped, is not judged."""
    spans = [each for each in truth.spans if scenario.t0 + each.start <= until] if truth else []
    span = _judged_span(question, spans)
    known = [each for each in answers if _answered(each.answer)]
    shown = _standing(known, scenario.t0 + span.until if span and span.until is not None else None)
    minutes = _minutes(question, answers, span, scenario.t0) if span else None
    answer = shown or (answers[-1].answer if answers else None)
    return Line(
        id=question, question=QUESTIONS[question], answer=answer.answer if answer else None,
        items=answer.items if answer else (), low=answer.low if answer else None,
        high=answer.high if answer else None, unit=answer.unit if answer else "",
        as_of=answer.as_of if answer else None, basis=answer.basis if answer else "evidence",
        truth=describe(span) if span else None, truth_kind=truth.kind if truth else "none",
        first_minutes=_since_onset(known[0].at, scenario.t0) if known else None, minutes=minutes,
        changes=_changes(known), correct=None if span is None else minutes is not None,
    )  # fmt: skip


def false_statements(
    question: QuestionId, answers: Sequence[Said], truth: Truth | None, t0: Instant
) -> list[FalseStatement]:
    """Every publication contrary to the truth of its minute. One that only repeats a false one is not counted again;
    one that repeats what was true until now is."""
    found, counted = [], None
    for each in answers:
        span = truth.at(each.at - t0) if truth else None
        if span is None or verdict(question, each.answer, span, t0) != "wrong":
            counted = None
        elif each.answer is not None and each.answer != counted:
            found.append(
                FalseStatement(question, _since_onset(each.at, t0), tell(each.answer), describe(span))
            )
            counted = each.answer
    return found


def short_list_minutes(seen: Sequence[View], truth: Truth | None, t0: Instant) -> float | None:
    """Minutes until an accepted component was, and stayed, among the first three that operators were shown."""
    since: Instant | None = None
    for view in seen:
        span = truth.at(view.at - t0) if truth else None
        if span is None or view.resolved:
            continue
        held = short_list_holds(short_list(view.diagnosis), span)
        since = (since or view.at) if held else None
    return None if since is None else _since_onset(since, t0)


def _judged_span(question: QuestionId, spans: Sequence[TruthSpan]) -> TruthSpan | None:
    """`over` is about the end, everything else about the beginning."""
    if not spans:
        return None
    return spans[-1] if question == "over" else spans[0]


def _minutes(question: QuestionId, answers: Sequence[Said], span: TruthSpan, t0: Instant) -> float | None:
    begins = Instant(t0 + span.start)
    ends = Instant(t0 + span.until) if span.until is not None else None
    since: Instant | None = None
    for each in answers:
        if ends is not None and each.at >= ends:
            break
        held: Verdict = verdict(question, each.answer, span, t0)
        if held != "right":
            since = None
        elif since is None:
            since = max(each.at, begins)
    return None if since is None else _since_onset(since, begins if question == "over" else t0)


def _standing(known: Sequence[Said], until: int | None) -> Answer | None:
    standing = [each.answer for each in known if until is None or each.at < until]
    return standing[-1] if standing else None


def _answered(answer: Answer | None) -> bool:
    return answer is not None and answer.answer is not None and answer.basis != "not built"


def _changes(known: Sequence[Said]) -> int:
    bare = [(each.answer.answer, each.answer.items) for each in known if each.answer]
    return sum(one != other for one, other in pairwise(bare))


def _since_onset(at: int, t0: int) -> float:
    return round((at - t0) / MINUTE, 2)


def tell(answer: Answer) -> str:
    """An answer in one line."""
    items = (
        f" [{', '.join(answer.items[:8])}{', ...' if len(answer.items) > 8 else ''}]" if answer.items else ""
    )
    between = f" ({answer.low} to {answer.high} {answer.unit})" if answer.low is not None else ""
    return f"{answer.answer}{items}{between}"


def describe(span: TruthSpan) -> str:
    """A truth in one line."""
    parts = [span.answer or ""]
    parts += [f"[{', '.join(span.items[:8])}{', ...' if len(span.items) > 8 else ''}]"] if span.items else []
    parts += (
        [f"{span.value:g} (band {span.low:g}-{span.high:g})"]
        if span.value is not None and span.low is not None and span.high is not None
        else []
    )
    parts += [f"t0 + {span.at / MINUTE:g} min"] if span.at is not None else []
    parts += [f"not: {', '.join(span.wrong[:8])}"] if span.wrong else []
    return " ".join(part for part in parts if part)
