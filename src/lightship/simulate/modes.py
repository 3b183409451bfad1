"""What each fault mode does to its component over time: one small function a mode, one table."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from lightship.simulate.faults import Fault, FaultMode
from lightship.vocabulary.signals import Failure, FeedKind, Symptom

Shape = Callable[[Fault, np.ndarray], np.ndarray]
"""(fault, minutes since it began, 0 or more) -> share of the component lost, 0-1."""


def _constant(fault: Fault, minutes: np.ndarray) -> np.ndarray:
    return np.full(len(minutes), fault.fraction)


def _flapping(fault: Fault, minutes: np.ndarray) -> np.ndarray:
    period = max(fault.period.minutes, 1.0)
    return np.where(minutes % period < fault.duty * period, fault.fraction, 0.0)


def _halving(fault: Fault, minutes: np.ndarray) -> np.ndarray:
    return np.asarray(fault.fraction * 0.5 ** (minutes / max(fault.half_life.minutes, 1e-9)))


def _storm(fault: Fault, minutes: np.ndarray) -> np.ndarray:
    """Everybody comes back at once: the load itself keeps them out, first more and more, then less and less."""
    over = fault.over.minutes
    rising = np.minimum(minutes / over, 1.0) if over > 0 else np.ones(len(minutes))
    falling = 0.5 ** (np.maximum(minutes - over, 0.0) / max(fault.half_life.minutes, 1e-9))
    return fault.fraction * rising * falling


def _batteries(fault: Fault, minutes: np.ndarray) -> np.ndarray:
    median = fault.battery.minutes
    if median <= 0:
        return _constant(fault, minutes)
    return np.asarray(fault.fraction * ndtr((minutes - median) / (0.25 * median)))


def _spreading(fault: Fault, minutes: np.ndarray) -> np.ndarray:
    over = fault.over.minutes
    return fault.fraction * (np.minimum(minutes / over, 1.0) if over > 0 else np.ones(len(minutes)))


def _worsening(fault: Fault, minutes: np.ndarray) -> np.ndarray:
    return np.where(minutes < fault.worse_after.minutes, fault.fraction, 1.0)


class Mode(NamedTuple):
    """A mode.

    Args:
        probe_sees: whether probes see what people see (a status page may be green while people are out).
        stage, failure: where a probe stops, and how.
        symptom: what people say.
        tells, tells_over: what a feed says that notices the beginning and the end.
    """

    shape: Shape
    stage: str
    failure: Failure
    symptom: Symptom
    probe_sees: bool = True
    tells: FeedKind = "equipment-alarm"
    tells_over: FeedKind = "component-restored"


MODES: Mapping[FaultMode, Mode] = {
    "dead": Mode(_constant, "connect", "timeout", "no-service"),
    "partial": Mode(_constant, "connect", "timeout", "some-sites"),
    "slow": Mode(_constant, "answer", "timeout", "slow"),
    "flap": Mode(_flapping, "connect", "reset", "intermittent"),
    "slow_recovery": Mode(_halving, "connect", "timeout", "intermittent"),
    "storm": Mode(_storm, "connect", "timeout", "intermittent"),
    "wrong_answer": Mode(_constant, "answer", "wrong-answer", "wrong-answer"),
    "login_only": Mode(_constant, "answer", "login-refused", "cannot-log-in"),
    "stale_but_green": Mode(_constant, "answer", "timeout", "no-service", probe_sees=False),
    "power_out": Mode(
        _batteries, "connect", "unreachable", "no-service", tells="power-lost", tells_over="power-restored"
    ),
    "expire_at": Mode(_spreading, "tls", "certificate-expired", "other", tells="certificate-expired"),
    "failed_failover": Mode(_worsening, "connect", "timeout", "no-service"),
    "common_mode": Mode(_constant, "connect", "unreachable", "no-service"),
    "vendor_push": Mode(_spreading, "connect", "unreachable", "no-service"),
    "cut": Mode(_constant, "connect", "unreachable", "no-service", tells="loss-of-signal"),
}

NEGLIGIBLE = 1e-4
"""A smaller loss than one line in ten thousand is none: a halving loss would otherwise never end."""


def loss(fault: Fault, minutes: np.ndarray) -> np.ndarray:
    """(ticks,) share of the fault's components lost, 0-1.

    Args:
        minutes: (ticks,) minutes from t0, as in `Grid.minutes`.
    """
    end = np.inf if fault.until is None else fault.until.minutes
    since = minutes - fault.at.minutes
    during = (since >= 0) & (minutes < end)
    found = np.where(during, MODES[fault.mode].shape(fault, np.maximum(since, 0.0)), 0.0)
    return np.where(found < NEGLIGIBLE, 0.0, np.clip(found, 0.0, 1.0))
