"""What we say to each question, in the closed forms of docs/reference/answers.md. "Not known yet" is an answer."""

from collections.abc import Sequence

import msgspec

from lightship.follow.causes import last_named, named
from lightship.follow.identity import same_class
from lightship.prevent.footprints import Footprints
from lightship.tell import numbers
from lightship.tell.advice import advice
from lightship.tell.headline import VAGUE, units
from lightship.tell.naming import public_cause
from lightship.tell.planned import is_planned
from lightship.tell.risk import next_risk
from lightship.tell.where import services_words, sure_areas, told_scope
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.questions import Answer, QuestionId
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.sources import Estimate
from lightship.vocabulary.time import DAY, Instant, iso

LAST_TIME = 30 * DAY
SURE_IT_IS_OURS = 0.9
REPORTS_ARE_MANY = 5


def public_answers(
    incident: Incident, others: Sequence[Incident], feet: Footprints, settings: Settings, at: Instant,
    promised: Instant | None,
) -> tuple[Answer, ...]:  # fmt: skip
    """One answer per question that the public may read, in the order of `QUESTIONS`.

    Args:
        others: other incidents that are remembered. promised: when the next update comes; None: no further one.
    """
    return (
        _down(incident, at),
        _services(incident, feet, at),
        _where(incident, at),
        _since(incident, settings, at),
        _how_many(incident, feet, at),
        _why(incident, feet, settings, at),
        same_as_last_time(incident, others, at),
        Answer("us_or_neighbour", whose(incident), "evidence", at),
        _what_to_do(incident, feet, settings, at),
        _when_back(incident, at),
        Answer("next_word", iso(promised) if promised is not None else None, "rule", at),
        Answer("over", over(incident), "evidence", at),
        Answer("owed", None, "not built", at),
        Answer("to_report", None, "not built", at),
    )


def operators_answers(
    incident: Incident, others: Sequence[Incident], feet: Footprints, settings: Settings, at: Instant,
    promised: Instant | None,
) -> tuple[Answer, ...]:  # fmt: skip
    """What operators read beside the public answers: the class with its margin, the runner-up, the next risk."""
    last = msgspec.structs.replace(same_as_last_time(incident, others, at), audience="operators")
    return (*_why_operators(incident, at), last, next_risk(incident, feet, at))


def is_down(incident: Incident) -> str | None:
    """ "yes" while it fails, "no" once it is closed or a neighbour's; None while it looks healthy and is watched."""
    if not incident.is_open or (incident.diagnosis is not None and incident.diagnosis.neighbour):
        return None if incident.status == "merged" else "no"
    return None if incident.green_since is not None else "yes"


def over(incident: Incident) -> str | None:
    """ "no", "component back, service not yet" or "yes"; None while all looks healthy but may fail again."""
    if incident.status == "resolved":
        return "yes"
    if incident.status == "merged" or incident.green_since is not None:
        return None
    return "no" if incident.component_restored_at is None else "component back, service not yet"


def _down(incident: Incident, at: Instant) -> Answer:
    return Answer("down", is_down(incident), "evidence", at)


def _services(incident: Incident, feet: Footprints, at: Instant) -> Answer:
    services = told_scope(incident).services
    return Answer(
        "services", services_words(services, feet.network) or None, "evidence", at, items=tuple(services)
    )


def _where(incident: Incident, at: Instant) -> Answer:
    scope = told_scope(incident)
    if scope.national:
        return Answer("where", "national", "evidence", at)
    areas = sure_areas(scope)
    return Answer("where", "areas" if areas else None, "evidence", at, items=tuple(areas))


def _since(incident: Incident, settings: Settings, at: Instant) -> Answer:
    onset = incident.onset
    low, high = iso(onset.earliest), iso(onset.latest)
    return Answer("since", iso(onset.likeliest), "evidence", at, low, high, "instant")


def _how_many(incident: Incident, feet: Footprints, at: Instant) -> Answer:
    """The share of lines of the services that are hit; the number of lines only in words. Never counts of reports."""
    scope = told_scope(incident)
    share = scope.share
    if share.value is None or share.low is None or share.high is None:
        return Answer("how_many", None, "evidence", at, unit="share of lines")
    counted = _lines_words(scope.lines, feet.network.synthetic)
    if share.high > VAGUE * share.low:
        text = f"not known closely: {numbers.between(share.low, share.high)} {units(scope)}"
        return Answer("how_many", text, "evidence", at, share.low, share.high, "share of lines")
    inside = [words for words in (numbers.between(share.low, share.high), counted) if words]
    text = f"{numbers.about(share.value)} {units(scope)}" + (f" ({'; '.join(inside)})" if inside else "")
    return Answer("how_many", text, "evidence", at, share.low, share.high, "share of lines")


def _lines_words(lines: Estimate, assumed: bool) -> str:
    words = numbers.counts(lines)
    return f"{words} lines{' on an assumed network' if assumed else ''}" if words else ""


def _why(incident: Incident, feet: Footprints, settings: Settings, at: Instant) -> Answer:
    if is_planned(incident):
        return Answer("why", "planned work", "evidence", at)
    cause = public_cause(incident, feet.network, settings)
    if cause is None:
        return Answer("why", None, "evidence", at)
    return Answer("why", cause.text, "evidence", at, items=())


def _why_operators(incident: Incident, at: Instant) -> tuple[Answer, ...]:
    diagnosis = incident.diagnosis
    if diagnosis is None or not diagnosis.members:
        return (Answer("why", None, "evidence", at, audience="operators"),)
    chance = diagnosis.probability
    members = tuple(str(each) for each in diagnosis.members)
    chosen = diagnosis.chosen if named(diagnosis) else None
    return (Answer("why", chosen, "evidence", at, chance, chance, "probability", members, "operators"),)


def why_words(diagnosis: Diagnosis) -> str:
    """The diagnosis in one sentence for operators: class, chosen, margin, probability, runner-up."""
    if not diagnosis.members:
        return "None of the components on the map explains it."
    runner = diagnosis.runners_up[0] if diagnosis.runners_up else None
    behind = (
        f"; next best {', '.join(runner.members)} ({runner.nats_behind:.1f} nats behind)" if runner else ""
    )
    return (
        f"{diagnosis.chosen} of {{{', '.join(diagnosis.members)}}}, P = {diagnosis.probability:.3f}, "
        f"margin {diagnosis.margin:.1f} nats{behind}; {diagnosis.standing}."
    )


def same_as_last_time(incident: Incident, others: Sequence[Incident], at: Instant) -> Answer:
    """Compared with the incident before, of the same service, within 30 days; by fresh evidence about this one."""
    last = previous(incident, others)
    if last is None:
        return Answer("same_as_last_time", "no", "rule", at)
    mine, theirs = last_named(incident), last_named(last)
    if mine is None or theirs is None:
        return Answer("same_as_last_time", None, "evidence", at, items=(last.id,))
    same = "yes" if same_class(mine, theirs) else "no"
    return Answer("same_as_last_time", same, "evidence", at, items=(last.id,))


def previous(incident: Incident, others: Sequence[Incident]) -> Incident | None:
    """The last incident of a same service that opened before this one, at most 30 days ago."""
    found = [
        each for each in others
        if each.id != incident.id and each.status != "merged" and not each.suppressed
        and each.opened_at < incident.opened_at and incident.opened_at - each.opened_at <= LAST_TIME
        and any(service in told_scope(incident).services for service in told_scope(each).services)
    ]  # fmt: skip
    return max(found, key=lambda each: each.opened_at, default=None)


def same_words(incident: Incident, others: Sequence[Incident]) -> str:
    """Why it is, or is not, the same as last time, for operators."""
    last = previous(incident, others)
    if last is None:
        return "No incident of this service is known here in the 30 days before."
    mine, theirs = last_named(incident), last_named(last)
    if mine is None:
        return f"Not known yet: {last.id} was the last one, and nothing is carried over from it without fresh evidence."
    if theirs is None:
        return f"Not known: the cause of {last.id} was never named."
    if same_class(mine, theirs):
        return f"Yes, by fresh evidence: the class of {last.id} explains this one too."
    was = ", ".join(theirs.members)
    return f"No: another class is ahead by {mine.margin:.1f} nats; {was} ({last.id}) is not the best explanation."


def whose(incident: Incident) -> str | None:
    """ "us", "neighbour", or None: not known yet."""
    diagnosis = incident.diagnosis
    if diagnosis is not None and diagnosis.neighbour:
        return "neighbour"
    if diagnosis is not None and diagnosis.members and diagnosis.probability >= SURE_IT_IS_OURS:
        return "us"
    # Vantages in two access networks cannot reach the provider: that is no neighbour's trouble.
    return "us" if incident.networks >= 2 else None


def _what_to_do(incident: Incident, feet: Footprints, settings: Settings, at: Instant) -> Answer:
    steps = advice(incident, feet.network, settings)
    text = " ".join(each.text for each in steps)
    return Answer("what_to_do", text or None, "rule", at, items=tuple(each.id for each in steps))


def _when_back(incident: Incident, at: Instant) -> Answer:
    question: QuestionId = "when_back"
    if incident.status == "resolved" and incident.service_restored_at is not None:
        done = incident.service_restored_at
        # Reports come late: it may have been back since the component was, or, where that is not known, any time since.
        first = min(incident.component_restored_at or incident.onset.likeliest, done)
        return Answer(question, iso(done), "evidence", at, iso(first), iso(done), "instant")
    if incident.planned is not None and is_planned(incident):
        return Answer(question, iso(incident.planned.ends), "rule", at, unit="instant")
    last = incident.etas[-1] if incident.etas else None
    if last is None or not incident.is_open or incident.green_since is not None or last.most <= at:
        return Answer(question, None, "rule", at, unit="instant")
    return Answer(question, iso(last.half), "rule", at, iso(last.half), iso(last.most), "instant")
