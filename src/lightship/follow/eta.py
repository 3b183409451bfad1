"""When it is back: even chance and nine in ten, given what it is and how long it has lasted already."""

from math import erf, log, sqrt

from lightship.follow.priors import PRIORS, TAIL, Prior
from lightship.vocabulary.diagnosis import Diagnosis, Kind
from lightship.vocabulary.incidents import Eta, Incident
from lightship.vocabulary.time import HOUR, MINUTE, Instant, after

Mixture = tuple[tuple[float, Prior], ...]

FIRST_AFTER_OPEN = 10 * MINUTE
FIRST_AFTER_ONSET = 25 * MINUTE
NOT_KNOWN_BELOW = 0.8
EVERY = 10 * MINUTE


def category_of(diagnosis: Diagnosis | None) -> Kind | None:
    """The likeliest kind of cause, where it is known (probability >= 0.8); None: not known yet."""
    beliefs = diagnosis.categories if diagnosis else ()
    best = max(beliefs, key=lambda kind: kind.probability, default=None)
    return best if best and best.probability >= NOT_KNOWN_BELOW and best.name in PRIORS else None


def remaining(mixture: Mixture, lasted: int) -> tuple[int, int]:
    """Milliseconds still to go, at even chance and nine in ten, given that it has lasted this long (ms).

    P(T <= lasted + r | T > lasted) = q, solved for r by bisection.

    >>> half, most = remaining(((1.0, PRIORS["power"]),), 0)
    >>> round(half / HOUR, 1), round(most / HOUR, 1)
    (4.5, 16.2)
    """
    return _remaining(mixture, lasted, 0.5), _remaining(mixture, lasted, 0.9)


def _remaining(mixture: Mixture, lasted: int, quantile: float) -> int:
    past = _below(mixture, lasted / HOUR)
    wanted = past + quantile * (1.0 - past)
    low, high = lasted / HOUR, lasted / HOUR + 24.0 * 365
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _below(mixture, middle) < wanted else (low, middle)
    return round(high * HOUR) - lasted


def _below(mixture: Mixture, hours: float) -> float:
    if hours <= 0:
        return 0.0
    return sum(weight * _phi(log(hours / prior.median_hours) / prior.sigma) for weight, prior in mixture)


def _phi(z: float) -> float:
    return 0.5 * (1.0 + erf(z / sqrt(2.0)))


def mixture_of(diagnosis: Diagnosis | None) -> tuple[Mixture, str]:
    """The priors that apply, weighed by what is believed of the cause, and the basis in words."""
    known = category_of(diagnosis)
    if known is not None:
        prior = PRIORS[known.name]
        return ((1.0, prior),), f"outages of this kind ({known.name}; {prior.basis})"
    believed = {each.name: each.probability for each in (diagnosis.categories if diagnosis else ())}
    weights = [(believed.get(name, 0.0) + prior.weight, prior) for name, prior in PRIORS.items()]
    total = sum(weight for weight, _ in weights)
    cases = sum(len(prior.records) for prior in PRIORS.values())
    return tuple(
        (w / total, prior) for w, prior in weights
    ), f"outages of all kinds ({cases} published cases)"


def estimate(incident: Incident, at: Instant, reason: str) -> Eta:
    """A fresh estimate; never a time in the past."""
    back = incident.component_restored_at
    if back is not None:
        mixture: Mixture = ((1.0, TAIL),)
        basis, lasted = f"recoveries after the equipment came back ({TAIL.basis})", at - back
    else:
        (mixture, basis), lasted = mixture_of(incident.diagnosis), at - incident.onset.likeliest
    half, most = remaining(mixture, max(lasted, 0))
    first = _coarse(at, max(half, 5 * MINUTE))
    return Eta(at, first, max(_coarse(at, most), after(first, 15 * MINUTE)), basis, reason)


def _coarse(at: Instant, span: int) -> Instant:
    """The instant that much later, rounded up to what an estimate can bear: to 5 minutes when it is less than two hours
    away, 15 within six, then to half hours."""
    step = 5 * MINUTE if span < 2 * HOUR else 15 * MINUTE if span < 6 * HOUR else 30 * MINUTE
    return Instant(-(-(at + span) // step) * step)


def next_eta(incident: Incident, at: Instant, milestone: str) -> Eta | None:
    """A new estimate where one is due: the first, after a milestone (in words; empty: none), or once exceeded."""
    if incident.green_since is not None:
        return None
    if not incident.etas:
        early = category_of(incident.diagnosis) is not None
        due = early or at >= incident.opened_at + FIRST_AFTER_OPEN
        due = due or at >= incident.onset.likeliest + FIRST_AFTER_ONSET
        return estimate(incident, at, "first estimate") if due else None
    last = incident.etas[-1]
    if milestone:
        return estimate(incident, at, milestone)
    if at >= last.half and at >= last.at + EVERY:
        return estimate(incident, at, "it has lasted longer than the even chance that we gave")
    return None


def differs(one: Eta, other: Eta) -> bool:
    """Whether a reader would notice: the time to go, counted from the newer one, changed by more than a quarter."""
    newer, older = (one, other) if one.at >= other.at else (other, one)
    pairs = ((newer.half, older.half), (newer.most, older.most))
    return any(abs(a - b) > 0.25 * max(a - newer.at, 5 * MINUTE) for a, b in pairs)
