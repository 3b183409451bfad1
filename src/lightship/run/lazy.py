"""Commands that are loaded when they are called, so that `lightship --help` stays quick."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple

import click


class Entry(NamedTuple):
    """A line in the table of commands.

    Args:
        target: where the command is, "package.module:attribute".
        purpose: the heading that it stands under in the help.
        summary: the first sentence of its own help; a test holds the two equal.
    """

    target: str
    purpose: str
    summary: str


class LazyGroup(click.Group):
    """A group whose commands stand in a table and are imported one at a time, when needed."""

    def __init__(self, *args: object, table: Mapping[str, Entry], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # click's own arguments, passed on untouched
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands of the table whose file is there, in the order of the table."""
        return [name for name, entry in self.table.items() if find_spec(_module(entry)) is not None]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command; None if there is none of that name."""
        entry = self.table.get(cmd_name)
        if entry is None or find_spec(_module(entry)) is None:
            return None
        command = getattr(import_module(_module(entry)), entry.target.partition(":")[2])
        assert isinstance(command, click.Command), f"{entry.target} is not a command"
        command.epilog = _as_written(command.epilog)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands under their purposes, without loading any."""
        for purpose, names in _by_purpose(self.table, self.list_commands(ctx)).items():
            with formatter.section(purpose):
                formatter.write_dl([(name, self.table[name].summary) for name in names])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples as they are written: a command line is not a paragraph."""
        formatter.write(f"\n{self.epilog}\n" if self.epilog else "")


def _as_written(epilog: str | None) -> str | None:
    """Examples in the shape they were written in: click leaves alone what a backspace stands before."""
    if not epilog or "\b" in epilog:
        return epilog
    return "\n\n".join(f"\b\n{part}" for part in epilog.strip("\n").split("\n\n"))


def _module(entry: Entry) -> str:
    return entry.target.partition(":")[0]


def _by_purpose(table: Mapping[str, Entry], names: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(table[name].purpose, []).append(name)
    return found
