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
        map_name: the synthetic map; region: id of the region whose areas are kept, empty for all.
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
    region: str = ""

    @property
    def days(self) -> int:
        """Days of each noise setting, after the warm-up."""
        return max(round(self.expected / self.budget * DAYS_A_YEAR), 1)


SHORT = Form("short", 120.0, 48.0, 35, 2, 10, 300, 40)
FULL = Form("full", 12.0, 48.0, 45, 4, 60, 900, 200)


def chosen(full: bool, budget: float | None = None, per_cell: int | None = None) -> Form:
    """One of the two, with what was asked for changed."""
    form = FULL if full else SHORT
    return msgspec.structs.replace(form, budget=budget or form.budget, per_cell=per_cell or form.per_cell)
