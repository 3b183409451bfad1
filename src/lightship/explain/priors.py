"""How likely each kind of component is to be out, before today's evidence. Assumed, dated, never a scenario's own."""

from collections.abc import Mapping
from math import exp, log

import numpy as np

from lightship.vocabulary.components import ComponentId, ComponentKind, NetworkMap

AS_OF = "2026-11"
SEVERITIES = (1.0, 0.75, 0.5, 0.25, 0.1, 0.05)
"""Shares of a component that may be out: whole, or a part of it (one of its cards, one of its rooms)."""

PARTLY = 0.05
"""How likely each partial severity is, against whole: components mostly fail whole, or are mapped too coarsely."""

RATE: dict[ComponentKind, float] = {
    "building": 5e-5, "power-feed": 2e-4, "ups": 2e-4, "duct": 2e-4, "exchange": 1e-4, "metro": 1e-4, "core": 1e-4,
    "peering": 2e-4, "transit": 2e-4, "dns": 2e-4, "radius": 2e-4, "softswitch": 2e-4, "mail-store": 2e-4,
    "mail-gateway": 2e-4, "front-end": 2e-4, "sso": 2e-4, "portal": 2e-4, "billing": 2e-4, "certificate": 1e-4,
    "supplier": 3e-4, "configuration": 3e-4, "channel": 1e-4, "mirror": 1e-4, "status-host": 1e-4,
    "vantage-network": 1e-3, "other": 2e-4,
}  # fmt: skip
"""P(out at a given moment). Assumed: all of 5e-5 to 1e-3, so that no kind is believed or excluded for its name."""

UNKNOWN = {"everywhere": 3e-4, "region": 1e-4}
"""P(a service has trouble that no mapped component explains), everywhere or in one region. Assumed."""

MAP_ERROR = 3e-5
"""P(one probed target fails for a reason of its own, which the map does not know): some minutes every other month.
Assumed."""

AT_THE_SAME_TIME = 2.0
"""Nats that each cause after the first costs beside its own odds. Those hold for being out at a given moment; to have
begun with the others, within minutes of an outage that lasts for hours, is rarer than that."""

PROBE_NOISE, MOST_PROBE_NOISE = 1e-2, 0.1
"""P(our probes fail now and then everywhere, up to this share of them, more than the table allows for). Assumed. It is
the probes' `unknown`: noise that is thought too low would else look like a small part of something broad."""


def log_odds(probability: float) -> float:
    """Log odds of a probability between 0 and 1."""
    return log(probability / (1.0 - probability))


def probability(odds: float) -> float:
    """The probability with these log odds.

    >>> round(probability(log_odds(0.2)), 9)
    0.2
    """
    return 1.0 / (1.0 + exp(-odds)) if odds > -700.0 else 0.0


def severity_cost(share: float) -> float:
    """What a severity costs in log prior; 0 for whole.

    >>> severity_cost(1.0)
    0.0
    """
    return 0.0 if share >= 1.0 else log(PARTLY)


def component_odds(network: NetworkMap, learned: Mapping[ComponentId, float]) -> np.ndarray:
    """(components,) log prior odds; `learned`: nats more or less from what failed here before (`explain.history`)."""
    return np.array([log_odds(RATE[each.kind]) + learned.get(each.id, 0.0) for each in network.components])
