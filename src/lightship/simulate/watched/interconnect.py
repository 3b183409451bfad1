"""Peering sites: each carries a part of the traffic, another part for each metro node."""

from dataclasses import dataclass

import numpy as np

from lightship.simulate.national.parts import SUPPLIER, Parts, all_of, split
from lightship.simulate.watched.shape import Shape
from lightship.vocabulary.components import Gate

LEAST = 0.03
"""A site that would carry less of a metro node's traffic than this carries none."""

EVENNESS = 6.0
"""Of the Dirichlet distribution that the shares are drawn from: 6 for each site gives a coefficient of variation of
0.4 between metro nodes. Assumed."""


@dataclass(frozen=True)
class Meeting:
    """How traffic is shared out over the sites: one gate per metro node (number - 1), and the mean of them."""

    of_metro: tuple[Gate, ...]
    everywhere: Gate


def interconnect(parts: Parts, shape: Shape, rng: np.random.Generator) -> Meeting:
    """Add the sites on their power feeds. A feed under two sites is neither of them, and looks much like either."""
    for n in range(1, shape.site_feeds + 1):
        parts.add(f"site-feed-{n}", "power-feed", f"Power feed of a site {n}", owner=SUPPLIER)
    for n in range(1, shape.sites + 1):
        feed = (n - 1) % shape.site_feeds + 1
        parts.add(f"peering-{n}", "peering", f"Peering site {n}", all_of(f"site-feed-{feed}"))
    usual = rng.dirichlet(np.full(shape.sites, EVENNESS))
    shares = rng.dirichlet(usual * EVENNESS * shape.sites, shape.metros)
    return Meeting(tuple(_gate(each) for each in shares), _gate(shares.mean(axis=0)))


def _gate(shares: np.ndarray) -> Gate:
    kept = np.where(shares >= LEAST, shares, 0.0)
    parts = np.round(kept / kept.sum(), 4)
    return split((f"peering-{n + 1}", float(part)) for n, part in enumerate(parts) if part > 0)
