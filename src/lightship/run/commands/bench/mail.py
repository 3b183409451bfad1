"""`lightship bench mail`: the keeping of mail beside other programs."""

from pathlib import Path

import click

from lightship.run.output import json_option


@click.command(epilog="Example: lightship bench mail --messages 20000 --runs 3 --folder /var/tmp")
@click.option(
    "--messages", type=click.IntRange(min=100), default=20_000, show_default=True, help="In the mailbox."
)
@click.option(
    "--runs", type=click.IntRange(min=1), default=3, show_default=True, help="Of each program, in turn."
)
@click.option("--no-offlineimap", is_flag=True, help="Leave out offlineimap3, which takes minutes.")
@click.option(
    "--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="FOLDER",
    help="On the disk to measure.  [default: that of temporary files]",
)  # fmt: skip
@json_option
@click.pass_context
def mail(
    context: click.Context, messages: int, runs: int, no_offlineimap: bool, folder: Path | None, as_json: bool
) -> None:
    """Measure the keeping of mail beside mbsync and offlineimap3.

    A real Dovecot on this machine serves made-up mail (simulated, and labelled so). It wants Debian's dovecot-imapd; a
    peer that is not here (isync, offlineimap3) is said not to be. Exit code 1: a bar was broken.
    """
    from lightship.run.benches.mail.bars import bars
    from lightship.run.benches.showing import bar_of, figure_of, lines_of, show

    found = []
    for name, each in bars(messages, runs, slow_peer=not no_offlineimap, above=folder):
        found.append((name, each))
        click.echo(f"{name}: {figure_of(each)} ({bar_of(each)}: {each.verdict})", err=True)
    context.exit(show(lines_of(found), as_json, "Keeping mail; made-up messages (simulated)"))
