"""`lightship mail export`: the copy as mbox files or as a Maildir of its own."""

from pathlib import Path

import click

from lightship.run.mail.place import copy_folder, copy_option
from lightship.run.output import counted

_EXAMPLES = """\
Examples:
  lightship mail export --mbox ~/mail-2026
  lightship mail export --maildir /media/stick/mail --account me@example.org"""


@click.command(epilog=_EXAMPLES)
@click.argument("folder", type=click.Path(path_type=Path), metavar="FOLDER")
@click.option(
    "--mbox", "form", flag_value="mbox", help="One file a folder, as Thunderbird and mutt import them."
)
@click.option("--maildir", "form", flag_value="maildir", help="One file a message, in Maildir++ layout.")
@click.option(
    "--account", "names", multiple=True, metavar="ADDRESS", help="Only this account; may be repeated."
)
@click.option("--with-gone", is_flag=True, help="Also what the provider had deleted.")
@copy_option
def export(
    folder: Path, form: str | None, names: tuple[str, ...], with_gone: bool, copy: Path | None
) -> None:
    """Write kept mail into a folder that is empty or new, as other programs read it.

    It needs no network. A message that stands in two folders is written twice.
    """
    from lightship.edges.mailboxes.copy.reader import Reader
    from lightship.run.mail.exporting import export as written
    from lightship.run.mail.restoring_all import one_account
    from lightship.run.progress import Progress

    if form is None:
        raise click.UsageError("state --mbox or --maildir")
    reader = Reader(copy_folder(copy))
    try:
        chosen = [one_account(reader, name) for name in names] or reader.accounts()
        with Progress("messages written") as progress:
            count = written(reader, folder, chosen, mbox=form == "mbox", gone=with_gone, watcher=progress)
    finally:
        reader.close()
    click.echo(f"{counted(count, 'message')} written to {folder}")
