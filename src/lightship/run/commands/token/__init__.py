"""`lightship token`: who may talk to a hub's interface. One file a subcommand."""

import click

from lightship.run.lazy import Entry, LazyGroup

_TOKENS = "Tokens of a hub"

COMMANDS = {
    "add": Entry("lightship.run.commands.token.add:add", _TOKENS, "Make a token and show it, once."),
    "list": Entry(
        "lightship.run.commands.token.listing:list_tokens",
        _TOKENS,
        "List tokens: what each may, and when it was used.",
    ),
    "revoke": Entry(
        "lightship.run.commands.token.revoke:revoke", _TOKENS, "Make a token good for nothing, at once."
    ),
}

_EXAMPLES = """\
Examples:
  lightship token add call-centre --may report
  lightship token add prometheus --may push --may read --for 365d
  lightship token list
  lightship token revoke call-centre

The hub need not be stopped for any of this. What a token may be used for: docs/reference/api.md."""


@click.group(cls=LazyGroup, table=COMMANDS, epilog=_EXAMPLES)
def token() -> None:
    """Make, list and revoke tokens for a hub's interface."""
