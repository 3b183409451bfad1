"""Where the copy of the mail is."""

import os
from pathlib import Path

import click

from lightship.vocabulary.errors import StoreRefused

copy_option = click.option(
    "--copy",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="LIGHTSHIP_MAIL",
    metavar="FOLDER",
    help="The folder of the copy.  [default: $LIGHTSHIP_MAIL, else ~/.local/share/lightship/mail]",
)
"""Gives a command the option `--copy`, as its argument `copy: Path | None`; see `copy_folder`."""


def copy_folder(stated: Path | None) -> Path:
    """The folder that was named, or the usual one below $XDG_DATA_HOME."""
    if stated is not None:
        return stated
    data = os.environ.get("XDG_DATA_HOME", "")
    above = Path(data) if data.startswith("/") else Path.home() / ".local/share"
    return above / "lightship" / "mail"


def kept_folder(stated: Path | None) -> Path:
    """The same, where something is kept already. Raises StoreRefused."""
    folder = copy_folder(stated)
    if not folder.is_dir() or not any(folder.iterdir()):
        raise nothing_kept(folder)
    return folder


def nothing_kept(folder: Path) -> StoreRefused:
    """There is no copy, or nothing in it."""
    return StoreRefused(f"{folder}: no mail is kept here yet; `lightship mail keep ADDRESS` begins")
