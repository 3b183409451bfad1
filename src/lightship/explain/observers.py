"""How far the observers err, for the record: what the table took their rates to be."""

import numpy as np

from lightship.detect.evidence import Evidence
from lightship.detect.prior import MISS
from lightship.vocabulary.diagnosis import Noise
from lightship.vocabulary.rounding import rounded


def noise_of(evidence: Evidence, counted: np.ndarray) -> Noise:
    """Medians over the rows with data; `counted`: (rows,) bool, rows of report counts."""
    rates = evidence.wrong[evidence.has_data] if evidence.wrong is not None else np.empty(0)
    rates = rates[np.isfinite(rates)]
    reports = evidence.expected[evidence.has_data & counted]
    return Noise(
        false_alarm=rounded(float(np.median(rates))) if len(rates) else None,
        miss=MISS if len(rates) else None,
        reports=rounded(float(np.median(reports))) if len(reports) else None,
    )
