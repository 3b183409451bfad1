"""Work that somebody has announced: while it lasts, and as far as it reaches, what fails is no surprise."""

from typing import Literal

import msgspec

from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.time import Instant

Impact = Literal["none", "less redundancy", "degraded", "outage"]
"""What the one who does the work expects of it (MAINTNOTE: NO-IMPACT, REDUCED-REDUNDANCY, DEGRADED, OUTAGE)."""


class PlannedWork(msgspec.Struct, frozen=True):
    """One announced piece of work. Work that was called off is not listed.

    Args:
        id: the feed and the announcer's own number.
        subjects: components of the map that it touches; what hangs on them is its footprint.
        summary: the announcer's words, which may name a third party: for operators.
    """

    id: str
    starts: Instant
    ends: Instant
    subjects: tuple[ComponentId, ...]
    impact: Impact = "outage"
    summary: str = ""
