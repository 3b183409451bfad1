"""Which hub a command is about: the option `--hub FILE`, and what lies beside that hub's store."""

from pathlib import Path

import click

HUB = "lightship.yaml"

hub_option = click.option(
    "--hub",
    type=click.Path(path_type=Path),
    default=Path(HUB),
    show_default=True,
    envvar="LIGHTSHIP_HUB",
    metavar="FILE",
    help="The hub's configuration.",
)
"""Gives a command the option `--hub`, as its argument `hub: Path`."""


def store_of(hub: Path) -> Path:
    """The store that a hub's configuration names. Raises BadInput naming file, line and path."""
    from lightship.run.configuration import read_file

    file, _ = read_file(hub)
    return hub.parent / file.store
