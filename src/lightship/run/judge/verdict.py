"""One answer against one truth: right, wrong, incomplete, or unanswered."""

from collections.abc import Callable, Sequence
from typing import Literal

from lightship.simulate.truth import TruthSpan
from lightship.vocabulary.questions import Answer, QuestionId
from lightship.vocabulary.time import MINUTE, Instant, parse_iso

Verdict = Literal["right", "wrong", "incomplete", "unanswered"]
"""wrong: contrary to the truth, a false statement. incomplete: neither right nor contrary, such as half the areas."""

PRECISION, RECALL = 0.9, 0.85
OVER = ("no", "component back, service not yet", "yes")


def verdict(question: QuestionId, answer: Answer | None, truth: TruthSpan, t0: Instant) -> Verdict:
    """Judge an answer. Unknown and "not built" are unanswered: neither right nor wrong."""
    if answer is None or answer.answer is None or answer.basis == "not built":
        return "unanswered"
    return _RULES.get(question, _same)(answer, truth, t0)


def _same(answer: Answer, truth: TruthSpan, t0: Instant) -> Verdict:
    return "right" if answer.answer == truth.answer else "wrong"


def _services(answer: Answer, truth: TruthSpan, t0: Instant) -> Verdict:
    said, wanted = dict.fromkeys(answer.items), dict.fromkeys(truth.items)
    strangers = [each for each in said if not any(_within(each, one) or _within(one, each) for one in wanted)]
    if strangers or any(each in truth.wrong for each in said):
        return "wrong"
    missing = [one for one in wanted if not any(_within(each, one) or _within(one, each) for each in said)]
    return "incomplete" if missing else "right"


def _within(service: str, above: str) -> bool:
    return service == above or service.startswith(f"{above}.")


def _where(answer: Answer, truth: TruthSpan, t0: Instant) -> Verdict:
    if answer.answer != truth.answer:
        return "wrong"
    if truth.answer == "national":
        return "right"
    said, wanted = dict.fromkeys(answer.items), dict.fromkeys(truth.items)
    shared = sum(each in wanted for each in said)
    if any(each in truth.wrong for each in said) or not shared:
        return "wrong"
    good = shared >= PRECISION * len(said) and shared >= RECALL * len(wanted)
    return "right" if good else "incomplete"


def _since(answer: Answer, truth: TruthSpan, t0: Instant) -> Verdict:
    if truth.at is None or answer.low is None or answer.high is None:
        return "unanswered"
    true, tolerance = t0 + truth.at, truth.tolerance if truth.tolerance is not None else 5 * MINUTE
    low, likeliest, high = (parse_iso(str(each)) for each in (answer.low, answer.answer, answer.high))
    if not low - tolerance <= true <= high + tolerance:
        return "wrong"
    near = abs(likeliest - true) <= tolerance
    return "right" if near and low - MINUTE <= true <= high + MINUTE else "incomplete"


def _how_many(answer: Answer, truth: TruthSpan, t0: Instant) -> Verdict:
    if answer.low is None or answer.high is None or truth.value is None:
        return "unanswered"
    low, high = float(answer.low), float(answer.high)
    band = (
        truth.low if truth.low is not None else truth.value,
        truth.high if truth.high is not None else truth.value,
    )
    if high < band[0] or low > band[1]:
        return "wrong"
    return "right" if low <= truth.value <= high and high <= max(10 * low, band[1]) else "incomplete"


def _why(answer: Answer, truth: TruthSpan, t0: Instant) -> Verdict:
    if answer.answer in truth.items:
        return "right"
    return "incomplete" if any(each in truth.items for each in answer.items) else "wrong"


def _what_to_do(answer: Answer, truth: TruthSpan, t0: Instant) -> Verdict:
    if any(each in truth.wrong for each in answer.items):
        return "wrong"
    return "right" if all(each in answer.items for each in truth.items) else "incomplete"


def _when_back(answer: Answer, truth: TruthSpan, t0: Instant) -> Verdict:
    """A forecast is right when the true instant comes before its 90 % time; missing that is late, not false."""
    if truth.at is None or answer.high is None:
        return "unanswered"
    return "right" if t0 + truth.at <= parse_iso(str(answer.high)) else "incomplete"


def _over(answer: Answer, truth: TruthSpan, t0: Instant) -> Verdict:
    said, true = OVER.index(str(answer.answer)), OVER.index(str(truth.answer))
    if said > true:
        return "wrong"
    return "right" if said == true or true == 1 else "incomplete"


_RULES: dict[QuestionId, Callable[[Answer, TruthSpan, Instant], Verdict]] = {
    "services": _services, "where": _where, "since": _since, "how_many": _how_many, "why": _why,
    "what_to_do": _what_to_do, "when_back": _when_back, "over": _over,
}  # fmt: skip


def short_list_holds(short_list: Sequence[str], truth: TruthSpan) -> bool:
    """Whether an accepted component is among the first three that operators were shown."""
    return any(each in truth.items for each in short_list[:3])
