"""A whole restore: which account and folders, to which server."""

from collections.abc import Sequence
from pathlib import Path

from lightship.edges.mailboxes.copy.kept import KeptAccount
from lightship.edges.mailboxes.copy.reader import Reader
from lightship.edges.mailboxes.imap.client import Client
from lightship.edges.mailboxes.imap.trouble import ImapTrouble, Locked
from lightship.run.mail.fetching import Line
from lightship.run.mail.restoring import FolderRestored, Restoring
from lightship.run.mail.target import secret_of, target
from lightship.run.progress import Progress
from lightship.vocabulary.errors import BadInput, Unreachable


def restored(
    folder: Path,
    url: str,
    name: str | None,
    names: Sequence[str],
    command: str,
    authority: str,
    *,
    gone: bool,
) -> list[FolderRestored]:
    """Restore one account's folders.

    Raises:
        BadInput: no such account or folder, or no such address. Unreachable: the server, or on the way.
    """
    server, prefix = target(url, authority)
    reader = Reader(folder)
    try:
        account = one_account(reader, name)
        chosen = [each for each in reader.folders(account.id) if not names or each.name in names]
        if unknown := set(names) - {each.name for each in chosen}:
            raise BadInput(min(unknown), f"no folder of that name in {account.name}")
        secret = secret_of(server, command)
        line = Line(lambda: Client.at(server, secret))
        with line.client, Progress("messages restored") as progress:
            restoring = Restoring(reader, line, progress, prefix)
            return [restoring.folder(each, gone=gone) for each in chosen if each.messages]
    except Locked as locked:
        raise Unreachable(f"{server.place} does not let {server.user} in: {locked}") from locked
    except ImapTrouble as trouble:
        raise Unreachable(f"{server.place}: {trouble}; running it again goes on") from trouble
    finally:
        reader.close()


def one_account(reader: Reader, name: str | None) -> KeptAccount:
    """The account of a name, or the only one. Raises BadInput."""
    known = {each.name: each for each in reader.accounts()}
    if name is None and len(known) == 1:
        return next(iter(known.values()))
    if name not in known:
        found = "no account is named" if name is None else f"no account {name!r}"
        raise BadInput("--account", found, f"one of {', '.join(known) or 'none yet'}")
    return known[name]
