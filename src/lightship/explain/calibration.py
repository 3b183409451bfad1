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
        chances=(0.1, 0.2, 0.72, 0.99, 0.997),
        draws=562,
        source="synthetic national map of 1,000 head-ends, single, paired and partial faults, 0.2 to 6 % of probes "
        "failing falsely; below 10 nats an older and lower measurement (2026-11)",
    )
)
"""What a deployment starts with, until `Settings.margin_curve` puts another in its place."""
