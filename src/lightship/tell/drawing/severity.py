"""How badly an area is hit, as the map says it: a class for the colour, words for the legend."""

from collections.abc import Collection, Mapping

from lightship.vocabulary.places import AreaId

BANDS: tuple[tuple[float, str, str], ...] = (
    (0.40, "b5", "40 % or more"),
    (0.15, "b4", "15 to 40 %"),
    (0.05, "b3", "5 to 15 %"),
    (0.02, "b2", "2 to 5 %"),
    (0.00, "b1", "under 2 %"),
)
"""Lowest share of lines affected, class, words; the worst first."""

UNKNOWN, LIKELY, NONE = "nd", "lk", "ok"
OTHERS = ((UNKNOWN, "share not known"), (LIKELY, "likely affected"), (NONE, "no problem known"))
"""What has no share: its class and words."""


def severity(area: AreaId, rates: Mapping[AreaId, float | None], likely: Collection[AreaId]) -> str:
    """The class of an area. A share that is not known is a state of its own, never the lowest band."""
    if area not in rates:
        return LIKELY if area in likely else NONE
    rate = rates[area]
    if rate is None or rate != rate:  # NaN is not equal to itself
        return UNKNOWN
    return next((name for low, name, _ in BANDS if rate >= low), BANDS[-1][1])


def in_words(area: AreaId, rates: Mapping[AreaId, float | None], likely: Collection[AreaId]) -> str:
    """What the map says of an area: "12 % of lines affected"."""
    found = severity(area, rates, likely)
    rate = rates.get(area)
    if rate is None or found == UNKNOWN:
        return "affected, share not known" if found == UNKNOWN else dict(OTHERS)[found]
    return f"{'under 1' if rate < 0.01 else round(100 * rate)} % of lines affected"
