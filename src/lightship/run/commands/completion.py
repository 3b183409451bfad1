"""`lightship completion SHELL`: what a shell needs to complete our commands and options."""

import click
from click.shell_completion import get_completion_class

_VARIABLE = "_LIGHTSHIP_COMPLETE"


@click.command(epilog='Example: eval "$(lightship completion bash)" in ~/.bashrc')
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    Put its output where your shell reads it, or evaluate it when the shell starts.
    """
    kind = get_completion_class(shell)
    assert kind is not None, "click completes every shell of the choice"
    root = context.find_root()
    click.echo(kind(root.command, {}, root.info_name or "lightship", _VARIABLE).source())
