"""What one process does: a piece of simulated time under the engine, reduced to small numbers."""

from collections.abc import Callable

import msgspec
import numpy as np

from lightship.run.benches.detect import oracle, places, rivals, stretch
from lightship.run.benches.detect.draws import Draws
from lightship.run.benches.detect.engine import Engine
from lightship.run.benches.detect.form import Form
from lightship.run.benches.detect.heard import Heard
from lightship.run.benches.detect.outcome import Outcome
from lightship.run.benches.detect.peers.farrington import SAMPLE, Asked, asked
from lightship.run.benches.detect.series import Series
from lightship.run.benches.detect.stretch import Stretch
from lightship.run.benches.detect.trial import CENSORED, Followed, Trial
from lightship.run.benches.detect.world import World, begins, world
from lightship.simulate.counts.cells import Cells, together
from lightship.simulate.counts.quiet import Day, Quiet
from lightship.simulate.counts.setting import HOME, Setting, unseen
from lightship.vocabulary.settings import Settings

Ping = Callable[[], None]


class Home(msgspec.Struct, frozen=True):
    """A replica of the stretch under the home noise.

    Args:
        maxima: per peer (hours, classes). asked: outages for Farrington flexible. sums: how many the peers watch.
    """

    ticks: int
    heard: list[Heard]
    maxima: dict[str, np.ndarray]
    outcomes: list[Outcome]
    asked: list[Asked]
    sums: int


class Noise(msgspec.Struct, frozen=True):
    """A stretch under an unseen noise."""

    name: str
    noise: str
    ticks: int
    heard: list[Heard]


def home(form: Form, seed: int, replica: int, ping: Ping) -> Home:
    """Quiet time with outages forked off it, and the peers over the same counts."""
    here, chance = world(form.map_name, form.region), np.random.default_rng([seed, 321, replica])
    quiet = Quiet(here.rows, HOME, seed * 1000 + replica, begins(chance))
    days = -(-form.days // form.replicas)
    draws = Draws(here.feet, here.rows, quiet.level, HOME, quiet.first, chance)
    per_cell = max(round(form.per_cell / form.replicas), 1)
    trials = list(draws.trials(per_cell, form.warm, days))
    driven, series = _engine(here, form), Series.of(here.feet)
    heard_by_oracle = _Oracle(quiet, oracle.threshold(len(here.feet.components), form.budget))
    done = stretch.run(driven, quiet, form.warm, days, trials, watch=heard_by_oracle, ping=ping)
    maxima = rivals.quiet_maxima(series, done.days, form.warm, ping)
    outcomes = [
        _outcome(here, series, done, trial, said, heard_by_oracle.delays[trial.number])
        for trial, said in done.trials
    ]
    return Home(
        done.ticks, done.heard, maxima, outcomes, _asked(series, done, -(-SAMPLE // form.replicas), chance), len(series)
    )  # fmt: skip


def _asked(series: Series, done: Stretch, many: int, chance: np.random.Generator) -> list[Asked]:
    """A seeded sample of the outages."""
    picked = chance.permutation(len(done.trials))[:many].tolist()
    every = (asked(series, done.days, done.trials[n][0], done.trials[n][1].delay) for n in picked)
    return [each for each in every if each is not None]


def noise(form: Form, seed: int, number: int, ping: Ping) -> Noise:
    """Quiet time under the unseen noise of that number."""
    here, chance = world(form.map_name, form.region), np.random.default_rng([seed, 331, number])
    setting = unseen(seed, number)
    quiet = Quiet(here.rows, setting, seed * 1000 + 500 + number, begins(chance))
    done = stretch.run(_engine(here, form), quiet, form.warm, form.days, keep=False, ping=ping)
    return Noise(setting.name, _in_words(setting), done.ticks, done.heard)


def _engine(here: World, form: Form) -> Engine:
    return Engine(here.feet, Settings(false_alarms_a_year=form.budget, simulated=True))


def _in_words(setting: Setting) -> str:
    return (
        f"CV {setting.cv_area:.2f} an area, {setting.cv_nation:.2f} the nation, memory {setting.memory:.0f} min, "
        f"night {setting.night:.2f}, growth {setting.growth:+.0%} a year"
    )


class _Oracle:
    """Listens to each fork while its day is at hand."""

    def __init__(self, quiet: Quiet, nats: float) -> None:
        self.quiet, self.nats, self.delays = quiet, nats, dict[int, float]()

    def __call__(self, day: Day, trial: Trial) -> None:
        """Note when the oracle hears it."""
        ordinary = day.cells.between(trial.minute, trial.minute + CENSORED)
        moved = Cells(
            ordinary.tick - trial.minute, ordinary.row, ordinary.count, ordinary.prefixes, ordinary.fresh
        )
        whole = together([moved, trial.extra], len(self.quiet.rows))
        normal = oracle.true_normal(self.quiet, day, trial)
        self.delays[trial.number] = oracle.delay(trial, whole, normal, self.quiet.setting, self.nats)


def _outcome(
    here: World, series: Series, done: Stretch, trial: Trial, said: Followed, by_oracle: float
) -> Outcome:  # fmt: skip
    first, start = trial.outages[0], done.days[trial.day].first + trial.minute
    level = done.days[trial.day].level[trial.minute // 60]
    return Outcome(
        trial.cell, first.size, first.propensity, first.ramp, first.minutes,
        float(level[first.rows].sum() * 1440.0), said.delay, said.public, by_oracle, said.spoiled,
        rivals.climb(series, done.days, trial).tobytes(),
        places.areas(here.feet, trial, said, 0), places.areas(here.feet, trial, said, 1),
        places.size(here.feet, trial, said), places.onset(said.later, start),
        said.first.row_class if said.first else "", said.milliseconds,
    )  # fmt: skip
