"""Feeds fill the table: a typed word about a component is worth so much, the more of it is out the more."""

import numpy as np

from lightship.detect.evidence import SHARES
from lightship.detect.moments import Moment


def table(moment: Moment) -> np.ndarray:
    """(rows spoken of, K) nats."""
    return moment.nats[:, None] * np.sqrt(SHARES)[None, :]
