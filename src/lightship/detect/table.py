"""The table of likelihood ratios over a window, from every kind of signal: what detect hands on to explain."""

from collections.abc import Callable
from functools import cached_property

import msgspec
import numpy as np

from lightship.detect import feeds, passive, probes, reports
from lightship.detect.evidence import SHARES, Evidence
from lightship.detect.moments import Moment
from lightship.detect.plan import Plan
from lightship.detect.scan import Pooled
from lightship.vocabulary.time import Tick

GRADES = len(SHARES)


class Window(msgspec.Struct, frozen=True):
    """Signals added up since a tick.

    Args:
        reports: (counts,). effort: (services,) of readiness x common factor; ready: of readiness alone.
        probes: (probes, K) nats; attempts, failures, wrong: (probes,) sums, wrong x attempts.
        passive: (counts, K) nats, empty where no passive counts came. feeds: (feed rows, K) nats.
    """

    since: Tick
    until: Tick
    reports: np.ndarray
    effort: np.ndarray
    ready: float
    probes: np.ndarray
    attempts: np.ndarray
    failures: np.ndarray
    wrong: np.ndarray
    passive: np.ndarray
    feeds: np.ndarray


def empty(plan: Plan, since: Tick) -> Window:
    """A window with nothing in it yet."""
    size, said = len(plan.watchers.rows), len(plan.feet.rows) - plan.feeds
    none = np.zeros(size)
    return Window(
        since, since, np.zeros(plan.counts), np.zeros(len(plan.services)), 0.0, np.zeros((size, GRADES)), none, none,
        none, np.zeros((0, GRADES)), np.zeros((said, GRADES)),
    )  # fmt: skip


def over(plan: Plan, moments: tuple[Moment, ...], since: Tick) -> Window:
    """The window over the moments from that tick on."""
    window = empty(plan, since)
    for each in moments:
        if each.tick >= since:
            window = extended(window, plan, each)
    return window


def extended(window: Window, plan: Plan, moment: Moment) -> Window:
    """With one more tick."""
    return Window(
        window.since, moment.tick,
        _plus(window.reports, moment.rows, moment.reports), window.effort + moment.effort, window.ready + moment.ready,
        _plus(window.probes, moment.probes, probes.table(moment)) if len(moment.probes) else window.probes,
        _plus(window.attempts, moment.probes, moment.attempts),
        _plus(window.failures, moment.probes, moment.failures),
        _plus(window.wrong, moment.probes, moment.wrong * moment.attempts),
        _passive(window.passive, plan, moment),
        feeds.heard(window.feeds, plan, moment) if len(moment.feeds) else window.feeds,
    )  # fmt: skip


def _plus(before: np.ndarray, at: np.ndarray, more: np.ndarray) -> np.ndarray:
    if len(at) == 0:
        return before
    after = before.copy()
    after[at] += more
    return after


def _passive(before: np.ndarray, plan: Plan, moment: Moment) -> np.ndarray:
    if len(moment.passive_rows) == 0:
        return before
    whole = before if len(before) else np.zeros((plan.counts, GRADES))
    return _plus(whole, moment.passive_rows, passive.table(moment))


class Drawn(Evidence):
    """Evidence that is worked out from its window when somebody asks: in quiet ticks nobody does."""

    def __init__(self, since: Tick, until: Tick, draw: Callable[[], Evidence]) -> None:
        object.__setattr__(self, "since", since)
        object.__setattr__(self, "until", until)
        object.__setattr__(self, "_draw", draw)

    @cached_property
    def _whole(self) -> Evidence:
        draw: Callable[[], Evidence] = self.__dict__["_draw"]
        return draw()

    @cached_property
    def ell(self) -> np.ndarray:
        """As in `Evidence`."""
        return self._whole.ell

    @cached_property
    def has_data(self) -> np.ndarray:
        """As in `Evidence`."""
        return self._whole.has_data

    @cached_property
    def seen(self) -> np.ndarray:
        """As in `Evidence`."""
        return self._whole.seen

    @cached_property
    def expected(self) -> np.ndarray:
        """As in `Evidence`."""
        return self._whole.expected

    @cached_property
    def wrong(self) -> np.ndarray | None:
        """As in `Evidence`."""
        return self._whole.wrong


def evidence(plan: Plan, pool: Pooled, cv2: float, window: Window) -> Evidence:
    """The table. `cv2`: squared variation of the slow noise of one row; it divides the likelihood."""
    quiet = pool.level * window.effort[plan.service_of]
    ready = np.full(len(plan.services), window.ready)
    ell, data = reports.table(plan, window.reports, quiet, ready, 1.0 + cv2 * quiet)
    if len(window.passive):
        ell, data = ell + window.passive, data | (window.passive != 0).any(axis=1)
    return Evidence(
        window.since, window.until,
        np.concatenate([ell, window.probes, window.feeds]),
        np.concatenate([data, (window.probes != 0).any(axis=1), (window.feeds != 0).any(axis=1)]),
        np.concatenate([window.reports, window.failures, np.zeros(len(window.feeds))]),
        np.concatenate([quiet, window.wrong, np.zeros(len(window.feeds))]),
        _wrong(plan, window),
    )  # fmt: skip


def _wrong(plan: Plan, window: Window) -> np.ndarray:
    """(rows,) the mean rate of false failures of each probe observed; NaN elsewhere."""
    found = np.full(len(plan.feet.rows), np.nan)
    observed = np.flatnonzero(window.attempts > 0)
    found[plan.counts + observed] = window.wrong[observed] / window.attempts[observed]
    return found
