"""What comes in: reports, observations, passive counts, typed events of feeds."""

from typing import Literal

import msgspec

from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.time import Instant

Symptom = Literal[
    "no-service", "slow", "intermittent", "some-sites", "cannot-log-in", "wrong-answer", "other"
]

Outcome = Literal["up", "down", "missed", "suspect"]
"""missed: not measured. suspect: measured while the prober itself was in trouble. Neither is evidence."""

Failure = Literal[
    "timeout", "refused", "unreachable", "reset", "name-not-found", "resolver-failed", "tls-failed",
    "certificate-expired", "certificate-invalid", "wrong-status", "wrong-answer", "login-refused", "malformed",
    "server-failed", "busy", "signature-expired", "signature-invalid", "not-delivered", "not-protected", "lost",
    "one-way", "poor-quality", "path-changed", "overdue", "says-so", "too-slow",
    "expires-soon",
]  # fmt: skip
"""How a target failed: a closed list, since it feeds localisation.

server-failed: it answered that it cannot (SERVFAIL, a fatal 5xx of its own making). busy: it asked to come back later
(421, 4xx). signature-*: DNSSEC. not-delivered: accepted, and not found where it should arrive. not-protected: TLS was
required and not offered, or a password would have gone elsewhere. lost: more packets than were allowed to be.
one-way: a call stands, and no sound comes. poor-quality: it comes, and too badly. path-changed: packets go another way.
overdue: the sign of life that was agreed did not come. says-so: the target itself says that it is not well.
too-slow, expires-soon: it works, and not as the operator wants it: later than agreed, with a certificate near its end.
"""


class Report(msgspec.Struct, frozen=True):
    """One customer's "it does not work for me". Closed choices only, no free text, no identity.

    Args:
        reporter: keyed hash, opaque; the key changes daily and is destroyed.
        prefix: keyed hash of the sender's network prefix; a prefix moves a row by a bounded amount.
        brand: what the customer named, which may be wrong.
    """

    at: Instant
    service: ServiceId
    area: AreaId | None
    symptom: Symptom
    reporter: str
    prefix: str
    brand: str = ""


class Observation(msgspec.Struct, frozen=True):
    """One measurement by a vantage of a target.

    Args:
        stage: the step that failed or the last one done ("name", "connect", "tls", "request", "answer").
        seconds: how long it took in all; absent when nothing was measured.
    """

    at: Instant
    vantage: str
    target: str
    family: Literal[0, 4, 6]
    outcome: Outcome
    stage: str = ""
    failure: Failure | None = None
    seconds: float | None = None
    detail: str = ""


class PassiveCount(msgspec.Struct, frozen=True):
    """Sessions, logins or calls of one service in one area during one tick."""

    at: Instant
    service: ServiceId
    area: AreaId | None
    kind: Literal["sessions", "logins", "calls"]
    value: float


FeedKind = Literal[
    "power-lost", "power-restored", "on-battery", "dying-gasp", "loss-of-signal", "equipment-alarm", "change-made",
    "certificate-expired", "weather-warning", "route-withdrawn", "supplier-statement", "provider-statement",
    "component-restored", "neighbour-healthy", "neighbour-down", "planned-work", "grid-outage", "tenants-well",
    "fibre-break", "road-works", "restarted", "rolled-back", "utilisation-high", "traffic-anomaly", "threat-indicator",
    "weather-clear", "others-down", "others-well", "mentions-high",
]  # fmt: skip
"""What a feed may say of a component. Some words are about its health, some only about the kind of cause.

grid-outage: the electricity network operator reports an outage there. tenants-well: others in the same building are up.
fibre-break: a reflectometer found one. rolled-back: a change was undone. utilisation-high: at its limit.
traffic-anomaly: flows or connection attempts far from usual. threat-indicator: a confirmed sign of an intrusion.
others-down, others-well: other customers of the same building, exchange point or supplier fail too, or do not.
mentions-high: far more people than usual speak of it in public; anybody can make that so.
"""


AT_ITS_WORD = 0.5
"""From this trust on a feed's word is taken for a state of its component. Chosen: as likely right as not, and more."""


class FeedEvent(msgspec.Struct, frozen=True):
    """Something a feed said about a component, weighed by how far that feed may be wrong or forged.

    Args:
        names_publicly: the party concerned has published its own name with this; its address is `url`.
        trust: 0-1, how much of the word's worth in nats counts: the less, the easier the feed is to forge.
    """

    at: Instant
    feed: str
    subject: ComponentId
    kind: FeedKind
    text: str = ""
    url: str = ""
    names_publicly: bool = False
    trust: float = 1.0

    @property
    def is_taken_at_its_word(self) -> bool:
        """Whether this word alone tells operators that something is out, or is back; evidence weighs it in any case."""
        return self.trust >= AT_ITS_WORD


Signal = Report | Observation | PassiveCount | FeedEvent
