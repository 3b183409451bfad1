"""`lightship reach`: who could not be told if something failed."""

from pathlib import Path

import click

from lightship.run.output import json_option


@click.command(
    epilog="Examples:\n  lightship reach national-modern\n  lightship reach --hub lightship.yaml --fail data-centre-1"
)
@click.argument("map_", required=False, metavar="[MAP]")
@click.option(
    "--hub",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A hub's configuration: its map, and its subscribers.",
)
@click.option(
    "--fail",
    "failed",
    multiple=True,
    metavar="COMPONENT",
    help="What if this fails? May be given again: all together.",
)
@json_option
@click.pass_context
def reach(
    context: click.Context, map_: str | None, hub: Path | None, failed: tuple[str, ...], as_json: bool
) -> None:
    """Show who could not be told if something failed.

    Of a MAP (a file, or national-modern), or of a hub with its subscribers. Surfaces are what people look at: the
    page's host and its mirrors. Paths come to people: channels. Without --fail every component and every two are tried.
    Exit code 1: one of them leaves no surface or no path.
    """
    from lightship.run.output import print_json
    from lightship.run.reaching import lines, of_hub, of_map, tried

    if (map_ is None) == (hub is None):
        raise click.UsageError("name a MAP, or a hub with --hub")
    known = of_map(map_) if map_ is not None else of_hub(hub) if hub is not None else None
    assert known is not None, "one of them is named"
    found = tried(known, failed)
    if as_json:
        print_json(found)
    else:
        for line in lines(found):
            click.echo(line)
    context.exit(0 if found.holds else 1)
