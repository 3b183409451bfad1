"""`lightship map`: is a map sound, what does it say, and a made-up one to practise on."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship.run.exit_codes import ExitCode
from lightship.run.output import counted, json_option, print_json

if TYPE_CHECKING:
    from lightship.edges.files.map_file import LoadedMap
    from lightship.edges.files.maps.findings import MapRefused

# The imports within the commands keep `lightship --help` quick: numpy and scipy cost more than all the rest.


@click.group(name="map")
def map_group() -> None:
    """Check, show and make maps of networks.

    A map says what depends on what. A file is YAML; `national-modern` and `national-large` are made-up maps by name.
    """


@map_group.command(epilog="Example: lightship map check my-network.yaml")
@click.argument("file")
@json_option
def check(file: str, as_json: bool) -> int:
    """Say what is wrong with a map, and what looks wrong.

    Everything at once, each with file, line, path, what was found and what would do. Warnings do not fail.
    """
    from lightship.edges.files.maps.findings import MapRefused
    from lightship.run.maps import open_map

    try:
        loaded = open_map(file)
    except MapRefused as refused:
        if as_json:
            _print_refusal(file, refused)
            return ExitCode.BAD_INPUT
        raise
    _print_check(file, loaded, as_json)
    return ExitCode.OK


def _print_refusal(file: str, refused: "MapRefused") -> None:
    print_json({"file": file, "sound": False, "errors": refused.findings, "warnings": ()})


def _print_check(file: str, loaded: "LoadedMap", as_json: bool) -> None:
    network = loaded.network
    counts = {
        "components": len(network.components),
        "service_areas": len(network.service_areas),
        "probes": len(network.probes),
        "feeds": len(network.feeds),
    }
    if as_json:
        head = {"file": file, "sound": True, "id": network.id, "version": network.version}
        print_json(
            {**head, **counts, "synthetic": network.synthetic, "errors": (), "warnings": loaded.warnings}
        )
        return
    for warning in loaded.warnings:
        click.echo(f"warning: {warning}")
    listed = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())
    made_up = " (synthetic)" if network.synthetic else ""
    warned = counted(len(loaded.warnings), "warning")
    click.echo(f"{file}: sound{made_up}; {listed}; {warned}; version {network.version}")


@map_group.command(epilog="Example: lightship map show national-modern --component building-1")
@click.argument("file")
@click.option(
    "--component", metavar="ID", help="Show one component: what it needs and what it takes with it."
)
@click.option(
    "--svg",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="OUT",
    help="Draw the map into this file.",
)
@json_option
def show(file: str, component: str | None, svg: Path | None, as_json: bool) -> None:
    """Show what a map says: services, components, redundancy and the worst single points of failure."""
    from lightship.prevent.footprints import footprints
    from lightship.run.commands.map_summary import component_summary, summary
    from lightship.run.maps import open_map

    network = open_map(file).network
    feet = footprints(network)
    found = summary(feet) if component is None else component_summary(feet, component, file)
    if svg is not None:
        from lightship.run.commands.map_drawing import draw

        svg.write_text(draw(feet), encoding="utf-8")
        click.echo(f"drawn into {svg}", err=True)
    if as_json:
        print_json(found)
        return
    from lightship.run.commands.map_text import print_summary

    print_summary(found)


@map_group.group()
def make() -> None:
    """Make a map to practise on."""


@make.command(epilog="Example: lightship map make national --size large --output large.yaml")
@click.option(
    "--size",
    type=click.Choice(["modern", "large"]),
    default="modern",
    show_default=True,
    help="About 1,000 head-ends, or 5,600 exchanges.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Equal seeds, equal maps."
)
@click.option(
    "--lines", type=click.IntRange(min=0, max=10**9), help="Broadband lines in all.  [default: 9280000]"
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    default=Path("-"),
    metavar="FILE",
    help="Where the YAML goes; standard output if not given.",
)
def national(size: str, seed: int, lines: int | None, output: Path) -> None:
    """Make a synthetic national provider, the same for the same seed.

    It describes no real network, and says so. A map file may start from it: `extends: national-modern`.
    """
    from lightship.edges.files.map_file import to_yaml
    from lightship.run.maps import made

    network = made(f"national-{size}", seed, lines)
    text = to_yaml(network)
    if str(output) == "-":
        click.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    click.echo(
        f"{output}: {len(network.components):,} components, synthetic, version {network.version}", err=True
    )
