"""Why this member of the class and not the next: the feeds, what was measured, or only what is usual."""

from lightship.explain.classes import ClassFound
from lightship.explain.naming import component_name
from lightship.explain.score import Fit, Part, Scorer

TOLD_FROM = 0.05
"""Nats below which a difference is not worth a word."""


def why_chosen(scorer: Scorer, fit: Fit, part: Part, found: ClassFound) -> str:
    """What prefers the first member to the second, in words and nats; empty: nothing is named."""
    if len(found.members) == 1:
        return "nothing else on the map fits"
    known, (one, other) = scorer.known, found.members[:2]
    rest = tuple(each for each in fit.parts if each != part)
    mine, theirs = (scorer.fit((*rest, (member, part[1]))) for member in (one, other))
    gains = scorer.value(mine) - scorer.value(theirs)
    reasons = (
        ("words of feeds", float(gains[known.is_feed].sum())),
        ("what was measured", mine.data - theirs.data - float(gains[known.is_feed].sum())),
        ("how often its kind and it have failed", float(scorer.odds[one] - scorer.odds[other])),
    )
    told = [f"{what} ({nats:+.1f} nats)" for what, nats in reasons if abs(nats) >= TOLD_FROM]
    name = component_name(known, known.feet.components[other])
    return (
        f"before {name} by {', '.join(told)}"
        if told
        else f"nothing prefers it to {name}: the first by its id"
    )
