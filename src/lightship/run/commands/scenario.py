"""`lightship scenario`: which outages can be replayed, is a scenario sound, and what is in it."""

from typing import TYPE_CHECKING

import click

from lightship.run.exit_codes import ExitCode
from lightship.run.output import counted, json_option, print_json

if TYPE_CHECKING:
    from lightship.edges.files.maps.findings import MapRefused
    from lightship.simulate.scenario import Scenario

# The imports within the commands keep `lightship --help` quick.


@click.group()
def scenario() -> None:
    """List, check and show scenarios of outages.

    A scenario is a YAML file: an outage with its timeline, its map and its truth. `lightship replay` runs one.
    """


@scenario.command("list")
@json_option
def list_scenarios(as_json: bool) -> None:
    """List the scenarios that ship with Lightship."""
    from lightship.edges.files.shipped import shipped_scenarios
    from lightship.run.scenario_file import heading

    found = [heading(path) for path in shipped_scenarios()]
    if as_json:
        print_json(found)
        return
    for each in found:
        click.echo(f"{each.id:<20} {each.deployment:<10} {each.title}")


@scenario.command(epilog="Example: lightship scenario check my-outage.yaml")
@click.argument("file")
@json_option
def check(file: str, as_json: bool) -> int:
    """Say what is wrong with a scenario.

    Everything at once, each with file, line, path, what was found and what would do. Warnings do not fail.
    """
    from lightship.edges.files.maps.findings import MapRefused
    from lightship.edges.files.shipped import scenario_path
    from lightship.run.maps import library
    from lightship.run.scenario_file import doubts, load_scenario

    path = scenario_path(file)
    try:
        found = load_scenario(path, library())
    except MapRefused as refused:
        if as_json:
            return _print_refusal(file, refused)
        raise
    warnings = doubts(path, found, library())
    if as_json:
        print_json({"file": file, "sound": True, "id": found.id, "errors": (), "warnings": warnings})
        return ExitCode.OK
    for warning in warnings:
        click.echo(f"warning: {warning}")
    click.echo(f"{file}: sound; {_size(found)}; {counted(len(warnings), 'warning')}")
    return ExitCode.OK


def _print_refusal(file: str, refused: "MapRefused") -> int:
    print_json({"file": file, "sound": False, "errors": refused.findings, "warnings": ()})
    return ExitCode.BAD_INPUT


def _size(found: "Scenario") -> str:
    hours = (found.end - found.start) / 3_600_000
    counts = (
        counted(len(found.faults), "fault"),
        counted(len(found.truth), "truth"),
        counted(len(found.deadlines), "deadline"),
    )
    return (
        f"{hours:g} hours, {', '.join(counts)}, map of {counted(len(found.network.components), 'component')}"
    )


@scenario.command(epilog="Example: lightship scenario show bt-2016-07-20 --signals")
@click.argument("name")
@click.option("--signals", "hourly", is_flag=True, help="Simulate it and count its signals hour by hour.")
@click.option(
    "--seed", type=click.IntRange(min=0), help="Instead of the scenario's own; goes with --signals."
)
@json_option
def show(name: str, hourly: bool, seed: int | None, as_json: bool) -> None:
    """Show a scenario: what is known, what is assumed, what breaks, what would be right.

    NAME is a shipped scenario or the path of a file.
    """
    from lightship.run.scenario_file import open_scenario
    from lightship.run.scenario_hours import hours
    from lightship.run.scenario_sheet import plain, sheet

    found = open_scenario(name)
    counted = hours(found, seed) if hourly else ()
    if as_json:
        print_json(plain(found) | ({"hours": counted} if hourly else {}))
        return
    click.echo(sheet(found), nl=False)
    if hourly:
        click.echo("\nSignals, simulated: reports and failed measurements by the hour")
    for hour in counted:
        click.echo(f"  {hour.since}  {hour.reports:>7,}  {hour.failed:>7,}  {'#' * hour.bar}")
