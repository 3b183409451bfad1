"""How far a vantage agrees with the others: what it says of a target, against what every other network says of it.

Where two other networks or more speak of a target in a minute and all say otherwise, a vantage is contradicted; where
any other says the same, it is agreed with. With two networks in all nobody can say which of them is wrong.
"""

import msgspec
import numpy as np

from lightship.detect.moments import Moment
from lightship.detect.plan import Watchers

KEEP = 0.5 ** (1.0 / 1440)
"""Memory per tick: a half-life of one day."""
UNPROVEN = 15.0
"""Rounds that count against a newcomer: 60 in agreement make 0.8."""
SOUND = 0.8
"""Health from which the word of a single network is told, as partial."""
LIAR = 0.5
"""Below that a vantage is contradicted more often than not: its failures are taken for its own."""
OTHERS = 2
"""Networks that must say otherwise before one is contradicted."""


class Agreement(msgspec.Struct, frozen=True):
    """(vantages,) rounds in which each was agreed with, and contradicted."""

    agreed: np.ndarray
    contradicted: np.ndarray

    def health(self) -> np.ndarray:
        """(vantages,) 0-1; a newcomer begins at 0 and earns it."""
        return np.asarray(self.agreed / (self.agreed + self.contradicted + UNPROVEN))

    def lying(self) -> np.ndarray:
        """(vantages,) bool: contradicted more often than not."""
        known = self.agreed + self.contradicted
        return np.asarray((known > UNPROVEN) & (self.agreed < LIAR * known))

    def after(self, watchers: Watchers, moment: Moment) -> "Agreement":
        """After a whole tick."""
        agrees, contradicted = compared(watchers, moment)
        size, vantage = len(self.agreed), watchers.vantage[moment.probes]
        return Agreement(
            KEEP * self.agreed + np.bincount(vantage, agrees, minlength=size),
            KEEP * self.contradicted + np.bincount(vantage, contradicted, minlength=size),
        )


def compared(watchers: Watchers, moment: Moment) -> tuple[np.ndarray, np.ndarray]:
    """(observed,) 0 or 1: another network says the same; two or more say otherwise, and none the same."""
    probes = moment.probes
    if len(probes) == 0 or watchers.networks < 2:
        return np.zeros(len(probes)), np.zeros(len(probes))
    down = moment.failures * 2.0 > moment.attempts
    key = watchers.target[probes] * watchers.networks + watchers.network[probes]
    pairs, back = np.unique(key, return_inverse=True)
    says_down = np.bincount(back, down) * 2.0 > np.bincount(back)
    target = pairs // watchers.networks
    _, of_target = np.unique(target, return_inverse=True)
    downs, all_ = np.bincount(of_target, says_down)[of_target], np.bincount(of_target)[of_target]
    other_downs, others = (downs - says_down)[back], (all_ - 1)[back]
    alike = np.where(down, other_downs, others - other_downs)
    agrees = alike > 0
    return agrees.astype(float), ((others >= OTHERS) & ~agrees).astype(float)


def start(watchers: Watchers, before: "Agreement | None" = None, was: Watchers | None = None) -> Agreement:
    """Nothing known; of a state under another map, vantages that are still there keep what they have earned."""
    names = _names(watchers)
    found = Agreement(np.zeros(len(names)), np.zeros(len(names)))
    if before is None or was is None:
        return found
    old = {name: number for number, name in enumerate(_names(was))}
    for number, name in enumerate(names):
        if name in old:
            found.agreed[number] = before.agreed[old[name]]
            found.contradicted[number] = before.contradicted[old[name]]
    return found


def named(agreement: Agreement, watchers: Watchers) -> dict[str, float]:
    """Health by vantage."""
    return {name: float(value) for name, value in zip(_names(watchers), agreement.health(), strict=True)}


def _names(watchers: Watchers) -> list[str]:
    """Vantages in the order of their numbers."""
    return list(dict.fromkeys(row.vantage for row in watchers.rows))
