"""How much is simulated: a short form for every day, a full one for the record, and a tiny one for the tests."""

import msgspec

DAYS_A_YEAR = 365.0


class Form(msgspec.Struct, frozen=True):
    """How much.

    Args:
        budget: false alarms promised a year. expected: false alarms that each noise setting is simulated for.
        warm: days before anything counts. replicas: into how many runs the home stretch is cut.
        per_cell: outages per scope, size and time of day; bursts: press bursts and rumours.
        probed: outages dated by probes.
    """

    name: str
    budget: float
    expected: float
    warm: int
    replicas: int
    per_cell: int
    bursts: int
    probed: int
    map_name: str = "national-modern"

    @property
    def days(self) -> int:
        """Days of each noise setting, after the warm-up."""
        return max(round(self.expected / self.budget * DAYS_A_YEAR), 1)


SHORT = Form("short", 120.0, 48.0, 35, 2, 10, 300, 40)
FULL = Form("full", 12.0, 48.0, 45, 4, 60, 900, 200)
