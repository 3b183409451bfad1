"""From what a person types to a letter that goes: shared by `mail send` and `mail reply`."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from lightship.edges.mailboxes.copy.reader import Reader
from lightship.edges.mailboxes.sending.outbox import Letter, Outbox
from lightship.endure.sending.letter import Attached, Draft
from lightship.endure.sending.states import MEANING
from lightship.run.exit_codes import ExitCode
from lightship.run.mail.accounts import decoded
from lightship.run.mail.sending import explained, queue, route_named, try_once
from lightship.vocabulary.errors import BadInput


def account_of(folder: Path, stated: str | None) -> str:
    """Whose mail it is: stated, or the only account that is kept. Raises BadInput."""
    reader = Reader(folder)
    try:
        names = [each.name for each in reader.accounts()]
    finally:
        reader.close()
    if stated is not None and stated not in names:
        raise BadInput("--account", f"no copy is kept of {stated}", f"one of {', '.join(names)}")
    if stated is None and len(names) != 1:
        raise BadInput("--account", f"{len(names)} accounts are kept", f"state one of {', '.join(names)}")
    return stated or names[0]


def address_of(folder: Path, account: str) -> str:
    """Where answers to the letters of an account go. Raises BadInput where neither name nor login is an address."""
    reader = Reader(folder)
    try:
        settings = next(each.settings for each in reader.accounts() if each.name == account)
    finally:
        reader.close()
    for each in (account, decoded(account, settings).server.user):
        if "@" in each:
            return each
    raise BadInput(
        account, "an account whose address is not known", "keep it under its address: `lightship mail keep`"
    )


def body_of(stated: str | None, start: str) -> str:
    """What to send: stated, typed in an editor, or read from standard input. Raises BadInput where there is nothing."""
    if stated is not None:
        return stated + start
    text = click.edit(start) if sys.stdin.isatty() else sys.stdin.read() + start
    if not text or not text.strip() or text == start:
        raise BadInput(
            "the letter", "nothing was written", "write it in the editor, by --body or on standard input"
        )
    return text


def attached(paths: Sequence[Path]) -> tuple[Attached, ...]:
    """Files to go along. Raises BadInput."""
    found = []
    for path in paths:
        try:
            found.append(Attached(path.name, path.read_bytes()))
        except OSError as error:
            raise BadInput(str(path), error.strerror or "cannot be read", "the path of a file") from None
    return tuple(found)


def go(folder: Path, draft: Draft, account: str, via: str, as_original: bool, sure: bool) -> Letter:
    """Explain, ask, put on disk, try once. Raises BadInput, and click.Abort where the person says no."""
    outbox = Outbox(folder)
    try:
        route = route_named(outbox, via)
        original = address_of(folder, account)
        sender = original if as_original else route.address
        told = explained(sender, original, route)
        for line in told.lines:
            click.echo(line, err=True)
        if not sure and sys.stdin.isatty():
            click.confirm(f"Send to {', '.join((*draft.to, *draft.copies))}?", abort=True, err=True)
        elif told.believed is False and not sure:
            raise BadInput(
                "--as-original", "receivers are asked to refuse this letter", "leave it out, or say --yes"
            )
        complete = Draft(
            sender, draft.to, draft.subject, draft.body, draft.copies, original, draft.follows, draft.files
        )
        return try_once(outbox, queue(outbox, complete, account, via))
    finally:
        outbox.close()


def say(letter: Letter) -> int:
    """Tell how a letter stands, and end accordingly."""
    said = f" ({letter.said})" if letter.said and letter.state != "sent" else ""
    click.echo(f"Letter {letter.id}: {MEANING[letter.state]}{said}")
    if letter.state == "unknown":
        click.echo(
            f"Ask the receiver, then send it again if it is not there: lightship mail send --again {letter.id}",
            err=True,
        )
    if letter.state == "queued":
        click.echo("It is on disk: `lightship mail send --reconcile` tries again.", err=True)
    return {"sent": ExitCode.OK, "queued": ExitCode.UNREACHABLE}.get(letter.state, ExitCode.CHECK_FAILED)
