"""What every command shares when it prints: the option `--json`, and what is printed then."""

import click
import msgspec

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document for machines instead of text."
)
"""Gives a command the option `--json`, as its argument `as_json: bool`."""


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 warning", "2,000 components"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def print_json(value: object) -> None:
    """One JSON document and a newline on standard output, in UTF-8 whatever the terminal says.

    Keys keep the order of the struct or mapping they come from, so equal values print equal bytes.
    """
    click.echo(msgspec.json.encode(value))
