"""The whole judgement of one replay: the sheet, the false statements, and what was broken."""

from collections.abc import Sequence
from itertools import zip_longest

import msgspec

from lightship.run.judge.never import Broken, Record, broken
from lightship.run.judge.record import Said, Statement, View
from lightship.run.judge.sheet import (
    FalseStatement,
    Line,
    false_statements,
    line,
    main_incident,
    said,
    said_to_operators,
    short_list_minutes,
)
from lightship.run.operators_view import best_diagnosis
from lightship.simulate.scenario import Scenario
from lightship.simulate.targets import target
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.questions import QUESTIONS, QuestionId
from lightship.vocabulary.time import MINUTE, Instant


class Judgement(msgspec.Struct, frozen=True):
    """What the judge found. `broken` empty: the replay passes.

    Args:
        diagnosis: what operators were shown of the main incident's cause when it was first named; else, what last.
    """

    questions: tuple[Line, ...]
    false_statements: tuple[FalseStatement, ...]
    broken: tuple[Broken, ...]
    diagnosis: Diagnosis | None = None


def judge(
    scenario: Scenario, statements: Sequence[Statement], seen: Sequence[View], until: Instant
) -> Judgement:
    """Compare what was said with what was true.

    Args:
        statements: every published message, oldest first, as read back from the published files.
        seen: what operators saw, from the decisions.
        until: how far the replay went: a deadline after it is not judged.
    """
    main = main_incident(statements, seen, scenario.t0)
    about = tuple(each for each in statements if each.incident == main)
    views = tuple(each for each in seen if each.incident == main)
    record = Record(scenario, about, tuple(statements), tuple(seen))
    lines, false = [], []
    for question in QUESTIONS:
        answers = _answers(question, about, views)
        lines.append(line(question, answers, record.truth(question), scenario, until))
        false += false_statements(question, answers, record.truth(question), scenario.t0)
    false += _broken_promises(record, until)
    late = _late(scenario, {each.id: each for each in lines}, about, views, record, until)
    return Judgement(tuple(lines), tuple(false), (*broken(record), *late), best_diagnosis(views, main))


def _answers(question: QuestionId, about: Sequence[Statement], views: Sequence[View]) -> tuple[Said, ...]:
    """What has components' names in it is asked of the operators' side; the public's is held by the never rules."""
    if question == "next_risk":
        return tuple(Said(view.at, view.next_risk) for view in views)
    return said_to_operators(views) if question == "why" else said(question, about)


def _broken_promises(record: Record, until: Instant) -> list[FalseStatement]:
    found = []
    for each, after in zip_longest(record.main, record.main[1:]):
        promised, came = each.next_update_by, after.at if after else None
        if promised is None or (came is None and until <= promised):
            continue
        if came is None or came > promised:
            late = "none came" if came is None else f"it came {(came - promised) / MINUTE:.1f} min late"
            found.append(FalseStatement("next_word", record.minute(promised), "next update by then", late))
    return found


def _late(
    scenario: Scenario, lines: dict[QuestionId, Line], about: Sequence[Statement], views: Sequence[View],
    record: Record, until: Instant,
) -> list[Broken]:  # fmt: skip
    found = []
    for deadline, span in scenario.deadlines.items():
        aim = target(scenario.deployment, deadline)
        begins = _clock(aim.after if aim else "onset", scenario, about)
        if begins is None or begins + span > until:
            continue
        if deadline == "why_short_list":
            took = short_list_minutes(views, record.truth("why"), scenario.t0)
        else:
            took = _taken(lines[deadline], begins, scenario)
        if took is None or took > span / MINUTE:
            how = "not answered rightly" if took is None else f"took {took:g} min"
            found.append(Broken(f"deadline {deadline}", took, f"{how}, {span / MINUTE:g} min allowed"))
    return found


def _clock(after: str, scenario: Scenario, about: Sequence[Statement]) -> Instant | None:
    """The instant that a deadline is counted from; without a message or an end there is none."""
    if after == "first message":
        return about[0].at if about else scenario.t0
    if after == "service back":
        over = next((each for each in scenario.truth if each.question == "over"), None)
        back = [span.start for span in over.spans if span.answer == "yes"] if over else []
        return Instant(scenario.t0 + back[0]) if back else None
    return scenario.t0


def _taken(line: Line, begins: Instant, scenario: Scenario) -> float | None:
    """Minutes by the deadline's clock. Without a truth, an answer given at all is in time."""
    minutes = line.minutes if line.correct is not None else line.first_minutes
    if minutes is None:
        return None
    return minutes if line.id == "over" else round(minutes - (begins - scenario.t0) / MINUTE, 2)
