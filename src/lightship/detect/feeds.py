"""Feeds fill the table: a typed word about a component is worth so much, the more of it is out the more."""

import numpy as np

from lightship.detect.evidence import SHARES
from lightship.detect.moments import Moment
from lightship.detect.plan import Plan
from lightship.detect.prior import MOST_FEED_NATS


def table(moment: Moment) -> np.ndarray:
    """(rows spoken of, K) nats."""
    return moment.nats[:, None] * np.sqrt(SHARES)[None, :]


def heard(before: np.ndarray, plan: Plan, moment: Moment) -> np.ndarray:
    """(feed rows, K) with this tick's words, too; saying it again and again does not make it truer."""
    after, most = before.copy(), MOST_FEED_NATS * np.sqrt(SHARES)[None, :]
    at = moment.feeds - plan.feeds
    after[at] = np.clip(after[at] + table(moment), -most, most)
    return after
