"""The first time: where the mailbox is and what lets us in, asked once and tried before it is remembered."""

import sys

import click
import msgspec

from lightship.edges.mailboxes.copy.copy import Copy
from lightship.edges.mailboxes.imap.client import Client
from lightship.edges.mailboxes.imap.connecting import Method, Security, Server
from lightship.edges.mailboxes.imap.trouble import Dropped, ImapTrouble, Locked
from lightship.edges.mailboxes.secrets import from_command, into_keyring
from lightship.endure.keeping.providers import likely_host
from lightship.run.mail.accounts import Account, decoded
from lightship.vocabulary.errors import BadInput, LightshipError, Unreachable

_PORTS = {"tls": 993, "starttls": 143, "none": 143}
_HERE = ("127.", "::1", "localhost")


class Stated(msgspec.Struct, frozen=True):
    """What the command line says of an account; None or empty: it does not."""

    host: str | None = None
    port: int | None = None
    user: str | None = None
    security: Security = "tls"
    method: Method = "auto"
    authority: str = ""
    command: str = ""
    purge_days: int | None = None
    skip: tuple[str, ...] = ()


def introduce(copy: Copy, name: str, stated: Stated) -> None:
    """Make an account, or change how it is reached: log in, and remember it if that works.

    Raises:
        BadInput: something has to be asked and nobody is there to answer.
        Unreachable, LightshipError: the server is not there, or does not let us in.
    """
    host = stated.host or _asked("IMAP server", likely_host(name), name, "--host")
    server = Server(
        host, stated.port or _PORTS[stated.security], stated.user or name, stated.security, stated.method,
        stated.authority,
    )  # fmt: skip
    if server.security == "none" and not host.startswith(_HERE):
        raise BadInput("--security none", f"{host} is another machine", "use tls or starttls")
    account = Account(server, stated.command, stated.purge_days, stated.skip)
    if account.command and _known(copy, name) == account:
        return
    secret = from_command(account.command) if account.command else _password(name)
    _try(server, secret)
    if not account.command:
        into_keyring(name, secret)
    copy.account(name, msgspec.json.encode(account))


def _known(copy: Copy, name: str) -> Account | None:
    row = copy.db.execute("SELECT settings FROM account WHERE name = ?", (name,)).fetchone()
    return decoded(name, row[0]) if row else None


def _asked(what: str, proposed: str, name: str, option: str) -> str:
    if not sys.stdin.isatty():
        raise BadInput(name, f"not known yet, and nobody to ask for the {what}", f"state {option}")
    return str(click.prompt(what, default=proposed or None, err=True))


def _password(name: str) -> str:
    if not sys.stdin.isatty():
        raise BadInput(
            name, "nobody to ask for the password", "state --password-command, or run it in a terminal once"
        )
    return str(click.prompt(f"Password of {name}", hide_input=True, err=True))


def _try(server: Server, secret: str) -> None:
    try:
        with Client.at(server, secret):
            pass
    except Locked as locked:
        raise LightshipError(f"{server.place} does not let {server.user} in: {locked}") from locked
    except Dropped as dropped:
        raise Unreachable(f"{server.place}: {dropped}") from dropped
    except ImapTrouble as trouble:
        raise Unreachable(f"{server.place}: {trouble}") from trouble
