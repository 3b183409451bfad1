"""`lightship mail restore`: the copy onto another server."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship.run.exit_codes import ExitCode
from lightship.run.mail.place import copy_folder, copy_option
from lightship.run.output import counted, json_option, print_json

if TYPE_CHECKING:
    from lightship.run.mail.restoring import FolderRestored

_EXAMPLES = """\
Examples:
  lightship mail restore --to imaps://me%40new.example@imap.new.example
  lightship mail restore --to imap://ann@localhost:1143/Old --folder INBOX"""


@click.command(epilog=_EXAMPLES)
@click.option(
    "--to", "url", metavar="URL", required=True, help="imaps://USER@HOST[:PORT][/FOLDER], or imap://."
)
@click.option("--account", "name", metavar="ADDRESS", help="Whose mail.  [default: the only account]")
@click.option("--folder", "folders", multiple=True, metavar="NAME", help="Only this folder; may be repeated.")
@click.option("--with-gone", is_flag=True, help="Also what the provider had deleted.")
@click.option(
    "--password-command", "command", metavar="COMMAND", default="", help="Prints the password there."
)
@click.option("--ca", metavar="FILE", default="", help="Certificates to trust besides the system's.")
@copy_option
@json_option
def restore(
    url: str, name: str | None, folders: tuple[str, ...], with_gone: bool, command: str, ca: str,
    copy: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Put kept mail onto another server, with folders, flags and dates, and compare what is there then.

    What is there already is recognised by its hash and left alone, so running it again goes on where it stopped.
    Exit code 1: something is missing there, or came out otherwise.
    """
    from lightship.run.mail.restoring_all import restored

    found = restored(copy_folder(copy), url, name, folders, command, ca, gone=with_gone)
    if as_json:
        print_json(found)
    else:
        _tell(found)
    return ExitCode.OK if all(each.whole for each in found) else ExitCode.CHECK_FAILED


def _tell(found: "list[FolderRestored]") -> None:
    for each in found:
        differs = [
            text
            for count, text in (
                (each.missing, f"{each.missing:,} missing"),
                (each.altered, f"{each.altered:,} there, but altered by the server"),
                (each.other_flags, f"{each.other_flags:,} with other flags"),
                (each.other_date, f"{each.other_date:,} with another date"),
            )
            if count
        ]
        said = ", ".join([f"{each.same:,} of {each.wanted:,} as they are", *differs])
        click.echo(f"{each.folder}: {said}; {each.appended:,} put there now")
        for line in each.refused[:20]:
            click.echo(f"  refused: {line}")
    wanted, same = sum(each.wanted for each in found), sum(each.same for each in found)
    click.echo(f"{same:,} of {counted(wanted, 'message')} compared by hash, flags and date")
