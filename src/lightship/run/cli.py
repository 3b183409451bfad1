"""The command line: a table of commands, and what a command's end means."""

import errno
import os
import sys
from collections.abc import Sequence

import click

from lightship import __version__
from lightship.run.exit_codes import ExitCode
from lightship.run.lazy import Entry, LazyGroup
from lightship.vocabulary.errors import LightshipError

_LOOK, _WATCH, _TELL, _ENDURE, _DESCRIBE, _KEEP = (
    "See an outage", "Watch your own services", "Tell people", "Go on meanwhile", "Describe networks and outages",
    "Look after Lightship",
)  # fmt: skip

# One line per command. A new command is a file in run/commands/, a line here and a run of `make fix`.
COMMANDS = {
    "replay": Entry(
        "lightship.run.commands.replay:replay", _LOOK, "Replay an outage and print the answer sheet."
    ),
    "check": Entry("lightship.run.commands.check:check", _WATCH, "Measure once, now, and show each stage."),
    "explain": Entry(
        "lightship.run.commands.explain:explain", _LOOK, "Explain the cause of an incident, for operators."
    ),
    "watch": Entry(
        "lightship.run.commands.watch:watch", _WATCH, "Watch services from here, without configuration."
    ),
    "serve": Entry(
        "lightship.run.commands.serve:serve", _WATCH, "Watch and publish as a configuration file says."
    ),
    "reports": Entry(
        "lightship.run.commands.reports:reports", _WATCH, "Hand in customers' reports, many at once."
    ),
    "feeds": Entry(
        "lightship.run.commands.feeds:feeds",
        _WATCH,
        "Say of each feed when it was heard, and what is wrong with it.",
    ),
    "reload": Entry(
        "lightship.run.commands.reload:reload",
        _WATCH,
        "Check the configuration, and have the running hub take it over.",
    ),
    "import": Entry(
        "lightship.run.commands.import_:importing",
        _WATCH,
        "Take over another program's checks: print them as lightship.yaml.",
    ),
    "mail": Entry(
        "lightship.run.commands.mail:mail",
        _ENDURE,
        "Keep a copy of your mail, and use it while the provider is down.",
    ),
    "ready": Entry(
        "lightship.run.commands.ready:ready",
        _ENDURE,
        "Say on one page whether everything is ready for an outage.",
    ),
    "keep": Entry(
        "lightship.run.commands.keep:keep",
        _ENDURE,
        "Hold what you need when the provider's pages are down.",
    ),
    "wan": Entry(
        "lightship.run.commands.wan:wan",
        _ENDURE,
        "Keep the line: watch it, switch to another, exercise that.",
    ),
    "scenario": Entry(
        "lightship.run.commands.scenario:scenario", _DESCRIBE, "List, check and show scenarios of outages."
    ),
    "map": Entry("lightship.run.commands.map:map_group", _DESCRIBE, "Check, show and make maps of networks."),
    "bench": Entry(
        "lightship.run.commands.bench:bench",
        _KEEP,
        "Measure what Lightship is held to, with a verdict per bar.",
    ),
    "reach": Entry(
        "lightship.run.commands.reach:reach", _TELL, "Show who could not be told if something failed."
    ),
    "mirrors": Entry(
        "lightship.run.commands.mirrors:mirrors", _TELL, "Look after the copies of the page elsewhere."
    ),
    "outbox": Entry(
        "lightship.run.commands.outbox:outbox",
        _TELL,
        "Show how many letters wait, went, failed or are in doubt.",
    ),
    "subscribers": Entry(
        "lightship.run.commands.subscribers:subscribers",
        _TELL,
        "Export or erase what is kept of a subscriber.",
    ),
    "promise": Entry(
        "lightship.run.commands.promise:promise",
        _KEEP,
        "Print promised against seen false alarms, with an interval, and what the thresholds rest on.",
    ),
    "operators": Entry(
        "lightship.run.commands.operators:operators",
        _KEEP,
        "Invite operators to a hub's console, list them, end their access.",
    ),
    "agent": Entry("lightship.run.commands.agent:agent", _WATCH, "Measure for a hub from another network."),
    "agents": Entry(
        "lightship.run.commands.agents:agents", _WATCH, "Invite, list and let go of a hub's agents."
    ),
    "token": Entry(
        "lightship.run.commands.token:token", _KEEP, "Make, list and revoke tokens for a hub's interface."
    ),
    "completion": Entry(
        "lightship.run.commands.completion:completion", _KEEP, "Print the completion script of a shell."
    ),
}

_EXAMPLES = """\
Examples:
  lightship replay bt-2016-07-20 --serve       watch a day of 2016 in the browser (simulated)
  lightship replay bt-2016-07-20 --json        the answer sheet, for machines
  lightship watch https://example.org          watch a service of your own
  lightship map check my-network.yaml          is my map sound?

Exit codes: 0 done, 1 a check failed, 2 usage, 3 bad input, 4 store refused, 5 unreachable, 130 interrupted."""


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    epilog=_EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Lightship notices, locates, explains and publishes communications outages.

    Results go to standard output, everything else to standard error.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with an exit code that means something."""
    try:
        code = run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would complain again when it flushes at its own end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = ExitCode.PIPE_CLOSED
    sys.exit(code)


def run(arguments: Sequence[str] | None = None, group: click.Group = cli) -> int:
    """Run one command of the group and say how it ended.

    Trouble that a person can mend is one line on standard error, never a traceback.
    """
    stdout = sys.stdout
    try:
        ended = group.main(arguments, prog_name="lightship", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE
    except (click.Abort, KeyboardInterrupt):
        return _complain("interrupted", ExitCode.INTERRUPTED)
    except LightshipError as error:
        return _complain(str(error), error.exit_code)
    except SystemExit:
        # Where whoever read our output has gone, click puts a silent stdout in place and ends with 1, which means
        # something else here.
        if sys.stdout is not stdout:
            return ExitCode.PIPE_CLOSED
        raise
    except OSError as error:
        if error.errno == errno.ENOSPC:
            return _complain(f"{error.filename or 'output'}: {error.strerror}", ExitCode.STORE_REFUSED)
        if error.filename is None:
            raise
        return _complain(f"{error.filename}: {error.strerror}", ExitCode.BAD_INPUT)
    return ended if isinstance(ended, int) else ExitCode.OK


def _complain(text: str, code: int) -> int:
    click.echo(f"lightship: {text}", err=True)
    return code
