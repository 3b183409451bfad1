"""`lightship keep account`: the papers of an account, held by its customer."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from lightship.edges.clock import now
from lightship.run.exit_codes import ExitCode
from lightship.run.output import counted, json_option, print_json
from lightship.vocabulary.time import iso

if TYPE_CHECKING:
    from lightship.edges.account_folder.folder import AccountFolder, Kind

_KINDS = ("bill", "contract", "numbers", "screenshot", "letter", "other")

folder_option = click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    envvar="LIGHTSHIP_ACCOUNT",
    metavar="FOLDER",
    help="Where it is.  [default: $LIGHTSHIP_ACCOUNT, else ~/.local/share/lightship/account]",
)


def account_folder(stated: Path | None) -> Path:
    """The folder that was named, or the usual one below $XDG_DATA_HOME."""
    if stated is not None:
        return stated
    data = os.environ.get("XDG_DATA_HOME", "")
    return (Path(data) if data.startswith("/") else Path.home() / ".local/share") / "lightship" / "account"


@click.group(epilog="Example: lightship keep account add bill-may.pdf --kind bill")
def account() -> None:
    """Hold bills, contract, numbers and screenshots in a folder of your own.

    While the provider's portal is down these prove what you have, owe and were promised. Plain files; a hash each.
    """


@account.command(
    epilog="Example: lightship keep account add contract.pdf --kind contract --note 'signed in March'"
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--kind", type=click.Choice(_KINDS), required=True, help="What it is.")
@click.option("--note", default="", help="What you want to remember of it.")
@folder_option
def add(files: tuple[Path, ...], kind: "Kind", note: str, folder: Path | None) -> None:
    """Take copies of files."""
    held = _folder(folder)
    for each in files:
        item, new = held.add(each, kind, note, now())
        click.echo(f"{item.file}" + ("" if new else "  (held already)"))


@account.command(name="list", epilog="Example: lightship keep account list")
@folder_option
@json_option
def list_command(folder: Path | None, as_json: bool) -> None:
    """Show what is held."""
    listing = _folder(folder).listing()
    if as_json:
        print_json(listing)
        return
    for each in sorted(listing.items, key=lambda item: (item.kind, item.added_at)):
        note = f"  {each.note}" if each.note else ""
        click.echo(f"{each.kind:<11} {iso(each.added_at)[:10]}  {each.name}{note}")
    if not listing.items:
        click.echo("Nothing is held yet: lightship keep account add FILE --kind bill", err=True)


@account.command(epilog="Example: lightship keep account verify")
@folder_option
@json_option
def verify(folder: Path | None, as_json: bool) -> int:
    """Read everything again and compare it with its hash.

    Exit code 1: something is gone or has changed.
    """
    held = _folder(folder)
    wrong, unlisted, count = held.verify(now()), held.unlisted(), len(held.listing().items)
    if as_json:
        print_json({"files": count, "wrong": wrong, "not_listed": unlisted})
    else:
        for each in wrong:
            click.echo(f"WRONG  {each}")
        for each in unlisted:
            click.echo(f"not listed: {each}; `lightship keep account add` takes it in", err=True)
        click.echo(f"{counted(count, 'file')}, {counted(len(wrong), 'fault')}")
    return ExitCode.CHECK_FAILED if wrong else ExitCode.OK


@account.command(epilog="Example: lightship keep account export account.zip")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.zip")
@folder_option
def export(target: Path, folder: Path | None) -> None:
    """Put everything, with its list, into one ZIP file to keep elsewhere."""
    click.echo(f"{target}: {counted(_folder(folder).export(target), 'file')}")


def _folder(stated: Path | None) -> "AccountFolder":
    from lightship.edges.account_folder.folder import AccountFolder, Kind

    assert get_args(Kind) == _KINDS, "the command line offers what the folder knows"
    return AccountFolder(account_folder(stated))
