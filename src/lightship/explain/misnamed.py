"""People who name the wrong service: an outage of broadband makes reports of e-mail and calls rise, too."""

import numpy as np

from lightship.detect.evidence import Evidence
from lightship.explain.hypothesis import Hypotheses

MISNAMED = 0.3
"""Reports of a service that are explained by those of another in the same place, as a share of these. On 2 February
2016 a third of the reports on BT's broadband named a service that BT said was fine."""

FEW = 3.0
"""Reports above normal from which a row has a share of its own; below, the whole service's share is used."""


def not_misnamed(evidence: Evidence, known: Hypotheses) -> tuple[np.ndarray, np.ndarray]:
    """Two of (rows,): the part, 0-1, of what a row says for trouble and of what it says against it that is to be kept.

    Rows that are no counts keep all. A service with far more reports than people misname keeps all, too; one with about
    as many says nothing either way; one with far fewer keeps what it says against trouble.
    """
    counted = known.counted
    more = np.where(counted & evidence.has_data, np.maximum(evidence.seen - evidence.expected, 0.0), 0.0)
    service = np.where(counted, known.group % max(known.services, 1), 0)
    of_service = np.bincount(service[counted], more[counted], max(known.services, 1))
    whole = _beyond(of_service, _largest_other(of_service))[service]
    here = np.where(more >= FEW, _beyond(more, _largest_other_here(more, service, known)), whole)
    kept_for = np.where(counted, np.clip(here, 0.0, 1.0), 1.0)
    kept_against = np.where(counted, np.minimum(np.abs(whole), 1.0), 1.0)
    return kept_for, kept_against


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
