"""`lightship mail open`: the copy in a browser, or in the terminal, with no network."""

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import click

from lightship.edges.clock import local_zone, now
from lightship.run.mail.place import copy_folder, copy_option

if TYPE_CHECKING:
    from lightship.edges.mailboxes.copy.reader import Reader

LATEST = 30


@click.command(
    name="open",
    epilog="""\
Examples:
  lightship mail open                          everything, newest first, in the browser
  lightship mail open invoice from:ann         what holds these words
  lightship mail open 3f2ac09d51e7 --terminal  one message, here""",
)
@click.argument("query", nargs=-1, metavar="[QUERY|ID]...")
@copy_option
@click.option("--terminal", is_flag=True, help="Print here instead of opening a browser.")
@click.option("--save", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER",
              help="Write the attachments of the message ID into this folder.")  # fmt: skip
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Listen on this port.  [default: any free one]"
)
@click.option("--no-browser", is_flag=True, help="Print the address only.")
def open_command(
    query: tuple[str, ...], copy: Path | None, terminal: bool, save: Path | None, port: int, no_browser: bool
) -> None:  # fmt: skip
    """Read and search the copy, provider up or down.

    It serves pages to this machine alone, under an address that nobody guesses. Nothing is loaded from elsewhere,
    nothing in a message can run, and nothing can be changed.
    """
    from lightship.edges.mailboxes.copy.reader import Reader
    from lightship.run.mail.chosen import by_name, one_message
    from lightship.run.mail.reading import read_in_browser

    typed, folder = " ".join(query), copy_folder(copy)
    reader = Reader(folder)
    try:
        if save is not None:
            _save(reader, one_message(reader, typed).id, save)
            return
        if terminal:
            _print(reader, typed)
            return
        message = by_name(reader, typed) if typed else None
    finally:
        reader.close()
    below = f"m/{message.short}" if message else f"?{urlencode({'q': typed})}" if typed else ""
    read_in_browser(folder, below, port, not no_browser)


def _print(reader: "Reader", typed: str) -> None:
    from lightship.edges.web.reader.lists import standing
    from lightship.run.mail.chosen import by_name, searched
    from lightship.run.mail.terminal import listed, message_lines, rows

    message = by_name(reader, typed) if typed else None
    if message is not None:
        click.echo_via_pager(f"{line}\n" for line in message_lines(reader, message, local_zone(), now()))
        return
    found = (
        searched(reader, typed, LATEST) if typed else tuple(each for each, _ in reader.listed(None, LATEST))
    )
    for line in listed(rows(reader, found, now(), local_zone())):
        click.echo(line)
    for line in standing(reader, now()):
        click.echo(line, err=True)
    if not found:
        click.echo("No messages.", err=True)


def _save(reader: "Reader", message: int, folder: Path) -> None:
    from lightship.run.mail.terminal import save_attachments

    for path in save_attachments(reader.raw(message), folder):
        click.echo(str(path))
