"""The last day of reports against normal, per service, for the graphs on the page."""

from dataclasses import dataclass

import msgspec
import numpy as np

from lightship.detect.evidence import Detection
from lightship.prevent.footprints import Footprints
from lightship.vocabulary.observables import CountRow
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.time import Tick

LENGTH = 1_440
"""Ticks kept: a day."""


class _Flat(msgspec.Struct, frozen=True):
    services: tuple[ServiceId, ...]
    last: int
    table: bytes


@dataclass(frozen=True)
class Charts:
    """A ring, oldest first.

    Args:
        last: the newest tick in it; 0 while it is empty.
        table: (3, services, LENGTH) float32: reports, normal, upper bound of a quiet tick; NaN where not judged.
    """

    services: tuple[ServiceId, ...]
    last: Tick
    table: np.ndarray

    @classmethod
    def of(cls, feet: Footprints) -> "Charts":
        """An empty ring for a map's services."""
        named = dict.fromkeys(row.service for row in feet.rows if isinstance(row, CountRow))
        return cls(tuple(named), Tick(0), np.full((3, len(named), LENGTH), np.nan, dtype=np.float32))

    def after(self, detection: Detection) -> "Charts":
        """With one more tick at its end; ticks in between that were not judged stay NaN."""
        gone = min(detection.tick - self.last, LENGTH) if self.last else 1
        if gone <= 0:
            return self
        table = np.full_like(self.table, np.nan)
        table[:, :, : LENGTH - gone] = self.table[:, :, gone:]
        table[0, :, -1] = detection.reports
        table[1, :, -1] = detection.normal
        table[2, :, -1] = detection.normal_high
        return Charts(self.services, detection.tick, table)

    def snapshot(self) -> bytes:
        """As bytes."""
        return msgspec.msgpack.encode(_Flat(self.services, self.last, self.table.tobytes()))

    @classmethod
    def restore(cls, data: bytes) -> "Charts":
        """What `snapshot` wrote."""
        flat = msgspec.msgpack.decode(data, type=_Flat)
        table = np.frombuffer(flat.table, dtype=np.float32).reshape(3, len(flat.services), LENGTH)
        return cls(flat.services, Tick(flat.last), table)
