"""Certificates and signatures that end soon: told to operators once a day, before anything is out."""

from dataclasses import dataclass, field

from lightship.edges.probes.probe import Result
from lightship.edges.probes.prober import Duty
from lightship.run.waterfall import RENEW_DAYS, ends
from lightship.vocabulary.time import DAY, Instant

DAY_SECONDS = 86_400


@dataclass
class Expiring:
    """Remembers what was said when, so that a check every 20 seconds does not say it every 20 seconds."""

    _said: dict[tuple[str, int], Instant] = field(default_factory=dict)

    def word(self, duty: Duty, result: Result | None, at: Instant) -> str | None:
        """What operators should hear now; None: nothing."""
        if result is None or result.expires is None or result.expires >= RENEW_DAYS * DAY_SECONDS:
            return None
        key = (duty.check.address, duty.check.family)
        if at - self._said.get(key, Instant(0)) < DAY:
            return None
        self._said[key] = at
        return f"{duty.check.address}: what proves it (certificate or signature) {ends(result.expires)}"
