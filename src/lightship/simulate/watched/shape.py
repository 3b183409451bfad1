"""How much of everything."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """Numbers of a network.

    Args:
        areas: area codes. exchanges: shared out over them. ducts: shared out over the metro nodes.
        dual_homed: exchanges that hang on either of two metro nodes. metro_pairs: distinct pairs of nodes among those.
        pairs: core pairs, each over two of as many core power feeds.
        sites: where traffic is handed over. site_feeds: power feeds under them, some under two sites.
    """

    areas: int
    exchanges: int
    ducts: int
    grid_feeds: int
    metros: int
    dual_homed: int
    metro_pairs: int
    pairs: int
    sites: int
    site_feeds: int


LARGE = Shape(
    areas=600, exchanges=5_600, ducts=400, grid_feeds=200, metros=100, dual_homed=1_120, metro_pairs=743, pairs=10,
    sites=10, site_feeds=6,
)  # fmt: skip
"""6,471 components, 761 pairs that meet in a gate of which one is enough, 18,600 binary tests."""

SMALL = Shape(
    areas=30, exchanges=280, ducts=20, grid_feeds=10, metros=10, dual_homed=56, metro_pairs=30, pairs=2, sites=5,
    site_feeds=3,
)  # fmt: skip
"""A twentieth of it, for quick looks and tests."""
