"""What `lightship replay` does: run, publish, perhaps serve, then judge."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

import msgspec
from msgspec.structs import replace

from lightship.edges.stores.sqlite import SqliteStore
from lightship.run.answer_sheet import Sheet, sheet
from lightship.run.fold import CoreState
from lightship.run.judge.judge import judge
from lightship.run.judge.record import Statement, views
from lightship.run.pace import Pace
from lightship.run.progress import Progress
from lightship.run.replay import Replay
from lightship.run.scenario_file import open_scenario
from lightship.run.showing import Show
from lightship.run.site import PublishedSite
from lightship.simulate.offsets import parse_offset
from lightship.simulate.scenario import Scenario
from lightship.simulate.signals import run_length
from lightship.vocabulary.decisions import Decision, Key
from lightship.vocabulary.errors import BadInput, StoreRefused
from lightship.vocabulary.time import Instant
from lightship.vocabulary.updates import Update

SHOWN_SPEED = 60.0
"""Simulated seconds a second when people watch and nobody says otherwise: a minute a second."""


class Wanted(msgspec.Struct, frozen=True):
    """What was asked for, checked.

    Args:
        speed: simulated seconds a second; infinite: as fast as it goes.
        until: absent: to the end of the scenario.
        data: where the store and the site are kept; absent: a folder that is removed at the end.
    """

    scenario: Scenario
    seed: int
    speed: float
    listen: str | None
    until: Instant | None
    data: Path | None

    @classmethod
    def of(
        cls, name: str, speed: str | None, serve: bool, listen: str, seed: int | None, until: str | None,
        data: Path | None,
    ) -> "Wanted":  # fmt: skip
        """Check the options. Raises BadInput."""
        scenario = open_scenario(name)
        seed = scenario.seed if seed is None else seed
        pace = _speed(speed) if speed is not None else (SHOWN_SPEED if serve else float("inf"))
        return cls(
            replace(scenario, seed=seed), seed, pace, listen if serve else None, _until(until, scenario), data
        )


def _speed(text: str) -> float:
    if text == "max":
        return float("inf")
    try:
        speed = float(text)
    except ValueError:
        speed = -1.0
    if not 0 < speed <= 1e6:
        raise BadInput(
            "--speed", repr(text), "a number of simulated seconds a second, 1 for real time, or max"
        )
    return speed


def _until(text: str | None, scenario: Scenario) -> Instant | None:
    if text is None:
        return None
    try:
        until = Instant(scenario.t0 + parse_offset(text))
    except ValueError as error:
        raise BadInput("--until", repr(text), str(error).rpartition("; ")[2]) from None
    start, end = run_length(scenario)
    if not start < until <= end:
        raise BadInput("--until", repr(text), "a span from the onset that lies within the scenario")
    return until


class Replayed(msgspec.Struct, frozen=True):
    """A judged replay. `stopped`: by Ctrl-C before its end, while people watched; judged as far as it went."""

    sheet: Sheet
    scenario: Scenario
    stopped: bool


def replayed(wanted: Wanted, quiet: bool) -> Replayed:
    """Run a replay to its end and judge it. With `listen`, the page is served from the start until Ctrl-C after it.

    Raises:
        StoreRefused: the store or the site cannot be used, or the disk is full.
        KeyboardInterrupt: stopped, and nobody was watching.
    """
    with ExitStack() as stack:
        folder = wanted.data or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="lightship-replay-"))
        )
        _make(folder)
        store = SqliteStore(folder / "replay.db")
        stack.callback(store.close)
        site = PublishedSite(store, folder / "site", *_basis(wanted.scenario))
        show = stack.enter_context(Show(wanted.scenario, site, wanted.listen, quiet))
        run, stopped = _run(wanted, store, site, show, quiet)
        found = _judged(wanted, store, site, run)
        if not stopped:
            show.finished()
    return Replayed(found, wanted.scenario, stopped)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreRefused(f"{folder}: cannot be made ({error.strerror}); name another folder") from error


def _run(
    wanted: Wanted, store: SqliteStore, site: PublishedSite, show: Show, quiet: bool
) -> tuple[Replay, bool]:
    """The replay, and whether it was stopped by Ctrl-C while people watched; then what was committed is judged."""
    start, end = run_length(wanted.scenario)
    end = min(end, wanted.until) if wanted.until is not None else end
    with Progress("minutes", total=(end - start) // 60_000) as progress:

        def saw(at: Instant, decisions: tuple[Decision, ...]) -> None:
            show.decided(at, decisions)
            if wanted.listen is None and not quiet:
                progress.advance()

        def carry(state: CoreState, at: Instant, keys: tuple[Key, ...]) -> None:
            # Where nobody can look before the end, the last state of the site is all that is ever seen of it.
            if wanted.listen is not None or wanted.data is not None:
                site.publish(state, at)

        run = Replay(
            wanted.scenario,
            store,
            carry,
            until=wanted.until,
            pace=Pace(wanted.scenario.t0, wanted.speed),
            saw=saw,
            rested=show.rested,
        )
        try:
            hub = run.run()
            with hub.spent.on("render"):
                site.publish(hub.state, hub.last_at)
        except KeyboardInterrupt:
            if wanted.listen is None:
                raise
            return run, True
    return run, False


def _judged(wanted: Wanted, store: SqliteStore, site: PublishedSite, run: Replay) -> Sheet:
    logged = {each.seq: each.at for each in store.events()}
    decisions = [(logged[seq], decision) for seq, decision in store.decisions()]
    said = [_statement(each) for each in site.updates()]
    until = max(logged.values(), default=wanted.scenario.t0)
    return sheet(wanted.scenario, wanted.seed, judge(wanted.scenario, said, views(decisions), until), run)


def _statement(update: Update) -> Statement:
    answers = {each.question: each for each in update.answers}
    return Statement(
        update.at,
        update.incident,
        update.headline,
        update.text,
        update.status,
        answers,
        update.next_update_by,
    )


def _basis(scenario: Scenario) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What rests on sources and what on us, a sentence each, for the foot of every page."""
    known = tuple(f"{each.what}: {each.value} ({each.source})" for each in scenario.known)
    assumed = tuple(
        f"{each.what}: {each.value}" + (f" ({each.why})" if each.why else "") for each in scenario.assumed
    )
    return known, assumed
