"""The headline: what is wrong and for whom, in one plain sentence."""

from collections.abc import Callable

from lightship.prevent.footprints import Footprints
from lightship.tell import numbers, planned
from lightship.tell.naming import public_cause
from lightship.tell.seen import in_brackets
from lightship.tell.where import country, services_words, told_scope, where_words
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.incidents import Incident, Scope
from lightship.vocabulary.observables import CountRow
from lightship.vocabulary.settings import Settings

UNITS = {"broadband": "connections", "voice": "lines"}
PEOPLE = "users"
VAGUE = 20.0
"""An interval wider than this factor is not told as a number: its middle would say more than is known."""


def headline(incident: Incident, feet: Footprints, settings: Settings) -> str:
    """What is wrong and for whom, or that it is over. Outsiders' headlines say who runs the page, and that it is not
    the provider's."""
    said = _statement(incident, feet, settings)
    if settings.deployment == "outsiders":
        who = settings.runs_it or "An independent group"
        provider = feet.network.provider or "the provider"
        return f"Reports and tests suggest that {said}, says {who}; this is not {provider}'s page."
    return f"{_capital(said)}."


def _statement(incident: Incident, feet: Footprints, settings: Settings) -> str:
    network, scope = feet.network, told_scope(incident)
    services, where = services_words(scope.services, network), where_words(scope, network)
    here = in_brackets(incident, settings)
    if incident.status == "merged":
        return f"{services}{_space(where)}: this is now followed as incident {incident.merged_into}"
    if incident.status == "resolved":
        return _over(incident, services, where)
    if incident.diagnosis is not None and incident.diagnosis.neighbour:
        return f"{services}: another network is in trouble; {whose(network, settings)} looks healthy{_space(where)}"
    if incident.green_since is not None:
        return f"{services} {_look(services)} healthy again{_space(where)}; we are still watching{here}"
    failing = _failing(scope, services, where, feet, settings, incident.partial is not None)
    failing = planned.headline(failing, services, incident)
    if incident.component_restored_at is not None:
        back = (
            "the equipment is back"
            if public_cause(incident, network, settings)
            else "some of what failed answers again"
        )
        return f"{failing}; {back}, service is still recovering{here}"
    return failing + here


def _over(incident: Incident, services: str, where: str) -> str:
    if incident.suppressed:
        return f"{services}: we have looked into this and found no outage"
    return f"{services} {_are(services)} working again{_space(where)}"


def _failing(
    scope: Scope, services: str, where: str, feet: Footprints, settings: Settings, partly: bool
) -> str:
    """ "Broadband: about 1 in 10 connections is failing, all over the UK" """
    share = share_here(scope, feet)
    if share is None:
        some = " for some people" if scope.national or scope.areas or partly else ""
        place = _space(where) if settings.deployment == "outsiders" else _comma(where)
        return f"{services} {_are(services)} failing{some}{place}"
    _, value, _ = share
    many = units(scope)
    if settings.deployment == "outsiders":
        return f"{share_words(value, f'{many} of {services}')} {_hit(many)}{_space(where)}"
    return f"{services}: {share_words(value, many)} {_hit(many)}{_comma(where)}"


def _hit(many: str) -> str:
    return "affected" if many == PEOPLE else "failing"


def share_words(share: float, many: str) -> str:
    """A share as the subject of a sentence with its verb.

    >>> share_words(0.1, "connections"), share_words(0.5, "lines")
    ('about 1 in 10 connections is', 'about half of the lines are')
    """
    noun = f"of the {many}" if numbers.ratio(share) == "half" else many
    return f"{numbers.about(share)} {noun} {'is' if numbers.is_one_of(share) else 'are'}"


def units(scope: Scope) -> str:
    """What is counted: connections, lines, users."""
    families = dict.fromkeys(each.split(".")[0] for each in scope.services)
    return UNITS.get(next(iter(families)), PEOPLE) if len(families) == 1 else PEOPLE


def share_here(scope: Scope, feet: Footprints) -> tuple[float, float, float] | None:
    """(low, value, high) share of the lines that is out *in the areas that are hit*, 0-1; None: not known yet."""
    lines = scope.lines
    if lines.value is None or lines.low is None or lines.high is None or lines.value <= 0:
        return None
    if scope.national:
        of = _lines(feet, lambda row: row.service in scope.services)
    else:
        hit = {(e.service, e.area) for e in scope.areas if e.state != "recovered"}
        of = _lines(feet, lambda row: (row.service, row.area) in hit)
    if of <= 0 or lines.high > VAGUE * lines.low:
        return None
    return min(lines.low / of, 1.0), min(lines.value / of, 1.0), min(lines.high / of, 1.0)


def _lines(feet: Footprints, wanted: Callable[[CountRow], bool]) -> float:
    return sum(
        float(feet.lines[number]) for number, row in enumerate(feet.rows)
        if isinstance(row, CountRow) and row.area is not None and wanted(row)
    )  # fmt: skip


def place_of(incident: Incident, network: NetworkMap) -> str:
    """Where, as a noun: "the UK", "Leeds (0113)"; for titles."""
    words = where_words(told_scope(incident), network)
    return words.removeprefix("all over ").removeprefix("in ") or country(network.places)


def whose(network: NetworkMap, settings: Settings) -> str:
    """Whose network this is about, to stand alone: "ours", or for outsiders "BT's"."""
    return f"{network.provider or 'the provider'}'s" if settings.deployment == "outsiders" else "ours"


def plural(services: str) -> bool:
    """Whether the name of the services takes a verb in the plural: "phone calls are", "broadband is"."""
    return " and " in services or (services.endswith("s") and not services.endswith(("ss", "us")))


def _are(services: str) -> str:
    return "are" if plural(services) else "is"


def _look(services: str) -> str:
    return "look" if plural(services) else "looks"


def _space(words: str) -> str:
    return f" {words}" if words else ""


def _comma(words: str) -> str:
    return f", {words}" if words.startswith("all over") else _space(words)


def _capital(words: str) -> str:
    """With a capital, except where the first word is an address ("example.org")."""
    first = words.split(" ", 1)[0].rstrip(":,")
    return words if not first.isalpha() else words[:1].upper() + words[1:]
