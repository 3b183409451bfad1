"""One reporter is one report per service in six hours, however often the form is sent."""

from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.signals import Report
from lightship.vocabulary.time import HOUR, Instant

WINDOW = 6 * HOUR


class Repeats:
    """Remembers who reported what in the last six hours; memory is bounded by that."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, ServiceId], Instant] = {}
        self._swept = Instant(0)

    def is_repeat(self, report: Report) -> bool:
        """True when this reporter named this service less than six hours before."""
        return self.is_known(report.reporter, report.service, report.at)

    def is_known(self, who: str, service: ServiceId, at: Instant) -> bool:
        """True when `who` named this service less than six hours before; else it is known from now on."""
        self._sweep(at)
        before = self._seen.get((who, service))
        if before is not None and abs(at - before) < WINDOW:
            return True
        self._seen[(who, service)] = at
        return False

    def _sweep(self, now: Instant) -> None:
        if now - self._swept < HOUR:
            return
        self._seen = {key: at for key, at in self._seen.items() if now - at < WINDOW}
        self._swept = now
