"""How long each day was watched: without that a day of silence would look like a good day."""

import msgspec

from lightship.vocabulary.events import TickJudged
from lightship.vocabulary.time import start_of
from lightship.vocabulary.zones import local

KEPT = 400
"""Days that are remembered."""
WHOLE = 1440
"""Minutes of a day, but for the two on which the clocks change."""


class Watched(msgspec.Struct, frozen=True):
    """Minutes in which something was measured, by day; a day that is absent was not watched.

    Args:
        days: (proleptic ordinal of the local day, minutes), oldest first.
    """

    days: tuple[tuple[int, int], ...] = ()

    def minutes(self, day: int) -> int:
        """Of the day with that ordinal (`datetime.date.toordinal`), 0 to 1500."""
        return dict(self.days).get(day, 0)


def after(state: Watched, tick: TickJudged, zone: str) -> Watched:
    """The ledger with one more tick. One in which nothing was measured does not count: no report is no measurement."""
    if tick.early or not (tick.probes.rows or tick.passive.rows or tick.reports.rows):
        return state
    day = local(start_of(tick.tick), zone).toordinal()
    older = state.days
    known = older[-1][1] if older and older[-1][0] == day else 0
    kept = older[:-1] if known else older
    return Watched((*kept[-KEPT:], (day, known + 1)))
