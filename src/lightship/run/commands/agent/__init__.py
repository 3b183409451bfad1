"""`lightship agent`: a vantage elsewhere that measures for a hub. One file a subcommand."""

import click

from lightship.run.lazy import Entry, LazyGroup

_AGENT = "A vantage elsewhere"

COMMANDS = {
    "enrol": Entry(
        "lightship.run.commands.agent.enrol:enrol", _AGENT, "Enrol this machine with a hub, once."
    ),
    "run": Entry(
        "lightship.run.commands.agent.running:run", _AGENT, "Measure for the hub until interrupted."
    ),
    "status": Entry(
        "lightship.run.commands.agent.status:status",
        _AGENT,
        "Say what is measured here, and what waits for the hub.",
    ),
}

_EXAMPLES = """\
Examples:
  lightship agent enrol https://hub.example.org lsi_home_0f3c...
  lightship agent run
  lightship agent status

It only dials out: nothing here listens. What it may do is said in its own file, agent.yaml."""


@click.group(cls=LazyGroup, table=COMMANDS, epilog=_EXAMPLES)
def agent() -> None:
    """Measure for a hub from another network."""
