"""The curve that ships, from a margin in nats to the probability that the class is right."""

from lightship.explain.curve import versioned
from lightship.vocabulary.margin_curve import MarginCurve

STAYS_NAMED = 5.0
"""Nats. A named cause stays named while it is the best by this margin, so that a name does not come and go with the
noise of a few minutes; `probability` says what the margin is worth now."""

SHIPPED = versioned(
    MarginCurve(
        version="",
        margins=(0.0, 2.0, 6.5, 10.0, 30.0),
        chances=(0.1, 0.2, 0.72, 0.99, 0.999),
        draws=798,
        source="lightship bench explain of 27 November 2026, seed 31, 6,471 components, suites A to E, up to 5 % of "
        "edges wrong; below 10 nats an older and lower measurement, until reports alone are measured as well",
    )
)
"""What a deployment starts with, until `Settings.margin_curve` puts another in its place."""
