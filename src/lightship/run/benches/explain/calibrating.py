"""A curve from margin to P(class right), fitted on half of the cases and held against the other half."""

from collections.abc import Sequence

import msgspec
import numpy as np

from lightship.explain.calibration import SHIPPED
from lightship.explain.curve import NAMED_AT, SMALLEST, fitted, probability_right
from lightship.run.benches.explain.figures import Share, share
from lightship.run.benches.explain.judged import Judged, Said
from lightship.vocabulary.margin_curve import MarginCurve


class HeldOut(msgspec.Struct, frozen=True):
    """One curve against diagnoses that it was not fitted to.

    Args:
        brier: mean squared error of the probabilities, 0-1; less is better.
        named: of the diagnoses that the curve names (0.99 and more), those that are right.
    """

    brier: float
    named: Share


class Calibration(msgspec.Struct, frozen=True):
    """The new curve, and both curves against the held-out half. `curve` may go into a deployment's settings."""

    curve: MarginCurve
    new: HeldOut
    in_use: HeldOut


def calibration_of(cases: Sequence[Judged], source: str) -> Calibration | None:
    """Fitted to the even cases of each condition, held against the odd ones; None: too few."""
    training, others = (
        [said for each in cases if each.number % 2 == odd for said in each.said] for odd in (0, 1)
    )
    if len(training) < SMALLEST or not others:
        return None
    curve = fitted([max(each.margin, 0.0) for each in training], [each.right for each in training], source)
    return Calibration(curve, _held_out(others, curve), _held_out(others, SHIPPED))


def _held_out(others: Sequence[Said], curve: MarginCurve) -> HeldOut:
    chances = np.array([probability_right(each.margin, curve) for each in others])
    rights = np.array([each.right for each in others], dtype=float)
    named = [each.right for each, chance in zip(others, chances.tolist(), strict=True) if chance >= NAMED_AT]
    return HeldOut(float(np.mean((chances - rights) ** 2)), share(named))
