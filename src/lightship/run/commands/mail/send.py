"""`lightship mail send`: write a letter and send it by a second way, while the provider is down."""

from pathlib import Path

import click

from lightship.run.exit_codes import ExitCode
from lightship.run.mail.place import copy_folder, copy_option
from lightship.run.output import json_option, print_json
from lightship.vocabulary.errors import BadInput

_EXAMPLES = """\
Examples:
  lightship mail send --to ann@example.org --subject 'We are here' --via backup
  lightship mail send --outbox                 how each letter stands
  lightship mail send --reconcile              the provider is back: send what waits, file copies in Sent"""


@click.command(epilog=_EXAMPLES)
@click.option("--to", multiple=True, metavar="ADDRESS", help="A receiver; may be repeated.")
@click.option("--copy-to", multiple=True, metavar="ADDRESS", help="Who gets a copy; may be repeated.")
@click.option("--subject", default="", help="What it is about.")
@click.option("--body", help="The text.  [default: an editor opens, or standard input is read]")
@click.option(
    "--attach", multiple=True, type=click.Path(path_type=Path), metavar="FILE", help="A file to go along."
)
@click.option(
    "--via", default="backup", show_default=True, metavar="NAME", help="The way out; see `mail route`."
)
@click.option("--account", metavar="ADDRESS", help="Whose letter it is.  [default: the only account]")
@click.option("--as-original", is_flag=True, help="Put the account itself in the From line; may be refused.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--outbox", "list_them", is_flag=True, help="Only list the letters and how they stand.")
@click.option("--reconcile", is_flag=True, help="Send what waits, and file copies of what was sent.")
@click.option("--again", type=int, metavar="N", help="Send letter N again, knowing that it may arrive twice.")
@copy_option
@json_option
def send(
    to: tuple[str, ...], copy_to: tuple[str, ...], subject: str, body: str | None, attach: tuple[Path, ...], via: str,
    account: str | None, as_original: bool, yes: bool, list_them: bool, reconcile: bool, again: int | None,
    copy: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Send a letter by a second way, while the provider is down.

    It is on disk before it is tried and goes once, whatever dies meanwhile; where nobody heard the server's answer, it
    says so and waits for your word. Answers go to your own address. Exit code 5: it could not be sent yet.
    """
    from lightship.endure.sending.letter import Draft
    from lightship.run.mail.writing import account_of, attached, body_of, go, say

    folder = copy_folder(copy)
    if list_them or reconcile or again is not None:
        return _look_after(folder, reconcile, again, as_json)
    if not to:
        raise BadInput("--to", "no receiver", "state one at least")
    whose = account_of(folder, account)
    draft = Draft("", to, subject, body_of(body, ""), copies=copy_to, files=attached(attach))
    letter = go(folder, draft, whose, via, as_original, yes)
    if as_json:
        print_json(letter)
    return say(letter) if not as_json else _code(letter.state)


def _look_after(folder: Path, reconcile: bool, again: int | None, as_json: bool) -> int:
    from lightship.edges.mailboxes.sending.outbox import Outbox
    from lightship.endure.sending.states import MEANING
    from lightship.run.mail.sending import reconcile as bring_up_to_date
    from lightship.run.mail.sending import try_once
    from lightship.run.mail.writing import say

    outbox = Outbox(folder)
    try:
        if again is not None:
            try:
                return say(try_once(outbox, outbox.letter(again), again=True))
            except KeyError:
                raise BadInput(
                    "--again", f"no letter {again}", "`lightship mail send --outbox` lists them"
                ) from None
        left = bring_up_to_date(folder, outbox, lambda line: click.echo(line, err=True)) if reconcile else 0
        letters = outbox.letters()
    finally:
        outbox.close()
    if as_json:
        print_json({"letters": letters})
    for each in letters if not as_json else ():
        filed = "" if each.state != "sent" else ", filed in Sent" if each.filed_at else ", not in Sent yet"
        click.echo(
            f"{each.id}  {MEANING[each.state]}{filed}  to {', '.join(each.recipients)}: {each.subject}"
        )
    waits = left or any(each.state in ("unknown", "refused", "queued") for each in letters)
    return ExitCode.CHECK_FAILED if waits else ExitCode.OK


def _code(state: str) -> int:
    return {"sent": ExitCode.OK, "queued": ExitCode.UNREACHABLE}.get(state, ExitCode.CHECK_FAILED)
