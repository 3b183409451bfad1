"""`lightship wan`: keep the line. One file a command."""

import click

from lightship.run.lazy import Entry, LazyGroup

_LOOK, _ACT = "Change nothing", "Act (as root)"

COMMANDS = {
    "watch": Entry(
        "lightship.run.commands.wan.watch:watch",
        _LOOK,
        "Probe the lines of this machine and say what would be done.",
    ),
    "advise": Entry(
        "lightship.run.commands.wan.advise:advise",
        _LOOK,
        "Print settings for a router that Lightship cannot run on.",
    ),
    "protect": Entry(
        "lightship.run.commands.wan.protect:protect",
        _ACT,
        "Switch to another line when the first fails, and back.",
    ),
    "test": Entry(
        "lightship.run.commands.wan.drill:test",
        _ACT,
        "Cut the first line for five seconds and report what it cost.",
    ),
}


@click.group("wan", cls=LazyGroup, table=COMMANDS)
def wan() -> None:
    """Keep the line: watch it, switch to another, exercise that.

    A line is one network device with a way to the internet: eth0 the fixed one, wwan0 the 4G modem.
    """
