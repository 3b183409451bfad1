"""People who name the wrong service: an outage of broadband makes reports of e-mail and calls rise, too."""

import numpy as np

from lightship.detect.evidence import Evidence
from lightship.explain.hypothesis import Hypotheses

MISNAMED = 0.3
"""Reports of a service that are explained by those of another in the same place, as a share of these. On 2 February
2016 a third of the reports on BT's broadband named a service that BT said was fine."""

FEW = 3.0
"""Reports above normal from which a row has a share of its own; below, the whole service's share is used."""


def less_misnamed(nats: np.ndarray, evidence: Evidence, known: Hypotheses) -> np.ndarray:
    """The same nats without what misnamed reports may account for.

    A service with far more reports than people misname keeps all; one with about as many says nothing either way; one
    with far fewer keeps what it says against trouble, less what it says for it: else the areas that happen to be quiet
    would speak against a trouble that the service as a whole speaks for.

    Args:
        nats: (rows, levels) of the counts, the first rows of the table.
    """
    rows = len(nats)
    kept_for, whole = _parts(evidence, known)
    kept = np.where(nats > 0.0, kept_for[:rows, None], np.minimum(np.abs(whole[:rows]), 1.0)[:, None])
    for group in np.unique(known.group[:rows][whole[:rows] < 0.0]).tolist():
        own = np.flatnonzero(known.group[:rows] == group)
        speaks_for = np.maximum(nats[own], 0.0).sum(axis=0)
        against = np.maximum(-nats[own], 0.0).sum(axis=0)
        net = np.clip(1.0 - speaks_for / np.maximum(against, 1e-9), 0.0, 1.0)
        kept[own] *= np.where(nats[own] > 0.0, 1.0, net)
    return np.asarray(nats * kept)


def _parts(evidence: Evidence, known: Hypotheses) -> tuple[np.ndarray, np.ndarray]:
    """(rows,) the part, 0-1, of what speaks for trouble that is to be kept; (rows,) how far the service as a whole is
    beyond what people misname, see `_beyond`."""
    counted = known.counted
    more = np.where(counted & evidence.has_data, np.maximum(evidence.seen - evidence.expected, 0.0), 0.0)
    service = np.where(counted, known.group % max(known.services, 1), 0)
    of_service = np.bincount(service[counted], more[counted], max(known.services, 1))
    whole = _beyond(of_service, _largest_other(of_service))[service]
    here = np.where(more >= FEW, _beyond(more, _largest_other_here(more, service, known)), whole)
    return np.clip(here, 0.0, 1.0), whole


def _beyond(more: np.ndarray, other: np.ndarray) -> np.ndarray:
    """1: nothing of it is misnamed. 0: as much as that is. Below: it is less than people misname."""
    return np.asarray(1.0 - MISNAMED * other / np.maximum(more, 1e-9))


def _largest_other(of_service: np.ndarray) -> np.ndarray:
    """Per service, the most that any other one has; for the worst hit itself 0, so that it keeps all it says."""
    most = of_service.max(initial=0.0)
    return np.where(of_service < most, most, 0.0)


def _largest_other_here(more: np.ndarray, service: np.ndarray, known: Hypotheses) -> np.ndarray:
    """(rows,) the most that another service has above normal in the same area, or among reports without an area."""
    place = np.where(known.counted, known.area + 1, known.area.max(initial=-1) + 2)
    most = np.zeros(int(place.max(initial=0)) + 1)
    np.maximum.at(most, place[known.counted], more[known.counted])
    return np.where(more < most[place], most[place], 0.0)
