"""The promise about false alarms, and how far it was kept."""

import msgspec


class Promise(msgspec.Struct, frozen=True):
    """Promised against seen.

    Args:
        a_year: the operator's budget for the whole deployment, false alarms a year.
        watched_days: the span looked at: a year, or as long as was watched. promised: the budget for that span.
        seen: alarms in it that only reports spoke of and that no person confirmed: at most so many were false.
        low, high: 90 % interval of the rate behind `seen`, for the same span.
        said_false: those of `seen` of which a person said that they were none. confirmed: alarms that probes, passive
            counts or a person confirmed; not in `seen`.
        quiet_days: history that the thresholds rest on; calibrated: it is enough, thirty days or more. Before, the
            shipped thresholds hold and the promise is "not yet calibrated here".
    """

    a_year: float
    watched_days: float
    promised: float
    seen: int
    low: float
    high: float
    said_false: int
    confirmed: int
    quiet_days: float
    calibrated: bool

    @property
    def standing(self) -> str:
        """What may be said of it."""
        return "calibrated here" if self.calibrated else "not yet calibrated here"
