"""What is said of one incident, question by question, ready to be put on a page."""

import msgspec

from lightship.tell.advice import RULES
from lightship.tell.emergency import emergency_text
from lightship.tell.planned import KICKER, is_planned
from lightship.tell.site.addresses import incident_address
from lightship.tell.site.moments import Clock, When
from lightship.tell.site.shown import Shown
from lightship.tell.where import country, join, where_words
from lightship.vocabulary.alarms import AffectedArea
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.incidents import Scope, Status
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.questions import QuestionId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.time import Instant, parse_iso

STEPS = {each.id: each.text for each in RULES}

STATUS_WORDS: dict[Status, str] = {
    "investigating": "Investigating", "identified": "Cause identified", "monitoring": "Watching the recovery",
    "resolved": "Over", "merged": "Followed elsewhere",
}  # fmt: skip
TESTING, COMPARING = "We keep testing", "We are comparing what fails with what still works"
MARK_WORDS = {"f": "Failing", "l": "Looks healthy", "n": "Another network", "r": "Working again"}


class Estimate(msgspec.Struct, frozen=True):
    """When it is back, as said at `said`: even chance by `half`, nine in ten by `most`."""

    said: When
    half: When
    most: When


class Back(msgspec.Struct, frozen=True):
    """When it is back, with what was said before.

    Args:
        now: the standing estimate; None: not known yet, or `passed`.
        passed: the last estimate ran out without the end.
        before: earlier estimates, the newest first.
        since: it is back, since then.
    """

    now: Estimate | None
    passed: Estimate | None
    before: tuple[Estimate, ...]
    since: When | None


class Facts(msgspec.Struct, frozen=True):
    """The answers as they stand. None, or an empty text: not known yet.

    Args:
        doing: what is being done while the cause is not known.
        why_source: address at which the party concerned has published the cause.
        late: the promised next update has not come.
        again: how often it failed again after it seemed over.
        planned_until: it is announced work, to end by then.
    """

    id: str
    address: str
    mark: str
    status: str
    headline: str
    as_of: When
    is_open: bool
    healthy: bool
    services: str
    where: str
    since: When | None
    since_low: When | None
    since_high: When | None
    how_many: str | None
    why: str | None
    doing: str
    why_source: str
    steps: tuple[str, ...]
    back: Back
    over: str | None
    ours: str | None
    same: str | None
    same_as: str
    next_update: When | None
    late: bool
    emergency: tuple[str, ...]
    again: int
    planned_until: When | None = None


def facts(one: Shown, network: NetworkMap, clock: Clock, one_vantage: bool = False) -> Facts:
    """Put together what was said last about an incident, seen from `clock.at`; `one_vantage`: from one place only."""
    answers, latest = one.answers, one.latest
    since = answers.get("since")
    blamed, same, over = answers.get("us_or_neighbour"), answers.get("same_as_last_time"), answers.get("over")
    how_many = answers.get("how_many")
    promised = latest.next_update_by
    return Facts(
        id=one.incident.id, address=incident_address(one.incident.id), mark=mark(one),
        status=kicker(one), headline=latest.headline, as_of=clock.when(latest.at),
        is_open=one.is_open, healthy=one.looks_healthy,
        services=_services(one, network), where=where(one, network),
        since=clock.of_text(since.answer) if since else None,
        since_low=clock.of_text(since.low) if since else None, since_high=clock.of_text(since.high) if since else None,
        how_many=how_many.answer if how_many else None,
        why=_why(one), doing=TESTING if one_vantage else COMPARING,
        why_source=_address(one.incident.public_cause_source),
        steps=steps(one), back=back(one, clock), over=over.answer if over else None,
        ours=blamed.answer if blamed else None, same=same.answer if same else None,
        same_as=next(iter(same.items), "") if same else "",
        next_update=clock.maybe(promised), late=promised is not None and clock.at > promised,
        emergency=emergency_text(one.incident, network) if one.is_open else (), again=one.incident.reopened,
        planned_until=_planned_until(one, clock),
    )  # fmt: skip


def _planned_until(one: Shown, clock: Clock) -> When | None:
    planned = one.incident.planned
    return (
        clock.when(planned.ends) if planned is not None and one.is_open and is_planned(one.incident) else None
    )


def mark(one: Shown) -> str:
    """The class that draws its state: failing, recovering; planned, or another's."""
    if not one.is_open:
        return "r"
    if not one.is_ours or is_planned(one.incident):
        return "n"
    return "l" if one.looks_healthy else "f"


def kicker(one: Shown) -> str:
    """Its state and how far we are, in few words."""
    if is_planned(one.incident) and one.is_open:
        return KICKER
    status = STATUS_WORDS[one.latest.status]
    part = " in part" if one.incident.partial is not None and mark(one) == "f" else ""
    return f"{MARK_WORDS[mark(one)]}{part} \u00b7 {status}" if one.is_open else status


def _services(one: Shown, network: NetworkMap) -> str:
    said = one.answers.get("services")
    if said is not None and said.answer:
        return said.answer[:1].upper() + said.answer[1:]
    names = [network.service[each].name for each in one.services if each in network.service]
    return join([*names])


def where(one: Shown, network: NetworkMap) -> str:
    """Where, in words that stand alone; empty: not known yet, or there are no places."""
    said = one.answers.get("where")
    if said is None or said.answer is None:
        return ""
    if said.answer == "national":
        return f"All over {country(network.places)}, with no centre"
    words = where_words(_scope(one, tuple(AreaId(each) for each in said.items)), network)
    words = words.removeprefix("in ")
    return words[:1].upper() + words[1:]


def _scope(one: Shown, areas: tuple[AreaId, ...]) -> Scope:
    """The scope as it was said, for the words that the headline has, too."""
    last = one.incident.scope
    said = tuple(AffectedArea(ServiceId(""), each, "affected") for each in areas)
    return Scope(one.latest.at, one.services, said, False, last.of, last.lines, last.share)


def steps(one: Shown) -> tuple[str, ...]:
    """What to do, a step each."""
    said = one.answers.get("what_to_do")
    if said is None or said.answer is None:
        return ()
    return tuple(STEPS[each] for each in said.items if each in STEPS) or (said.answer,)


def back(one: Shown, clock: Clock) -> Back:
    """When it is back: the standing estimate and those before it, or since when it works again."""
    ended = one.incident.service_restored_at if not one.is_open else None
    said = [each for each in reversed(_estimates(one, clock))]
    standing = one.answers.get("when_back")
    if ended is not None:
        return Back(None, None, tuple(each for each, _ in said), clock.when(ended))
    if standing is None or standing.answer is None or not said or not one.is_open:
        return Back(None, None, tuple(each for each, _ in said), None)
    (last, most), *before = said
    older = tuple(each for each, _ in before)
    return Back(None, last, older, None) if clock.at > most else Back(last, None, older, None)


def _estimates(one: Shown, clock: Clock) -> list[tuple[Estimate, Instant]]:
    """Every estimate that was published, oldest first, each once, with the instant that it reaches to."""
    found: list[tuple[Estimate, Instant]] = []
    for update in reversed(one.updates):
        said = next((each for each in update.answers if each.question == "when_back"), None)
        if said is None or update.status in ("resolved", "merged"):
            continue
        half, most = clock.of_text(said.low), clock.of_text(said.high)
        if half is None or most is None or (found and (found[-1][0].half, found[-1][0].most) == (half, most)):
            continue
        found.append((Estimate(clock.when(update.at), half, most), parse_iso(most.iso)))
    return found


def _why(one: Shown) -> str | None:
    """The cause: as the evidence points to it, or word for word as a person or the party concerned has put it."""
    if is_planned(one.incident):
        return KICKER
    said = one.answers.get("why")
    if said is None or said.answer is None:
        return None
    if said.answer == one.incident.public_cause:
        return said.answer[:1].upper() + said.answer[1:]
    return f"The evidence points to {said.answer}"


def _address(source: str) -> str:
    """The source where it is a web address; anything else is not made a link."""
    return source if source.startswith(("https://", "http://")) else ""


def answer_word(question: QuestionId, answer: str | None) -> str:
    """An answer of a closed set as people read it; empty: not known yet."""
    return _WORDS.get((question, answer or ""), "")


_WORDS: dict[tuple[QuestionId, str], str] = {
    ("over", "no"): "No.",
    (
        "over",
        "component back, service not yet",
    ): "Not yet: the equipment is back, service is still recovering.",
    ("over", "yes"): "Yes.",
    ("same_as_last_time", "yes"): "Yes, by fresh evidence.",
    ("same_as_last_time", "no"): "No: the evidence speaks for another cause.",
}
