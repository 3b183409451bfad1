"""The accounts of a copy: how each is reached, and what lets us in."""

import msgspec

from lightship.edges.mailboxes.imap.client import Client
from lightship.edges.mailboxes.imap.connecting import Server
from lightship.edges.mailboxes.secrets import from_command, from_keyring
from lightship.vocabulary.errors import BadInput, LightshipError


class Account(msgspec.Struct, frozen=True):
    """How a mailbox is reached. It is kept in the catalogue, as JSON; what lets us in is not part of it.

    Args:
        command: prints the password or token; empty: the keyring has it.
        purge_days: messages that are gone at the provider for longer are deleted here too; None: never.
        skip: folders that are not kept, by their names.
    """

    server: Server
    command: str = ""
    purge_days: int | None = None
    skip: tuple[str, ...] = ()


def decoded(name: str, settings: bytes) -> Account:
    """From the catalogue. Raises BadInput."""
    try:
        return msgspec.json.decode(settings, type=Account)
    except msgspec.MsgspecError as error:
        raise BadInput(
            f"the settings of {name}", str(error), "state them anew with `lightship mail keep`"
        ) from error


def secret(name: str, account: Account) -> str:
    """The password or token of an account.

    Raises:
        Unreachable: its command failed; LightshipError: the keyring does not have it.
    """
    found = from_command(account.command) if account.command else from_keyring(name)
    if found is None:
        raise LightshipError(
            f"{name}: the keyring has no password; `lightship mail keep {name} --ask` asks again"
        )
    return found


def connected(name: str, account: Account) -> Client:
    """Logged in. The secret is asked for each time: a token may have been renewed meanwhile. Raises what it takes."""
    return Client.at(account.server, secret(name, account))
