"""`lightship mail route`: a second way out, set up and tried before it is needed."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship.run.mail.place import copy_folder, copy_option
from lightship.run.output import json_option, print_json
from lightship.vocabulary.errors import BadInput

if TYPE_CHECKING:
    from lightship.edges.mailboxes.sending.route import Route

_EXAMPLES = """\
Examples:
  lightship mail route backup --host smtp.other.example --address me@other.example
  lightship mail route                         which ways there are"""


@click.command(epilog=_EXAMPLES)
@click.argument("name", required=False)
@click.option("--host", metavar="NAME", help="The SMTP submission server of another provider.")
@click.option("--port", type=click.IntRange(1, 65535), help="Its port.  [default: 587, or 465 with tls]")
@click.option("--address", metavar="ADDRESS", help="That it may send for.")
@click.option(
    "--user", metavar="NAME", help="To log in with; `none`: it asks for nobody.  [default: the address]"
)
@click.option(
    "--security", type=click.Choice(["starttls", "tls", "none"]), default="starttls", show_default=True,
    help="How the connection is protected; none only to this machine.",
)  # fmt: skip
@click.option("--method", type=click.Choice(["password", "xoauth2"]), default="password", show_default=True,
              help="xoauth2 wants a token from --password-command.")  # fmt: skip
@click.option("--password-command", "command", metavar="COMMAND", default="",
              help="Prints the password or token, each time.  [default: asked once, kept in the keyring]")  # fmt: skip
@click.option("--ca", metavar="FILE", default="", help="Certificates to trust besides the system's.")
@click.option("--ask", is_flag=True, help="Ask for the password again.")
@copy_option
@json_option
def route(
    name: str | None, host: str | None, port: int | None, address: str | None, user: str | None, security: str,
    method: str, command: str, ca: str, ask: bool, copy: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Set up a second way to send mail, or list those that there are.

    Take another company's server than that of your mail: the same fault would take both. No password is written to a
    file: the keyring or a command has it.
    """
    import msgspec

    from lightship.edges.mailboxes.sending.outbox import Outbox
    from lightship.edges.mailboxes.sending.route import Route

    outbox = Outbox(copy_folder(copy))
    try:
        if name is not None and (host or address or not ask):
            if not host or not address:
                raise BadInput(f"the way out {name!r}", "no --host or no --address", "state both")
            if security == "none" and not host.startswith(("127.", "::1", "localhost")):
                raise BadInput("--security none", f"{host} is another machine", "use tls or starttls")
            login = "" if user == "none" else user or address
            stated = {"security": security, "method": method, "command": command, "authority": ca}
            made = Route(host, port or (465 if security == "tls" else 587), address, login, **stated)  # type: ignore[arg-type]
            _remember(name, made)
            outbox.put_route(name, made)
        elif name is not None:
            _remember(name, outbox.routes()[name])
        known = outbox.routes()
    finally:
        outbox.close()
    if as_json:
        print_json(msgspec.to_builtins(known))
        return
    for each, way in known.items():
        click.echo(f"{each}: {way.address} by {way.place} ({way.security})")
    if not known:
        click.echo(
            "No second way to send mail yet: lightship mail route backup --host ... --address ...", err=True
        )


def _remember(name: str, way: "Route") -> None:
    from lightship.edges.mailboxes.secrets import into_keyring

    if not way.user or way.command:
        return
    if not sys.stdin.isatty():
        raise BadInput(
            name, "nobody to ask for the password", "state --password-command, or run it in a terminal once"
        )
    into_keyring(
        f"route {name}",
        str(click.prompt(f"Password of {way.user} at {way.place}", hide_input=True, err=True)),
    )
