"""The text of an update: short sentences, the most important kept when not all fit into 400 characters."""

import msgspec

from lightship.follow.clocks import closes_at
from lightship.prevent.footprints import Footprints
from lightship.tell import numbers, planned
from lightship.tell.advice import advice
from lightship.tell.headline import PEOPLE, plural, share_here, units, whose
from lightship.tell.naming import public_cause
from lightship.tell.seen import in_a_sentence
from lightship.tell.times import clock, moment
from lightship.tell.where import services_words, told_scope, where_words
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Instant

AT_MOST = 400

MOST = 0.85
"""From this share of the lines on, "for some people" would be too little."""


class Sentence(msgspec.Struct, frozen=True):
    """One sentence. Smaller `rank` is kept first; the order in the text is the order in which they are written."""

    rank: int
    text: str


def text(
    incident: Incident, feet: Footprints, settings: Settings, at: Instant, promised: Instant | None,
    unchanged_since: Instant | None,
) -> str:  # fmt: skip
    """The message.

    Args:
        promised: when the next update comes; None: no further one.
        unchanged_since: when the last update was, if nothing has changed since; else None.
    """
    zone = settings.zone
    said = [Sentence(0, each) for each in _lead(incident, feet, settings, at)]
    if unchanged_since is not None:
        said.insert(0, Sentence(0, f"No change since {moment(unchanged_since, at, zone)}."))
    if incident.is_open and not _neighbours(incident) and incident.green_since is None:
        said += _details(incident, feet, settings, at)
    if not incident.is_open and incident.status == "resolved" and not incident.suppressed:
        said.append(Sentence(2, _why_it_was(incident, feet, settings)))
        said += [Sentence(3, each.short) for each in advice(incident, feet.network, settings)]
    if promised is not None:
        said.append(Sentence(0, f"Next update by {moment(promised, at, zone)}."))
    return fit(said)


def fit(said: list[Sentence]) -> str:
    """As many sentences as fit, by rank; those kept stay in their order.

    >>> fit([Sentence(0, "It fails."), Sentence(2, "x" * 400), Sentence(1, "We look.")])
    'It fails. We look.'
    """
    kept: list[int] = []
    room = AT_MOST
    for index in sorted(range(len(said)), key=lambda number: (said[number].rank, number)):
        needs = len(said[index].text) + (1 if kept else 0)
        if said[index].text and needs <= room:
            kept.append(index)
            room -= needs
    return " ".join(said[index].text for index in sorted(kept))


def _neighbours(incident: Incident) -> bool:
    return incident.diagnosis is not None and incident.diagnosis.neighbour


def _lead(incident: Incident, feet: Footprints, settings: Settings, at: Instant) -> list[str]:
    zone, back = settings.zone, incident.component_restored_at
    if incident.status == "merged":
        return [
            f"This is part of a larger problem. We follow it as incident {incident.merged_into} from now on."
        ]
    if incident.status == "resolved":
        return _closed(incident, settings, at)
    if _neighbours(incident):
        return [
            f"The evidence points to another network than {whose(feet.network, settings)}, which looks healthy."
        ]
    if incident.green_since is not None:
        until = closes_at(incident)
        watching = f" until {clock(until, zone)}" if until is not None and until > at else ""
        return [
            f"All that we see has looked healthy since {moment(incident.green_since, at, zone)}.",
            f"We keep watching{watching} before we call it over.",
        ]
    if back is not None:
        return [
            f"{_back(incident, feet, settings)} since {moment(back, at, zone)}, but service is still recovering: "
            f"{_still(incident, feet)}.",
        ]
    if planned.is_planned(incident):
        return [planned.sentence(incident, at, zone), _seeing(incident, feet, settings, at)]
    again = ["It is failing again."] if incident.reopened else []
    return [*again, _seeing(incident, feet, settings, at)]


def _closed(incident: Incident, settings: Settings, at: Instant) -> list[str]:
    if incident.suppressed:
        return ["A person has looked into this and found no outage."]
    ended = incident.service_restored_at
    if ended is None:
        return ["A person has closed this incident."]
    # Reports go on after the service is back: "since" is an upper bound, and nothing is said of how long it was.
    began, healthy = (moment(each, at, settings.zone) for each in (incident.onset.likeliest, ended))
    return [f"It began at about {began}. All that we see has looked healthy since {healthy}."]


def _seeing(incident: Incident, feet: Footprints, settings: Settings, at: Instant) -> str:
    """What fails, where and since when: "We are seeing broadband fail for some people all over the UK since ..." """
    scope = told_scope(incident)
    services, where = services_words(scope.services, feet.network), where_words(scope, feet.network)
    share = share_here(scope, feet)
    part = incident.partial is not None or (where and (share is None or share[1] < MOST))
    some = " for some people" if part else ""
    place = f" {where}" if where else ""
    since = f"since about {moment(incident.onset.likeliest, at, settings.zone)}"
    one = in_a_sentence(incident, settings)
    if settings.deployment == "outsiders":
        verb = "are" if plural(services) else "is"
        return f"Reports and tests suggest that {services} {verb} failing{some}{place}, {since}{one}."
    return f"We are seeing {services} fail{some}{place}, {since}{one}."


def _back(incident: Incident, feet: Footprints, settings: Settings) -> str:
    if public_cause(incident, feet.network, settings):
        return "The equipment has been back"
    return "Some of what failed in our tests has worked"


def _still(incident: Incident, feet: Footprints) -> str:
    """What still fails, after the equipment is back: "broadband still fails for some people all over the UK" """
    scope = told_scope(incident)
    services, where = services_words(scope.services, feet.network), where_words(scope, feet.network)
    share = share_here(scope, feet)
    if share is not None and share[1] < MOST and where and "half" not in numbers.ratio(share[1]):
        one, many = numbers.is_one_of(share[1]), units(scope)
        verb = (
            ("is" if one else "are") + " still affected"
            if many == PEOPLE
            else "still fail" + ("s" if one else "")
        )
        return f"{numbers.about(share[1])} {many} of {services} {verb} {where}"
    place = f" for some people {where}" if where else ""
    return f"{services} still {'fail' if plural(services) else 'fails'}{place}"


def _details(incident: Incident, feet: Footprints, settings: Settings, at: Instant) -> list[Sentence]:
    steps = advice(incident, feet.network, settings)
    if planned.is_planned(incident):  # why, and until when, stands at the top
        return [Sentence(2 if number < 2 else 5, step.short) for number, step in enumerate(steps)]
    return [
        Sentence(4, _how_many(incident, feet)),
        Sentence(3 if incident.component_restored_at is not None else 1, _why(incident, feet, settings)),
        *(Sentence(2 if number < 2 else 5, step.short) for number, step in enumerate(steps)),
        Sentence(1 if incident.component_restored_at is not None else 3, _when(incident, settings, at)),
    ]


def _how_many(incident: Incident, feet: Footprints) -> str:
    scope = told_scope(incident)
    share = share_here(scope, feet)
    if share is None and scope.national and (scope.share.high or 0.0) > 0 and scope.share.low is not None:
        most = numbers.between(scope.share.low, scope.share.high or 0.0)  # as the answer to "how many" has it
        return f"{most[:1].upper()}{most[1:]} {units(scope)} may be affected." if most else ""
    if share is None:
        counted = any(each.service in scope.services for each in feet.network.service_areas)
        return "How many are affected is not known yet." if counted else ""
    words = numbers.between(share[0], share[2])
    words = words.replace("and half", "and half of all")
    there = "" if scope.national else " there"
    return f"{words[:1].upper()}{words[1:]} {units(scope)}{there} may be affected." if words else ""


def _why(incident: Incident, feet: Footprints, settings: Settings) -> str:
    cause = public_cause(incident, feet.network, settings)
    if cause is None:
        doing = "we keep testing" if settings.one_vantage else "we are comparing what fails with what works"
        return f"Why is not known yet; {doing}."
    if cause.said_by == "evidence":
        return f"The evidence points to {cause.words}."
    if cause.said_by == "party":
        return f"The party concerned says: {_stop(cause.text)}"
    return f"The cause: {_stop(cause.words)}"


def _why_it_was(incident: Incident, feet: Footprints, settings: Settings) -> str:
    cause = public_cause(incident, feet.network, settings)
    if cause is None:
        return "Why it failed is not known yet."
    return (
        f"The evidence pointed to {cause.words}."
        if cause.said_by == "evidence"
        else _why(incident, feet, settings)
    )


def _stop(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _when(incident: Incident, settings: Settings, at: Instant) -> str:
    last = incident.etas[-1] if incident.etas else None
    if last is None or last.half <= at:
        return ""
    half, most = moment(last.half, at, settings.zone), moment(last.most, at, settings.zone)
    return f"Going by past outages: an even chance that it is back by {half}, nine in ten by {most}."
