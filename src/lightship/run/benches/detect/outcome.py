"""What came of one outage, in numbers."""

import msgspec

from lightship.run.benches.detect.places import Areas, Onset, Size


class Outcome(msgspec.Struct, frozen=True):
    """One outage, ours and the peers.

    Args:
        cell: scope, size class, "day" or "night". lines: out at the height.
        propensity, ramp, minutes: as drawn. normal: ordinary reports a day of the rows that are out, in all.
        ours, public, oracle: minutes, 120 for missed. spoiled: a fitting alarm stood before it began.
        climbed: (peers, classes, 120) of `rivals.climb`, float32 as bytes.
        soon, hour: areas at +15 and +60 min.
        named: row class of the first alarm.
    """

    cell: tuple[str, str, str]
    lines: float
    propensity: float
    ramp: float
    minutes: float
    normal: float
    ours: float
    public: float
    oracle: float
    spoiled: bool
    climbed: bytes
    soon: Areas | None
    hour: Areas | None
    size: Size | None
    onset: Onset | None
    named: str
    milliseconds: float
