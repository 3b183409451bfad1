"""The stretch with probes: press bursts, and outages that probes date."""

from collections.abc import Callable

import msgspec
import numpy as np

from lightship.detect.rules import NETWORKS
from lightship.detect.state import DetectState
from lightship.run.benches.detect import bursts, places
from lightship.run.benches.detect.bursts import Said
from lightship.run.benches.detect.engine import Engine
from lightship.run.benches.detect.form import Form
from lightship.run.benches.detect.heard import is_past
from lightship.run.benches.detect.places import Onset
from lightship.run.benches.detect.probing import Paths
from lightship.run.benches.detect.world import World, begins, world
from lightship.simulate.counts.burst import drawn_burst
from lightship.simulate.counts.calendar import DAY_TICKS
from lightship.simulate.counts.quiet import Day, Quiet
from lightship.simulate.counts.setting import HOME
from lightship.vocabulary.components import Component
from lightship.vocabulary.observables import ProbeRow
from lightship.vocabulary.settings import Settings

HOURS_BETWEEN = 6
"""Bursts and outages are forked off that often."""
WATCHED_KINDS = ("peering", "transit", "dns", "mail-store", "front-end", "portal", "softswitch", "sso")
"""What probes of the synthetic map look at."""
HALF = 0.5
"""Share of a path that its loss takes away, from which the path shows it."""
AFTER = 30
"""Minutes that an outage seen by probes is followed for."""


class Watched(msgspec.Struct, frozen=True):
    """What came of it.

    Args:
        onsets: by probes; missed: outages that no alarm spoke of within `AFTER` minutes.
    """

    bursts: list[Said]
    onsets: list[Onset]
    missed: int


def watched(form: Form, seed: int, ping: Callable[[], None]) -> Watched:
    """A quiet run on the map with its probes, forked every few hours."""
    here, chance = world(form.map_name, form.region, probes=True), np.random.default_rng([seed, 341])
    quiet = Quiet(here.rows, HOME, seed * 1000 + 900, begins(chance))
    driven = Engine(here.feet, Settings(false_alarms_a_year=form.budget, simulated=True))
    paths = Paths(here.feet)
    seen = [
        each for each in here.feet.network.components if each.kind in WATCHED_KINDS and _shows(here, each)
    ]
    state, said, onsets, missed = driven.start(), list[Said](), list[Onset](), 0
    while len(said) < form.bursts:
        day = quiet.next_day()
        for minute, counted in enumerate(day.cells.by_tick(0, DAY_TICKS)):
            if quiet.day > form.warm and minute % (HOURS_BETWEEN * 60) == 0 and not day.missing[minute]:
                for _ in range(_each(form)):
                    at = minute + bursts.LEAD + int(chance.integers(0, HOURS_BETWEEN * 60 - 150))
                    said.append(_burst(driven, paths, state, quiet, day, at, chance))
                if len(onsets) + missed < form.probed:
                    found = _outage(driven, paths, state, day, minute, seen, chance)
                    onsets, missed = ([*onsets, found], missed) if found else (onsets, missed + 1)
            if not day.missing[minute]:
                state, _ = driven.step(state, day.first + minute, counted)
        ping()
    return Watched(said[: form.bursts], onsets, missed)


def _shows(here: World, component: Component) -> bool:
    """Do paths from two networks or more fail with it? What redundancy hides has no onset to be told."""
    lost = here.feet.footprint(component.id)
    rows = enumerate(here.feet.rows)
    return len({row.network for n, row in rows if isinstance(row, ProbeRow) and lost[n] >= HALF}) >= NETWORKS


def _each(form: Form) -> int:
    """Bursts at each fork, so that a form's bursts take eight days."""
    return max(-(-form.bursts // (8 * 24 // HOURS_BETWEEN)), 1)


def _burst(
    driven: Engine, paths: Paths, state: DetectState, quiet: Quiet, day: Day, at: int, chance: np.random.Generator
) -> Said:  # fmt: skip
    """Begins at minute `at`; the time since the fork has no data and says nothing."""
    burst = drawn_burst(len(quiet.rows.unplaced), chance)
    return bursts.followed(driven, paths, state, quiet, day, min(at, DAY_TICKS - 130), burst, chance)


def _outage(
    driven: Engine, paths: Paths, state: DetectState, day: Day, minute: int, kinds: list[Component],
    chance: np.random.Generator,
) -> Onset | None:  # fmt: skip
    """A component that probes look at fails whole; when is it said to have begun?"""
    picked, start = kinds[int(chance.integers(len(kinds)))], minute + bursts.LEAD
    base, alarm = day.cells.between(minute, minute + bursts.LEAD + AFTER), None
    ticks = base.by_tick(minute, minute + bursts.LEAD + AFTER)
    for n, counted in enumerate(ticks):
        out = (picked.id, 1.0) if minute + n >= start else None
        state, said = driven.step(state, day.first + minute + n, counted, paths.measured(out, chance))
        fits = [a for a in said.alarms if is_past(a) and a.at > 0 and n >= bursts.LEAD]
        alarm = next((a for a in fits if alarm is None or a.id == alarm.id), alarm)
    return places.onset(alarm, day.first + start)
