"""`lightship mirrors verify`: is this copy ours, and whole?"""

import click

from lightship.run.output import json_option


@click.command(epilog="Example: lightship mirrors verify https://copy.example/ --key MCowBQ...")
@click.argument("url")
@click.option(
    "--key", default="", help="Whose signature it has to be, as `lightship mirrors status` prints it."
)
@json_option
@click.pass_context
def verify(context: click.Context, url: str, key: str, as_json: bool) -> None:
    """Look at every file of a copy, as a reader would, and compare with its signed manifest.

    Without --key damage is noticed, and no forger. Exit code 1: something is wrong.
    """
    from lightship.edges.mirrors.reading_back import over_http, whole
    from lightship.run.output import counted, print_json

    found = list(whole(over_http(url), key))
    wrong = [(path, said) for path, said in found if said]
    if as_json:
        print_json({"url": url, "files": len(found), "wrong": dict(wrong)})
    else:
        for path, said in wrong[:20]:
            click.echo(f"{path}: {said}")
        whose = "signed with that key" if key else "signed, by whoever holds the key it names"
        click.echo(
            f"{counted(len(found), 'file')}: " + (f"{len(wrong)} wrong" if wrong else f"whole, and {whose}")
        )
    context.exit(1 if wrong else 0)
