"""Beginning an encrypted copy, or remembering the passphrase of one on another machine."""

import sys
from pathlib import Path

import click

from lightship.edges.mailboxes.copy import key_file
from lightship.edges.mailboxes.secrets import from_command, into_keyring
from lightship.vocabulary.errors import BadInput, LightshipError


def encrypt(folder: Path, command: str) -> None:
    """Make a copy an encrypted one, before there is anything in it; one that is so already: remember its passphrase.

    Raises:
        BadInput: the copy was begun in the clear, or nobody is there to choose a passphrase.
        StoreRefused: the passphrase of a copy that is there is another; Unreachable: the command failed.
    """
    about = key_file.read(folder)
    if about is not None and about.command and not command:
        key_file.key_of(folder)
        return
    passphrase = from_command(command) if command else _asked(folder, new=about is None)
    if about is None:
        about = key_file.begin(folder, passphrase, command)
        click.echo(
            f"{folder} is encrypted. Whoever loses the passphrase or {key_file.FILE} loses the copy.",
            err=True,
        )
    else:
        key_file.unwrapped(about, folder, passphrase, "was given")
        if command:
            key_file.tell_command(folder, about, command)
    if not command:
        _remember(key_file.name_in_keyring(about), passphrase)


def _asked(folder: Path, new: bool) -> str:
    if not sys.stdin.isatty():
        raise BadInput(
            "--encrypt",
            "nobody to ask for a passphrase",
            "state --passphrase-command, or run it in a terminal once",
        )
    words = f"Passphrase of {folder}"
    return str(click.prompt(words, hide_input=True, confirmation_prompt=new, err=True))


def _remember(name: str, passphrase: str) -> None:
    """Where there is no keyring, it is asked for each time; that is no reason not to encrypt."""
    try:
        into_keyring(name, passphrase)
    except LightshipError:
        click.echo("No keyring takes the passphrase: it will be asked for each time.", err=True)
