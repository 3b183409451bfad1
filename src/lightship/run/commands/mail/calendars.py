"""`lightship mail calendars`: calendars and contacts beside the mail."""

import re
import sys
from pathlib import Path

import click

from lightship.run.exit_codes import ExitCode
from lightship.run.mail.place import copy_folder, copy_option
from lightship.run.output import counted, json_option, print_json
from lightship.vocabulary.errors import BadInput

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}")
_EXAMPLES = """\
Examples:
  lightship mail calendars home --url https://dav.example.org/ --user me@example.org
  lightship mail calendars                     one pass over all places that are known"""


@click.command(epilog=_EXAMPLES)
@click.argument("name", required=False)
@click.option(
    "--url", metavar="ADDRESS", help="Of the server, of yourself there, or of one calendar or address book."
)
@click.option("--user", metavar="NAME", default="", help="To log in with.")
@click.option("--password-command", "command", metavar="COMMAND", default="",
              help="Prints the password, each time.  [default: asked once, kept in the keyring]")  # fmt: skip
@click.option("--ca", metavar="FILE", default="", help="Certificates to trust besides the system's.")
@copy_option
@json_option
def calendars(
    name: str | None, url: str | None, user: str, command: str, ca: str, copy: Path | None, as_json: bool
) -> int:  # fmt: skip
    """Keep a copy of calendars and contacts, as .ics and .vcf files.

    It only reads. What the server deletes or changes stays, in `deleted` and `earlier`.
    Exit code 5: something could not be reached.
    """
    from lightship.edges.mailboxes.dav.asking import Dav, Place
    from lightship.run.mail.calendars import keep, places, remember

    folder = copy_folder(copy)
    if url is not None:
        if name is None or not _NAME.fullmatch(name):
            raise BadInput(repr(name or ""), "no name for this place", "letters and digits, such as home")
        place = Place(url, user, command, ca)
        Dav(place, "").close()
        if user and not command:
            _ask(name, place.url)
        remember(folder, name, place)
    known = places(folder)
    if not known or (name is not None and name not in known):
        raise BadInput(name or "calendars", "no place of that name yet", "state it once with --url")
    chosen = known if name is None else {name: known[name]}
    passed = keep(folder, chosen, lambda line: click.echo(line, err=True))
    if as_json:
        print_json(passed)
    for each in () if as_json else passed:
        trouble = f"; ended early: {each.trouble}" if each.trouble else ""
        what = f"{each.place}: {each.kind} {each.name}".rstrip(": ")
        moved = f"{each.fetched:,} fetched, {each.gone:,} gone there and kept"
        click.echo(f"{what}: {counted(each.items, 'item')}, {moved}{trouble}")
    return ExitCode.UNREACHABLE if any(each.trouble for each in passed) else ExitCode.OK


def _ask(name: str, url: str) -> None:
    from lightship.edges.mailboxes.secrets import into_keyring

    if not sys.stdin.isatty():
        raise BadInput(
            name, "nobody to ask for the password", "state --password-command, or run it in a terminal once"
        )
    into_keyring(f"calendars {name}", str(click.prompt(f"Password at {url}", hide_input=True, err=True)))
