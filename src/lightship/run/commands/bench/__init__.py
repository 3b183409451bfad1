"""`lightship bench`: what Lightship is held to, measured here and now. One file a suite."""

import importlib
from collections.abc import Iterator

import click

from lightship.run.benches import SUITES
from lightship.run.benches.measured import Measured
from lightship.run.lazy import Entry, LazyGroup
from lightship.run.output import json_option
from lightship.run.progress import Progress

_SUITES = "Suites"

# One line per suite that has a command of its own. A new one is a file here, a line here and one in `benches.SUITES`.
COMMANDS = {
    "detect": Entry(
        "lightship.run.commands.bench.detect:detect",
        _SUITES,
        "Measure detection against peers, on simulated truth.",
    ),
    "nab": Entry(
        "lightship.run.commands.bench.nab:nab",
        _SUITES,
        "Score the shipped count detector on ten real series of counts.",
    ),
    "wan": Entry(
        "lightship.run.commands.bench.wan:wan",
        _SUITES,
        "Measure failover on simulated lines and, as root, on real ones.",
    ),
    "speed": Entry(
        "lightship.run.commands.bench.speed:speed",
        _SUITES,
        "Measure the speed bars on this machine; all of them, or the named ones.",
    ),
    "tell": Entry(
        "lightship.run.commands.bench.tell:tell",
        _SUITES,
        "Measure the outbox and its channels, and break them on purpose.",
    ),
    "probes": Entry(
        "lightship.run.commands.bench.probes:probes",
        _SUITES,
        "Measure probing beside blackbox_exporter, fping and check_email_delivery.",
    ),
    "mail": Entry(
        "lightship.run.commands.bench.mail:mail",
        _SUITES,
        "Measure the keeping of mail beside mbsync and offlineimap3.",
    ),
    "agents": Entry(
        "lightship.run.commands.bench.agents:agents", _SUITES, "Cut an agent off, and count what arrives."
    ),
    "explain": Entry(
        "lightship.run.commands.bench.explain:explain",
        _SUITES,
        "Judge the localiser on simulated faults whose truth is known.",
    ),
}


@click.group(cls=LazyGroup, table=COMMANDS, invoke_without_command=True)
@json_option
@click.pass_context
def bench(context: click.Context, as_json: bool) -> None:
    """Measure what Lightship is held to, with a verdict per bar.

    Without a suite: all of them in their short form. Exit code 1: a bar was broken.
    """
    if context.invoked_subcommand is not None:
        return
    from lightship.run.benches.showing import lines_of, show

    found = []
    with Progress("bars") as progress:
        for each in _short_forms():
            found.append(each)
            progress.advance()
    context.exit(show(lines_of(found), as_json))


def _short_forms() -> Iterator[tuple[str, Measured]]:
    for suite, where in SUITES.items():
        module, _, function = where.partition(":")
        for name, each in getattr(importlib.import_module(module), function)():
            yield f"{suite}: {name}", each
