"""What the bytes of a metered line still permit: warned at 75 %, only what is marked at 95 %, nothing at 100 %."""

import msgspec

from lightship.endure.wan.decisions import Allowance

WARN, MARKED, STOP = 0.75, 0.95, 1.0
"""Shares of the allowance. The first two are those at which Pepwave routers mail their owner."""


_STAGES = ((STOP, "the line is closed"), (MARKED, "only marked traffic passes"), (WARN, "a warning"))


class Budget(msgspec.Struct, frozen=True):
    """Bytes of one line in one billing month.

    Args:
        cap: bytes that may be used; None: as many as one likes. used: since the month began.
        seen: the device's own counter when last read; None before the first reading.
    """

    cap: int | None
    used: int = 0
    seen: int | None = None

    def read(self, counter: int) -> "Budget":
        """Read the device's counter, which begins anew when the device is plugged in again.

        >>> Budget(cap=None).read(1000).read(1500).read(200).used
        700
        """
        before = counter if self.seen is None else self.seen
        more = counter - before if counter >= before else counter
        return msgspec.structs.replace(self, used=self.used + more, seen=counter)

    @property
    def share(self) -> float:
        """Of the cap that is used; 0 without a cap."""
        return self.used / self.cap if self.cap else 0.0

    @property
    def allowance(self) -> Allowance:
        """What may still use the line."""
        if self.share >= STOP:
            return "none"
        return "marked" if self.share >= MARKED else "all"

    def warning(self, before: "Budget") -> str | None:
        """What to say where a stage was reached since `before`."""
        for stage, meaning in (
            (STOP, "the line is closed"),
            (MARKED, "only marked traffic passes"),
            (WARN, "a warning"),
        ):
            if before.share < stage <= self.share:
                return f"{stage:.0%} of {said(self.cap or 0)} used ({said(self.used)}): {meaning}"
        return None


def said(count: int) -> str:
    """Bytes in words, in the units that contracts use.

    >>> said(5_000_000_000), said(1_250_000), said(900)
    ('5.00 GB', '1.25 MB', '900 B')
    """
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:.3g} {unit}" if count % size else f"{count / size:.2f} {unit}"
    return f"{count} B"


def billing_month(year: int, month: int, day: int, first_day: int) -> str:
    """The billing month that a date falls in, named after the month in which it began.

    >>> billing_month(2026, 3, 9, 10), billing_month(2026, 3, 10, 10), billing_month(2026, 1, 2, 10)
    ('2026-02', '2026-03', '2025-12')
    """
    if day >= first_day:
        return f"{year:04d}-{month:02d}"
    return f"{year:04d}-{month - 1:02d}" if month > 1 else f"{year - 1:04d}-12"
