"""What failed here before: the rate of faults of each site, learned, so that what recurs is believed sooner.

The rate of a component is Gamma distributed (conjugate to faults that come as a Poisson process): shape 1 and the rate
of its kind to begin with; each fault adds 1 to the shape, each year watched 1 year to the exposure. A fault whose
member is not known for sure is shared out over the class by belief. Half of what happened at a site (equal `place` on
the map) counts for every component there: one data centre in London lost power in July 2016 and in August 2020, each
time by its UPS.
"""

from collections.abc import Iterable
from math import log

import msgspec

from lightship.explain.priors import RATE
from lightship.vocabulary.components import ComponentId, ComponentKind, NetworkMap
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.rounding import rounded
from lightship.vocabulary.time import DAY, Instant

OUT_FOR_HOURS = 4.0
"""How long a fault lasts, to turn P(out at a given moment) into faults a year. Assumed."""

AT_THE_SITE = 0.5
MOST_LEARNED = 1.5
"""Nats, either way: a quarter of what one row may say. Fresh evidence elsewhere always wins."""

YEAR = 365.25 * DAY
HOURS_A_YEAR = 8766.0


class History(msgspec.Struct, frozen=True):
    """Faults of components that are over, ascending by id: how many, shared out by belief; and since when we watch."""

    faults: tuple[tuple[ComponentId, float], ...] = ()
    since: Instant | None = None


def watched(history: History, at: Instant) -> History:
    """With the instant from which on exposure counts."""
    return msgspec.structs.replace(history, since=at) if history.since is None else history


def over(history: History, diagnoses: Iterable[Diagnosis]) -> History:
    """With what was named in an outage that is over now. What was only suspected teaches nothing."""
    faults = dict(history.faults)
    for diagnosis in diagnoses:
        if diagnosis.standing == "under investigation":
            continue
        for belief in diagnosis.beliefs:
            name = ComponentId(belief.name)
            faults[name] = rounded(faults.get(name, 0.0) + belief.probability)
    return msgspec.structs.replace(history, faults=tuple(sorted(faults.items())))


def learned(network: NetworkMap, history: History, at: Instant) -> dict[ComponentId, float]:
    """Nats by which prior log odds differ from those of the kind: above 0 where more failed than the kind does."""
    years = (at - history.since) / YEAR if history.since is not None else 0.0
    own = {name: count for name, count in history.faults if name in network.component}
    here: dict[str, float] = {}
    for name, count in own.items():
        place = network.component[name].place
        here[place] = here.get(place, 0.0) + count
    usual = {kind: _nats(kind, 0.0, years) for kind in RATE}
    found = {each.id: usual[each.kind] for each in network.components}
    for each in network.components:
        faults = own.get(each.id, 0.0)
        beside = here.get(each.place, 0.0) - faults if each.place else 0.0
        if faults or beside:
            found[each.id] = _nats(each.kind, faults + AT_THE_SITE * beside, years)
    return {name: nats for name, nats in found.items() if nats != 0.0}


def _nats(kind: ComponentKind, faults: float, years: float) -> float:
    usual = RATE[kind] * HOURS_A_YEAR / OUT_FOR_HOURS
    nats = log(1.0 + faults) - log(1.0 + usual * max(years, 0.0))
    return rounded(max(-MOST_LEARNED, min(nats, MOST_LEARNED)))
