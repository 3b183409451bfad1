"""`lightship mail verify`: is the copy still what was kept, and can it be put back."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship.run.exit_codes import ExitCode
from lightship.run.mail.place import copy_option, kept_folder, nothing_kept
from lightship.run.output import counted, json_option, print_json

if TYPE_CHECKING:
    from lightship.run.mail.testing_restore import TestRestored
    from lightship.run.mail.verifying import Verified

_EXAMPLES = """\
Examples:
  lightship mail verify                                          a thirtieth, in a minute or less
  lightship mail verify --all
  lightship mail verify --test-restore imaps://me%40example.org@imap.example.org"""


@click.command(epilog=_EXAMPLES)
@click.option("--all", "everything", is_flag=True, help="Read every message, not today's thirtieth.")
@click.option(
    "--test-restore", "url", metavar="URL",
    help="Also put 20 messages into a folder of their own there, read them back, and take it away.",
)  # fmt: skip
@click.option(
    "--password-command", "command", metavar="COMMAND", default="", help="Prints the password there."
)
@click.option("--ca", metavar="FILE", default="", help="Certificates to trust besides the system's.")
@copy_option
@json_option
def verify(everything: bool, url: str | None, command: str, ca: str, copy: Path | None, as_json: bool) -> int:
    """Read kept messages again and compare them with their hashes: a thirtieth each day, so all within a month.

    What is damaged is fetched again by the next pass, if the provider still has it. Exit code 1: something is wrong.
    """
    from lightship.edges.clock import now
    from lightship.edges.mailboxes.copy.copy import Copy
    from lightship.run.mail.verifying import verified

    with Copy(kept_folder(copy), now()) as opened:
        found = verified(opened, now(), everything=everything)
        if not found.of:
            raise nothing_kept(opened.folder)
        tested = None
        if url is not None:
            from lightship.run.mail.testing_restore import test_restored

            tested = test_restored(opened, url, command, ca, now())
    if as_json:
        print_json({"verified": found, "test_restore": tested})
    else:
        _tell(found, tested)
    sound = not found.damaged and (tested is None or tested.passed)
    return ExitCode.OK if sound else ExitCode.CHECK_FAILED


def _tell(found: "Verified", tested: "TestRestored | None") -> None:
    good = found.read - len(found.damaged)
    click.echo(
        f"{good:,} of {counted(found.read, 'message')} read are what was kept; {found.of:,} in the copy"
    )
    for line in found.damaged:
        click.echo(f"  damaged: {line}")
    if found.damaged:
        lost = len(found.damaged) - found.fetched_again
        click.echo(
            f"  the next `lightship mail keep` fetches {found.fetched_again:,} again; {lost:,} the provider has no more"
        )
    if tested is not None:
        click.echo(
            f"test restore to {tested.where}: {tested.same:,} of {tested.wanted:,} came back as they are"
        )
