"""`lightship promise`: how many false alarms were promised, and how many were seen."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship.run.output import json_option, print_json

if TYPE_CHECKING:
    from lightship.run.promising import Standing

_EXAMPLES = """\
Examples:
  lightship promise lightship.db               the store of a deployment, running or not
  lightship promise ~/watch                    the same, by its folder
  lightship promise quiet-week                 a scenario, replayed first (simulated)

A false alarm is an alarm that only reports spoke of and that nobody confirmed: at most so many were false. Confirm an
incident, or suppress it, and the count follows."""


@click.command(epilog=_EXAMPLES)
@click.argument("where", metavar="STORE-or-SCENARIO")
@click.option("--metrics", "as_metrics", is_flag=True, help="Print the text format of Prometheus.")
@json_option
def promise(where: str, as_metrics: bool, as_json: bool) -> None:
    """Print promised against seen false alarms, with an interval, and what the thresholds rest on."""
    from lightship.run import promising

    if as_json and as_metrics:
        raise click.UsageError("--json and --metrics exclude each other")
    found = _of_store(Path(where)) if Path(where).exists() else _of_scenario(where)
    if as_json:
        print_json(found)
    elif as_metrics:
        click.echo(promising.metrics(found), nl=False)
    else:
        if found.simulated:
            click.echo("SIMULATED: nothing of this is real.")
        click.echo(f"{promising.sentence(found)}\n".capitalize())
        for name, text in promising.facts(found):
            click.echo(f"{name:<14} {text}")


def _of_store(path: Path) -> "Standing":
    """By the store itself; where a hub has it open, by what that hub wrote last."""
    import msgspec

    from lightship.edges.stores.sqlite import SqliteStore
    from lightship.run.promising import FOLDER, read
    from lightship.vocabulary.errors import BadInput, StoreRefused

    if path.suffix in (".yaml", ".yml"):
        return _of_scenario(str(path))
    store = path if path.is_file() else next(iter(sorted(path.glob("*.db"))), path / "lightship.db")
    if not store.is_file():
        raise BadInput(str(path), "no store here", "name a store file such as lightship.db, or its folder")
    try:
        opened = SqliteStore(store)
    except StoreRefused:
        try:
            found = read(store.parent / FOLDER)
        except msgspec.MsgspecError as error:
            raise BadInput(
                str(store.parent / FOLDER / "promise.json"), str(error), "let the hub write it anew"
            ) from None
        if found is None:
            raise
        return found
    try:
        return _folded(opened, str(store))
    finally:
        opened.close()


def _folded(store: object, name: str) -> "Standing":
    from lightship.edges.stores.sqlite import SqliteStore
    from lightship.run.fold import CoreState, restore, step
    from lightship.run.promising import standing
    from lightship.vocabulary.errors import BadInput
    from lightship.vocabulary.time import Instant

    assert isinstance(store, SqliteStore)
    kept, state, at = store.newest_snapshot(), CoreState(), Instant(0)
    if kept is not None:
        state = restore(kept[1])
    for logged in store.events(after=max((kept[0] if kept else 0) - 1, 0)):
        at = logged.at
        if logged.seq > state.seq:
            state, _ = step(state, logged)
    found = standing(state, at)
    if found is None:
        raise BadInput(
            name, "a store without a map: nothing was ever watched", "run `lightship watch` or `serve` first"
        )
    return found


def _of_scenario(name: str) -> "Standing":
    import tempfile

    from lightship.edges.stores.sqlite import SqliteStore
    from lightship.run.progress import Progress
    from lightship.run.promising import standing
    from lightship.run.replay import Replay
    from lightship.run.scenario_file import open_scenario
    from lightship.simulate.signals import run_length

    scenario = open_scenario(name)
    start, end = run_length(scenario)
    with tempfile.TemporaryDirectory(prefix="lightship-promise-") as folder:
        store = SqliteStore(Path(folder) / "replay.db")
        with Progress("minutes", total=(end - start) // 60_000) as progress:
            run = Replay(
                scenario, store, lambda state, at, keys: None, saw=lambda at, decisions: progress.advance()
            )
            hub = run.run()
        found = standing(hub.state, hub.last_at)
        store.close()
    assert found is not None, "a scenario has a map"
    return found
