"""`lightship mail keep`: the first time asks once, then every pass brings the copy up to date."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lightship.run.exit_codes import ExitCode
from lightship.run.mail.place import copy_folder, copy_option
from lightship.run.output import json_option, print_json
from lightship.run.span import Span
from lightship.vocabulary.errors import LightshipError

if TYPE_CHECKING:
    from lightship.edges.mailboxes.copy.copy import Copy
    from lightship.run.mail.accounts import Account
    from lightship.run.mail.report import Report

_EXAMPLES = """\
Examples:
  lightship mail keep me@example.org
  lightship mail keep me@example.org --host imap.example.org --password-command 'pass show mail'
  lightship mail keep --every 15m              all accounts, until stopped"""


@click.command(epilog=_EXAMPLES)
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@click.option("--host", metavar="NAME", help="The IMAP server.  [default: asked, with a proposal]")
@click.option("--port", type=click.IntRange(1, 65535), help="Its port.  [default: 993, or 143 with starttls]")
@click.option("--user", metavar="NAME", help="The name to log in with.  [default: the address]")
@click.option(
    "--security", type=click.Choice(["tls", "starttls", "none"]), default="tls", show_default=True,
    help="How the connection is protected; none only to this machine.",
)  # fmt: skip
@click.option(
    "--method", type=click.Choice(["auto", "plain", "login", "xoauth2", "oauthbearer"]), default="auto",
    show_default=True, help="How to log in; the last two want a token from --password-command.",
)  # fmt: skip
@click.option("--ca", metavar="FILE", default="", help="Certificates to trust besides the system's.")
@click.option(
    "--password-command", "command", metavar="COMMAND", default="",
    help="Prints the password or token, each time.  [default: asked once, kept in the keyring]",
)  # fmt: skip
@click.option("--ask", is_flag=True, help="Ask for server and password again.")
@click.option("--skip", multiple=True, metavar="FOLDER", help="Leave this folder out; may be repeated.")
@click.option(
    "--purge-after", "purge_days", type=click.IntRange(min=1), metavar="DAYS",
    help="Delete here too what the provider has no more for so long.  [default: never]",
)  # fmt: skip
@click.option("--accept", is_flag=True, help="Take over a mass deletion or mass change of flags.")
@click.option("--every", type=Span(), metavar="SPAN", help="Go on until stopped, a pass every 15m, 1h ...")
@click.option(
    "--test-restore", is_flag=True,
    help="With --every: each month put 20 messages into a folder of their own at the provider, compare, take it away.",
)  # fmt: skip
@click.option(
    "--compact", is_flag=True, help="From now on, compress new mail: half the space, but no plain files."
)
@click.option(
    "--encrypt", is_flag=True,
    help="At the first run: encrypt everything that is kept. Later: remember the passphrase here.",
)  # fmt: skip
@click.option(
    "--passphrase-command", metavar="COMMAND", default="",
    help="With --encrypt: prints the passphrase, each time.  [default: asked, kept in the keyring]",
)  # fmt: skip
@click.option("--no-search", is_flag=True, help="Leave it to another time to make new messages searchable.")
@copy_option
@json_option
def keep(
    addresses: tuple[str, ...], copy: Path | None, every: int | None, accept: bool, ask: bool, no_search: bool,
    test_restore: bool, compact: bool, encrypt: bool, passphrase_command: str, as_json: bool, **stated: Any,
) -> int:  # fmt: skip
    """Keep a copy of your mail on this machine; the first time it asks for what it needs.

    What the provider deletes stays in the copy. A pass takes up where the last one ended, however it ended.
    Without an address: all accounts that are known. Exit code 1: something waits for an answer or was not delivered.
    """
    from lightship.edges.clock import now
    from lightship.edges.mailboxes.copy.copy import Copy
    from lightship.run.mail.keeping import accounts
    from lightship.run.mail.keeping import keep as keep_once

    if encrypt:
        from lightship.run.mail.encrypting import encrypt as begin_encrypted

        begin_encrypted(copy_folder(copy), passphrase_command)
    with Copy(copy_folder(copy), now()) as opened:
        if compact:
            opened.be_compact()
        _introduce(opened, addresses, ask, stated)
        while True:
            chosen = accounts(opened, addresses)
            reports = keep_once(
                opened, chosen, lambda question: _accepted(question, accept), search=not no_search
            )
            _tell(reports, as_json)
            _file_what_was_sent(opened.folder)
            if every is None:
                return _ended(reports)
            _once_a_day(opened, chosen, test_restore)
            time.sleep(every * 60)


def _file_what_was_sent(folder: Path) -> None:
    """The provider is back: letters that went by another way get their copy in its Sent folder."""
    from lightship.edges.mailboxes.sending.outbox import FILE

    if (folder / FILE).exists():
        from lightship.run.mail.sending import file_sent

        file_sent(folder, lambda line: click.echo(line, err=True))


def _introduce(opened: "Copy", addresses: Sequence[str], ask: bool, stated: dict[str, Any]) -> None:
    known = {row[0] for row in opened.db.execute("SELECT name FROM account")}
    changed = ask or stated["host"] or stated["command"]
    for name in addresses:
        if name not in known or changed:
            from lightship.run.mail.first_run import Stated, introduce

            given = {key: value for key, value in stated.items() if key != "ca"}
            introduce(opened, name, Stated(**given, authority=stated["ca"]))


def _once_a_day(
    opened: "Copy", chosen: "Sequence[tuple[int, str, Account]]", test_restore: bool
) -> None:  # fmt: skip
    from lightship.edges.clock import now
    from lightship.run.mail.verifying import due_today, verified

    if not due_today(opened, now()):
        return
    for line in verified(opened, now(), everything=False).damaged:
        click.echo(f"  damaged: {line}")
    from lightship.run.mail.testing_restore import due

    for number, name, account in chosen:
        if due(opened, number, now()):
            _restore(opened, number, name, account) if test_restore else _ask_for_restore(name)


def _ask_for_restore(name: str) -> None:
    """Nothing is put at a provider unless its owner said so."""
    click.echo(
        f"{name}: no test restore for a month; --test-restore makes one each month, "
        "`lightship mail verify --test-restore` makes one now"
    )


def _restore(opened: "Copy", number: int, name: str, account: "Account") -> None:
    from lightship.edges.clock import now
    from lightship.run.mail.testing_restore import restored_to_itself

    try:
        found = restored_to_itself(opened, number, name, account, now())
    except LightshipError as error:
        click.echo(f"{name}: no test restore today: {error}")
    else:
        click.echo(f"{name}: test restore: {found.same:,} of {found.wanted:,} came back as they are")


def _accepted(question: str, accept: bool) -> bool:
    if accept:
        return True
    if not sys.stdin.isatty():
        return False
    click.echo(f"At the provider, {question}.", err=True)
    return click.confirm("The copy keeps them all. Was that you, so that they may be marked?", err=True)


def _tell(reports: "Sequence[Report]", as_json: bool) -> None:
    if as_json:
        print_json(reports)
        return
    for report in reports:
        click.echo(report.said())
        for line in report.undelivered[:20]:
            click.echo(f"  not delivered: {line}")
        for question in report.questions:
            click.echo(f"  waits: {question}; if that was you: lightship mail keep {report.account} --accept")
        if report.trouble:
            click.echo(f"  ended early: {report.trouble}; what came is kept")


def _ended(reports: "Sequence[Report]") -> int:
    if any(report.trouble for report in reports):
        return ExitCode.UNREACHABLE
    if any(report.questions or report.undelivered for report in reports):
        return ExitCode.CHECK_FAILED
    return ExitCode.OK
