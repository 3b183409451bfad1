"""What somebody wants to hear of: `*`, or terms such as `area:019 service:email`, alternatives parted by commas.

Terms of one alternative hold together. `area:` takes the beginning of a code or a node of the place tree with spaces
written as `_` (`area:region:North_West`); `service:` a service with all below it and what it is part of; `incident:`
one incident. It is resolved when something is sent, so that areas and services added later belong to it.
"""

import re
from collections.abc import Iterable

import msgspec

from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import lineage

EVERYTHING = "*"
LONGEST, MOST = 400, 8
"""Characters of a selector, and its alternatives."""

_TERM = re.compile(r"(area|service|incident):([\w.:'()&/-]{1,60})")


class Term(msgspec.Struct, frozen=True):
    """One alternative; an empty part is not asked for."""

    area: str = ""
    service: str = ""
    incident: str = ""

    def __str__(self) -> str:
        named = (("area", self.area), ("service", self.service), ("incident", self.incident))
        return " ".join(f"{name}:{value}" for name, value in named if value) or EVERYTHING


def parse(text: str, place: str = "selector") -> tuple[Term, ...]:
    """The alternatives of a selector.

    Raises:
        BadInput: it is none.

    >>> [str(each) for each in parse("service:email area:019,  incident:20160720-1")]
    ['area:019 service:email', 'incident:20160720-1']
    """
    if len(text) > LONGEST:
        raise BadInput(place, f"{len(text)} characters", f"at most {LONGEST}")
    parts = [each.strip() for each in text.split(",") if each.strip()]
    if not 0 < len(parts) <= MOST:
        raise BadInput(place, f"{len(parts)} alternatives", f"from 1 to {MOST}, parted by commas")
    return tuple(_term(each, place) for each in parts)


def _term(text: str, place: str) -> Term:
    if text == EVERYTHING:
        return Term()
    named: dict[str, str] = {}
    for word in text.split():
        found = _TERM.fullmatch(word)
        if found is None or found[1] in named:
            raise BadInput(
                place, ascii(word[:60]), "write *, or area:019, service:email, incident:20160720-1"
            )
        named[found[1]] = found[2]
    return Term(**named)


def written(terms: Iterable[Term]) -> str:
    """The selector as text: equal for equal selectors."""
    return ", ".join(dict.fromkeys(str(each) for each in terms))


class Subject(msgspec.Struct, frozen=True):
    """What an update is about, as selectors see it.

    Args:
        services: those that fail, all that they are part of and all their parts.
        areas: beginnings of the codes that are hit, and every node above them. None: everywhere, or not known where.
    """

    incident: str
    services: frozenset[str]
    areas: frozenset[str] | None

    def is_wanted(self, term: Term) -> bool:
        """Whether somebody who asked for this wants to hear of it."""
        if term.incident and term.incident != self.incident:
            return False
        if term.service and term.service not in self.services:
            return False
        return not term.area or self.areas is None or term.area in self.areas


def subject(incident: Incident, network: NetworkMap) -> Subject:
    """What an incident is about, now and at any time before: who was told that it began is told how it goes on."""
    named = dict.fromkeys(each for scope in incident.scopes for each in scope.services)
    services = {part for each in named for part in lineage(network.services, each)}
    services |= {
        each.id for each in network.services if set(lineage(network.services, each.id)) & named.keys()
    }
    areas = dict.fromkeys(each.area for scope in incident.scopes for each in scope.areas)
    everywhere = not areas or any(scope.national for scope in incident.scopes)
    return Subject(
        incident.id, frozenset(services), None if everywhere else frozenset(_touched(areas, network))
    )


def _touched(areas: Iterable[AreaId], network: NetworkMap) -> Iterable[str]:
    for area in areas:
        yield from (area[:length] for length in range(1, len(area) + 1))
        yield from (node.id.replace(" ", "_") for node in network.places.path(area))
