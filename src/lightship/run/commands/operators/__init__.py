"""`lightship operators`: who may use a hub's console. One file a subcommand."""

import click

from lightship.run.lazy import Entry, LazyGroup

_PEOPLE = "Operators of a hub"

COMMANDS = {
    "invite": Entry(
        "lightship.run.commands.operators.invite:invite",
        _PEOPLE,
        "Let somebody in, once, by a word shown once.",
    ),
    "list": Entry("lightship.run.commands.operators.listing:list_operators", _PEOPLE, "List who may get in."),
    "end": Entry("lightship.run.commands.operators.end:end", _PEOPLE, "End somebody's access, at once."),
}

_EXAMPLES = """\
Examples:
  lightship operators invite ada --role admin
  lightship operators invite noc-phone --role editor --hub /etc/lightship/lightship.yaml
  lightship operators list
  lightship operators end ada

Whoever is invited opens /console/join on the hub's page and sets a password and a code of their own. The hub need not
be stopped for any of this."""


@click.group(cls=LazyGroup, table=COMMANDS, epilog=_EXAMPLES)
def operators() -> None:
    """Invite operators to a hub's console, list them, end their access."""
