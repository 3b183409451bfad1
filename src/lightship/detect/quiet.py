"""Quiet history: the highest score of each hour by class of row, the fit made from it, and the alarms there were.

An alarm is what passes its threshold and is not held as somebody else's; whether it may be told in public is another
rule. What enters is a score that would have been an alarm, had it passed the threshold. Hours with an outage that was
measured too, or that a person confirmed, are left out.
"""

import msgspec
import numpy as np
from scipy.special import gammaincinv

from lightship.detect.plan import CLASSES
from lightship.detect.promise import BLOCK_HOURS, Fit, fitted
from lightship.vocabulary.alarms import Alarm, AlarmId, RowClass
from lightship.vocabulary.promise import Promise
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.time import Tick

COLUMNS = len(CLASSES) + 1
"""Classes of row, and probes alone."""
HOUR = 60
LEAST_TICKS = 45
"""Ticks of an hour that must have been judged."""
KEPT_HOURS = 90 * 24
"""Ninety days: the first weeks, while levels are still learned, are noisier than those after, and have to go."""
CALIBRATED_HOURS = 30 * 24
"""Thirty quiet days make a deployment's own calibration; before, it is "not yet calibrated here"."""
EARLY_HOURS = 7 * 24
"""From a week on, history that asks for more than the shipped fit is believed: a place that is noisier than assumed
must not alarm for a month. One that is quieter has to wait."""
YEAR = 525_960
"""Ticks."""
MOST_TOLD = 1000


class Told(msgspec.Struct, frozen=True):
    """An alarm.

    Args:
        ended: absent while it stands. measured: probes of two networks, or passive counts, said so too.
        verdict: what a person made of it, if anybody did.
    """

    alarm: AlarmId
    row_class: RowClass
    born: Tick
    ended: Tick | None = None
    measured: bool = False
    verdict: str = ""

    @property
    def unconfirmed(self) -> bool:
        """Only reports said so, and no person did."""
        return not self.measured and self.verdict != "confirmed"


class Quiet(msgspec.Struct, frozen=True):
    """What the promise remembers.

    Args:
        blocks: (hours, COLUMNS) float32, consecutive hours, oldest first, the last one before `hour`; a row of NaN:
            not watched, or not quiet.
        hour: number of the hour being gathered (tick // 60); best: (COLUMNS,) of it; ticks: judged in it.
        fit: from own history; absent before thirty quiet days. early: of the weeks before those.
        pinned: the fit stays as it is.
        watched: ticks judged since the beginning. told: of the last year, oldest first.
    """

    blocks: np.ndarray
    hour: int
    best: np.ndarray
    ticks: int = 0
    fit: Fit | None = None
    pinned: bool = False
    watched: int = 0
    told: tuple[Told, ...] = ()
    early: Fit | None = None

    @property
    def hours(self) -> int:
        """Quiet hours known."""
        return int(np.isfinite(self.blocks).all(axis=1).sum())

    def so_far(self, tick: Tick) -> np.ndarray:
        """(COLUMNS,) the best of the tick's hour before it."""
        return self.best if tick // HOUR == self.hour else np.zeros(COLUMNS)

    def promise(self, settings: Settings) -> Promise:
        """Promised against seen, over the last year or as long as was watched."""
        span, a_year = min(self.watched, YEAR), settings.false_alarms_a_year
        unconfirmed = sum(each.unconfirmed for each in self.told)
        low, high = poisson_interval(unconfirmed)
        return Promise(
            a_year=a_year, watched_days=span / 1440, promised=a_year * span / YEAR,
            seen=unconfirmed, low=low, high=high,
            said_false=sum(each.verdict == "false" for each in self.told),
            confirmed=sum(not each.unconfirmed for each in self.told),
            quiet_days=self.hours * BLOCK_HOURS / 24, calibrated=self.fit is not None,
        )  # fmt: skip


def start() -> Quiet:
    """Nothing seen yet."""
    return Quiet(np.empty((0, COLUMNS), np.float32), 0, np.zeros(COLUMNS))


def taken(quiet: Quiet, tick: Tick, best: np.ndarray, shipped: Fit) -> Quiet:
    """After a judged tick. Hours end here; with the first of each day the fit is made anew."""
    hour = tick // HOUR
    if quiet.hour not in (0, hour):
        quiet = _next_hour(quiet, hour, shipped)
    return msgspec.structs.replace(
        quiet, hour=hour, best=np.maximum(quiet.best, best), ticks=quiet.ticks + 1, watched=quiet.watched + 1
    )


def _next_hour(quiet: Quiet, hour: int, shipped: Fit) -> Quiet:
    enough = quiet.ticks >= LEAST_TICKS
    ended = quiet.best if enough else np.full(COLUMNS, np.nan)
    gone = np.full((min(hour - quiet.hour - 1, KEPT_HOURS), COLUMNS), np.nan)
    blocks = np.concatenate([quiet.blocks, ended[None, :], gone])[-KEPT_HOURS:].astype(np.float32)
    after = msgspec.structs.replace(quiet, blocks=blocks, best=np.zeros(COLUMNS), ticks=0)
    return refitted(after, shipped) if hour // 24 != quiet.hour // 24 else after


def refitted(quiet: Quiet, shipped: Fit) -> Quiet:
    """With the fit that its history gives: the whole of it once there are thirty quiet days."""
    if quiet.pinned:
        return quiet
    known = quiet.hours
    found = fitted(quiet.blocks.astype(np.float64), shipped) if known >= EARLY_HOURS else None
    whole = known >= CALIBRATED_HOURS
    return msgspec.structs.replace(quiet, fit=found if whole else None, early=None if whole else found)


def is_past(alarm: Alarm) -> bool:
    """Past its threshold, or once was, and ours."""
    return alarm.row_class != "neighbour" and (alarm.state == "outage" or alarm.score >= alarm.threshold)


def told(quiet: Quiet, tick: Tick, alarms: tuple[Alarm, ...], measured: frozenset[AlarmId]) -> Quiet:
    """With the alarms of a tick: those that are past their thresholds now, and those that ended."""
    known = {each.alarm: each for each in quiet.told}
    ended = list[Told]()
    for alarm in alarms:
        before = known.get(alarm.id)
        if is_past(alarm) or before is not None:
            base = before or Told(alarm.id, alarm.row_class, tick)
            over = tick if alarm.state == "recovered" else None
            after = msgspec.structs.replace(base, ended=over, measured=base.measured or alarm.id in measured)
            known[alarm.id] = after
            if over is not None and not after.unconfirmed:
                ended.append(after)
    young = tuple(each for each in known.values() if each.ended is None or tick - each.ended <= YEAR)
    quiet = msgspec.structs.replace(quiet, told=young[-MOST_TOLD:])
    for each in ended:
        quiet = voided(quiet, each)
    return quiet


def judged(quiet: Quiet, alarms: frozenset[AlarmId], verdict: str) -> Quiet:
    """A person said what these alarms were: "confirmed" or "false"."""
    after = tuple(msgspec.structs.replace(e, verdict=verdict) if e.alarm in alarms else e for e in quiet.told)
    changed = [each for each in after if each.alarm in alarms]
    quiet = msgspec.structs.replace(quiet, told=after)
    for each in changed:
        if verdict == "confirmed":
            quiet = voided(quiet, each)
    return quiet


def voided(quiet: Quiet, true: Told) -> Quiet:
    """Without the hours of a true outage, and the two after it that its windows reach into."""
    first, last = true.born // HOUR - 1, (true.ended or true.born) // HOUR + 2
    oldest = quiet.hour - len(quiet.blocks)
    low, high = max(first - oldest, 0), last - oldest + 1
    if high <= 0:
        return quiet
    blocks = quiet.blocks.copy()
    blocks[low:high] = np.nan
    here = first <= quiet.hour <= last
    return msgspec.structs.replace(
        quiet, blocks=blocks, best=np.full(COLUMNS, np.nan) if here else quiet.best
    )


def poisson_interval(seen: int, level: float = 0.9) -> tuple[float, float]:
    """The exact interval of a Poisson mean. Source: Garwood 1936, Biometrika 28, 437-442.

    >>> [round(each, 1) for each in poisson_interval(9)]
    [4.7, 15.7]
    """
    tail = (1.0 - level) / 2.0
    low = float(gammaincinv(seen, tail)) if seen else 0.0
    return low, float(gammaincinv(seen + 1, 1.0 - tail))
