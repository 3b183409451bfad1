"""Where mail is restored to: a server, named by a URL."""

import sys
from urllib.parse import unquote, urlsplit

import click

from lightship.edges.mailboxes.imap.connecting import Security, Server
from lightship.edges.mailboxes.secrets import from_command, from_keyring
from lightship.vocabulary.errors import BadInput

_WANTED = "write imaps://USER@HOST[:PORT][/FOLDER], or imap:// for STARTTLS"
_HERE = ("localhost", "127.0.0.1", "::1")


def target(url: str, authority: str = "") -> tuple[Server, str]:
    """The server that a URL names, and the folder below which everything goes; empty: none.

    `imaps` is TLS; `imap` is STARTTLS, and in the clear to this machine alone.

    >>> target("imaps://me%40example.org@imap.example.org/Restored")[0].place
    'imap.example.org:993'

    Raises:
        BadInput: it is no such URL, or holds a password, which would stand in the history of the shell.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadInput(url, str(error), _WANTED) from error
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
        raise BadInput(url, "no address of a mailbox", _WANTED)
    if parts.password is not None:
        raise BadInput(
            parts.hostname,
            "a password in the address",
            "leave it out: it is asked for, or --password-command",
        )
    plain: Security = "none" if parts.hostname in _HERE else "starttls"
    security: Security = "tls" if parts.scheme == "imaps" else plain
    server = Server(
        parts.hostname, port or (993 if security == "tls" else 143), unquote(parts.username), security,
        authority=authority,
    )  # fmt: skip
    return server, unquote(parts.path.strip("/"))


def secret_of(server: Server, command: str) -> str:
    """Its password: by a command, from the keyring, or asked. Raises BadInput where nobody is there to ask."""
    if command:
        return from_command(command)
    found = from_keyring(server.user)
    if found is None and not sys.stdin.isatty():
        raise BadInput(server.place, "nobody to ask for the password", "state --password-command")
    return found or str(
        click.prompt(f"Password of {server.user} at {server.host}", hide_input=True, err=True)
    )
