"""The rules of what must never be published. Each looks at the record and says where it was broken."""

import re
from collections.abc import Callable, Iterator, Sequence

import msgspec

from lightship.run.judge.record import Said, Statement, View
from lightship.run.judge.sheet import said, said_to_operators
from lightship.run.judge.verdict import verdict
from lightship.simulate.scenario import NeverRule, Scenario
from lightship.simulate.truth import Truth
from lightship.vocabulary.questions import QuestionId
from lightship.vocabulary.time import MINUTE, Instant

_PEOPLE = re.compile(r"([\d,]*\d)(?:\.\d+)?( million)? (?:customers|people|homes|households|lines|users)\b")


class Broken(msgspec.Struct, frozen=True):
    """A rule or deadline that was broken: which, when (minutes from onset; absent: never met) and how."""

    rule: str
    minute: float | None
    how: str


class Record(msgspec.Struct, frozen=True):
    """All that the rules look at. `main` are the statements about the outage itself, `all` every one."""

    scenario: Scenario
    main: tuple[Statement, ...]
    all: tuple[Statement, ...]
    views: tuple[View, ...]

    def truth(self, question: QuestionId) -> Truth | None:
        """The truth of one question."""
        return next((each for each in self.scenario.truth if each.question == question), None)

    def minute(self, at: Instant) -> float:
        """Minutes from onset."""
        return round((at - self.scenario.t0) / MINUTE, 2)


Found = Iterator[tuple[Instant, str]]


def broken(record: Record) -> list[Broken]:
    """Every breach of the scenario's rules; of each rule the first, with how often."""
    found = []
    for rule in record.scenario.never:
        breaches = list(_RULES[rule](record))
        if breaches:
            at, how = breaches[0]
            more = f" (and {len(breaches) - 1} more)" if len(breaches) > 1 else ""
            found.append(Broken(rule, record.minute(at), how + more))
    return found


def _town_as_centre(record: Record) -> Found:
    truth = record.truth("where")
    for each in record.main:
        span = truth.at(each.at - record.scenario.t0) if truth else None
        where = each.answers.get("where")
        if span and span.answer == "national" and where and where.answer == "areas":
            yield each.at, f"said where: {', '.join(where.items[:5])}"


def _cause_without_evidence(record: Record) -> Found:
    for each in record.all:
        why = each.answers.get("why")
        if why and why.answer is not None and not _named_by(record.views, each):
            yield each.at, f"said why: {why.answer}, when operators had no named cause"


def _named_by(views: Sequence[View], statement: Statement) -> bool:
    seen = [v for v in views if v.incident == statement.incident and v.at <= statement.at and v.diagnosis]
    return any(v.diagnosis is not None and v.diagnosis.standing != "under investigation" for v in seen)


def _reports_as_customers(record: Record) -> Found:
    for each in record.all:
        lines = [v.lines for v in record.views if v.incident == each.incident and v.at <= each.at]
        for number in _numbers(f"{each.headline} {each.text}"):
            if (
                not lines
                or lines[-1].low is None
                or not 0.5 * lines[-1].low <= number <= 2 * (lines[-1].high or 0)
            ):
                yield each.at, f"{number:,.0f} people, which is no estimate of lines"


def _numbers(text: str) -> Iterator[float]:
    for match in _PEOPLE.finditer(text):
        if text[: match.start()].endswith(" in "):
            continue  # "1 in 4 users" is a share, not a number of people
        yield float(match[1].replace(",", "")) * (1e6 if match[2] else 1)


def _closed_early(record: Record) -> Found:
    truth = record.truth("over")
    for each in record.main:
        span = truth.at(each.at - record.scenario.t0) if truth else None
        over = each.answers.get("over")
        if span and span.answer != "yes" and (each.status == "resolved" or (over and over.answer == "yes")):
            yield each.at, "said that it is over"


def _named_too_early(record: Record) -> Found:
    named = {
        feed.subject: record.scenario.t0 + feed.at for feed in record.scenario.feeds if feed.names_publicly
    }
    released = min(named.values(), default=1 << 62)
    names = _third_parties(record.scenario)
    for each in record.all:
        spoken = [name for name in names if re.search(rf"\b{re.escape(name)}\b", each.words, re.IGNORECASE)]
        if spoken and each.at < released:
            yield each.at, f"named {spoken[0]} before it or another source had"


def _third_parties(scenario: Scenario) -> list[str]:
    """Names of owners, and of what they own. "a supplier" is no name."""
    owned = [each for each in scenario.network.components if each.owner[:1].isupper()]
    return sorted({name for each in owned for name in (each.owner, each.name) if len(name) > 2})


def _yesterdays_cause(record: Record) -> Found:
    for each in said_to_operators(record.views):
        span = truth.at(each.at - record.scenario.t0) if (truth := record.truth("why")) else None
        if span and each.answer and each.answer.answer in span.wrong:
            yield each.at, f"named {each.answer.answer}"


def _national(record: Record) -> Found:
    for each in record.all:
        if each.national:
            yield each.at, each.headline


def _blamed(record: Record) -> Found:
    yield from _contrary(record, "us_or_neighbour", said("us_or_neighbour", record.all))


def _unknown_as_known(record: Record) -> Found:
    truth = record.truth("why")
    if truth is None or truth.kind != "none":
        return
    for each in record.main:
        why = each.answers.get("why")
        if why and why.answer is not None:
            yield each.at, f"said why: {why.answer}"


def _contrary(record: Record, question: QuestionId, answers: Sequence[Said]) -> Found:
    truth = record.truth(question)
    for each in answers:
        span = truth.at(each.at - record.scenario.t0) if truth else None
        if span and verdict(question, each.answer, span, record.scenario.t0) == "wrong":
            yield each.at, f"said {each.answer.answer if each.answer else None}"


_RULES: dict[NeverRule, Callable[[Record], Found]] = {
    "name_a_town_as_centre": _town_as_centre,
    "state_cause_without_evidence": _cause_without_evidence,
    "print_reports_as_customers": _reports_as_customers,
    "close_before_service_back": _closed_early,
    "name_a_third_party_before_source": _named_too_early,
    "repeat_yesterdays_cause": _yesterdays_cause,
    "declare_national_incident": _national,
    "blame_healthy_provider": _blamed,
    "say_unknown_as_known": _unknown_as_known,
}
