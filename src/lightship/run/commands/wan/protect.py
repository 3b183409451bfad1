"""`lightship wan protect`: over to the other line when the first fails, and back."""

import asyncio
import signal
from typing import Any

import click

from lightship.endure.wan.report import Place
from lightship.run.commands.wan.options import Asked, Bytes, asked, line_options
from lightship.run.exit_codes import ExitCode
from lightship.run.wan.hands import Wanted


@click.command()
@line_options
@click.option("--cap", type=Bytes(), metavar="BYTES",
              help="Of each metered line in a billing month (5GB): a warning at 75 %, only mail, names, calls and "
                   "--allow at 95 %, nothing at 100 %.")  # fmt: skip
@click.option("--month-begins", type=click.IntRange(1, 28), default=1, show_default=True, metavar="DAY",
              help="First day of the billing month.")  # fmt: skip
@click.option("--allow", "also", multiple=True, metavar="ADDRESS",
              help="Always let through by a nearly used-up line (the card terminal's bank); repeatable.")  # fmt: skip
@click.option("--report", metavar="URL|FILE", help="Tell each switch there: HTTP POST, or a line in a file.")
@click.option("--service", default="broadband", show_default=True, help="What the first line is, in reports.")
@click.option("--area", metavar="CODE", help="Its telephone area code, in reports.")
@click.option("--provider", help="Whose line it is, in reports.")
@click.option("--no-resolver", is_flag=True, help="Never change this machine's resolver.")
@click.option("--resolver-command", metavar="PROGRAM",
              help="Run with the resolver's address instead of changing /etc/resolv.conf.")  # fmt: skip
@click.option(
    "--check", "only_check", is_flag=True, help="Make the checks, say what they found, change nothing."
)
@click.option(
    "--install",
    is_flag=True,
    help="Write a hardened systemd unit with these options, and say how to start it.",
)
@click.option(
    "--restore", is_flag=True, help="Take away what a killed one left: routes, rules, filters, resolver."
)
@click.option(
    "--stay", is_flag=True, help="Tell the one that runs to stay on the line it uses, until --back."
)
@click.option(
    "--back", is_flag=True, help="Tell the one that runs to go back to the first line now, if it answers."
)
@click.option(
    "--for", "seconds", type=click.FloatRange(min=0.1), metavar="SECONDS", help="End after so long."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object a line, an event each, instead of text."
)
@click.pass_context
def protect(context: click.Context, /, seconds: float | None, as_json: bool, **found: Any) -> None:
    """Switch to another line when the first fails, and back.

    DEVICEs in the order in which they are liked: `lightship wan protect eth0 wwan0 --cap 5GB`. Needs root. Refuses to
    start where it would cut the machine off, and names the checks that failed.

    Nobody else's routes are changed: two rules and a routing table of its own say where traffic goes, and they are
    empty while the first line is well. At its end, and when it is killed, all of that is taken away again.
    """
    lines = asked(found)
    acts = {name: found.pop(name) for name in ("only_check", "install", "restore", "stay", "back")}
    wanted = _wanted(found)
    if acts["restore"]:
        _restore(lines)
    elif acts["stay"] or acts["back"]:
        _tell(lines, signal.SIGUSR1 if acts["stay"] else signal.SIGUSR2)
    elif acts["install"]:
        _install(lines, wanted)
    elif acts["only_check"]:
        context.exit(_check(lines, wanted))
    else:
        from lightship.run.wan.protecting import protecting

        asyncio.run(protecting(lines, wanted, seconds, as_json))


def _wanted(found: dict[str, Any]) -> Wanted:
    place = Place(found["service"], found["area"], found["provider"])
    return Wanted(found["cap"], found["month_begins"], found["also"], found["report"], place,
                  not found["no_resolver"], found["resolver_command"])  # fmt: skip


def _restore(lines: Asked) -> None:
    from lightship.edges.links import guard
    from lightship.edges.links.history import state_folder
    from lightship.run.wan.protecting import must_be_alone, must_be_root

    folder = lines.data or state_folder()
    must_be_root()
    must_be_alone(folder)
    asyncio.run(guard.restore(folder))
    click.echo("Routes, rules, filters and resolver are as if Lightship had never been.")


def _tell(lines: Asked, which: signal.Signals) -> None:
    from lightship.edges.links.history import state_folder
    from lightship.edges.links.instance import tell

    tell(lines.data or state_folder(), which)
    click.echo(
        "Told: it stays where it is."
        if which == signal.SIGUSR1
        else "Told: back to the first line, if it answers."
    )


def _install(lines: Asked, wanted: Wanted) -> None:
    from lightship.run.wan.unit import install

    path = install(lines, wanted)
    click.echo(f"Wrote {path}. Now: systemctl daemon-reload && systemctl enable --now {path.stem}")


def _check(lines: Asked, wanted: Wanted) -> int:
    from lightship.run.wan.protecting import checked

    found = asyncio.run(checked(lines, wanted))
    for each in found:
        click.echo(f"{each.name}: {each.wrong or 'ok'}")
    return ExitCode.CHECK_FAILED if any(each.wrong for each in found) else ExitCode.OK
