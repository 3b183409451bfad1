"""The fit that every deployment starts from, until its own history has thirty quiet days.

Written by `tests/support/quiet_calibration.py`: 24 simulated quiet days of each of 4 deployments.
"""

from lightship.detect.promise import Fit, Tail

SHIPPED = Fit(
    (
        Tail(12.63, 152.5, 2.279),
        Tail(10.59, 163.9, 1.398),
        Tail(9.91, 160.1, 1.711),
        Tail(10.20, 152.5, 2.302),
        Tail(14.15, 160.1, 1.856),
        Tail(11.38, 156.3, 1.463),
        Tail(11.38, 152.5, 1.767),
        Tail(13.00, 1.7, 1.250),
        Tail(13.00, 1.7, 1.250),
        Tail(13.00, 1.7, 1.250),
    ),
    Tail(-3.57, 156.3, 0.904),
    2300,
)
"""By class of row: head-end, metro, core, national, area, region, nation, probe, neighbour; then probes alone (those of
probes are stated, not fitted)."""
