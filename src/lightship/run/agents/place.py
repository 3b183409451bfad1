"""Where an agent keeps its things: the option `--data`."""

import os
from pathlib import Path

import click

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path),
    envvar="LIGHTSHIP_AGENT",
    metavar="FOLDER",
    help="Where the agent keeps its things; below $XDG_STATE_HOME by default.",
)
"""Gives a command the option `--data`, as its argument `data: Path | None`."""


def folder_of(data: Path | None) -> Path:
    """The named one, or the usual one."""
    if data is not None:
        return data
    state = os.environ.get("XDG_STATE_HOME", "")
    above = Path(state) if state.startswith("/") else Path.home() / ".local/state"
    return above / "lightship" / "agent"
