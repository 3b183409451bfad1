"""`lightship agents`: the vantages elsewhere of a hub. One file a subcommand."""

import click

from lightship.run.lazy import Entry, LazyGroup

_AGENTS = "Agents of a hub"

COMMANDS = {
    "invite": Entry(
        "lightship.run.commands.agents.invite:invite", _AGENTS, "Invite an agent: print what it enrols with."
    ),
    "list": Entry(
        "lightship.run.commands.agents.listing:list_agents", _AGENTS, "List agents: heard when, how sound."
    ),
    "remove": Entry(
        "lightship.run.commands.agents.remove:remove", _AGENTS, "Let an agent go: it counts no more."
    ),
}

_EXAMPLES = """\
Examples:
  lightship agents invite home-lte --network "AS64500 Example Mobile" --region London
  lightship agents list
  lightship agents remove home-lte

The hub need not be stopped for any of this; it looks once a minute."""


@click.group(cls=LazyGroup, table=COMMANDS, epilog=_EXAMPLES)
def agents() -> None:
    """Invite, list and let go of a hub's agents."""
