"""How the provider meets the rest of the Internet: peering and transit sites in suppliers' buildings."""

from collections.abc import Sequence

from lightship.simulate.national.parts import SUPPLIER, Parts, all_of, split

SITES: tuple[tuple[str, float, int], ...] = (
    ("peering-1", 0.14, 1), ("peering-2", 0.12, 2), ("peering-3", 0.10, 1), ("peering-4", 0.10, 3),
    ("peering-5", 0.09, 4), ("peering-6", 0.08, 5), ("peering-7", 0.07, 2), ("peering-8", 0.05, 6),
    ("transit-1", 0.15, 3), ("transit-2", 0.10, 4),
)  # fmt: skip
"""Site, share of broadband's traffic, number of its building. The shares add up to 1."""

BUILDINGS = 6
_IN_LARGEST = 3
"""Buildings in the largest place; the others stand in the next places by size."""


def interconnect(parts: Parts, places: Sequence[str]) -> None:
    """Add buildings, sites, the routing policy that all sites share, and `interconnection`, what they carry together.

    Replacing `interconnection` alone gives another split of the traffic over other sites.
    """
    for n in range(1, BUILDINGS + 1):
        place = places[max(0, n - _IN_LARGEST) % len(places)]
        parts.building(f"building-{n}", f"Supplier's building {n}", place, owner=SUPPLIER)
    parts.add("routing-policy", "configuration", "Routing policy of all peering and transit")
    for site, _, building in SITES:
        kind, number = site.split("-")
        if kind == "peering":
            parts.add(
                site, "peering", f"Peering site {number}", all_of(f"building-{building}", "routing-policy")
            )
        else:
            parts.add(
                site, "transit", f"Transit site {number}", all_of(f"building-{building}", "routing-policy")
            )
    together = split((site, share) for site, share, _ in SITES)
    parts.add("interconnection", "other", "Peering and transit together", together)
