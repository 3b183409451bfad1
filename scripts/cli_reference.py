"""Writes docs/reference/cli.md from the commands themselves. `make fix` runs it; a test compares.

Usage: python scripts/cli_reference.py
"""

from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click

from lightship.run.cli import cli

PAGE = Path("docs/reference/cli.md")
_HEAD = """\
# The command line

<!-- Written by scripts/cli_reference.py (`make fix`) from the commands themselves: change those. -->

Results go to standard output, everything else to standard error. What the exit codes mean stands in
[exit codes](exit-codes.md). `--json`, where a command has it, prints one JSON document and nothing else.
"""


def page() -> str:
    """The whole page."""
    return _HEAD + "".join(_sections(cli, click.Context(cli, info_name="lightship")))


def _sections(command: click.Command, context: click.Context) -> Iterator[str]:
    if context.parent is not None:
        yield _section(command, context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None, f"{name} is listed"
            yield from _sections(inner, click.Context(inner, info_name=name, parent=context))


def _section(command: click.Command, context: click.Context) -> str:
    usage = command.get_usage(context).removeprefix("Usage: ")
    text = cleandoc(command.help or "").replace("\b\n", "")
    parts = [
        f"\n## {context.command_path}\n",
        text + "\n",
        f"```text\n{usage}\n```\n",
        _options(command, context),
    ]
    if command.epilog:
        parts.append(f"```text\n{cleandoc(command.epilog).replace(chr(8) + chr(10), '')}\n```\n")
    return "\n".join(part for part in parts if part)


def _options(command: click.Command, context: click.Context) -> str:
    records = filter(None, (each.get_help_record(context) for each in command.get_params(context)))
    rows = [
        f"| `{_cell(names)}` | {_cell(meaning)} |"
        for names, meaning in records
        if meaning and "--help" not in names
    ]
    return "\n".join(["| option | what it does |", "|---|---|", *rows, ""]) if rows else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    (Path(__file__).parents[1] / PAGE).write_text(page())
