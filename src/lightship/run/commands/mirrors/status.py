"""`lightship mirrors status`: how the copies stand."""

from pathlib import Path

import click

from lightship.run.hub_file import hub_option, store_of
from lightship.run.output import json_option


@click.command(epilog="Example: lightship mirrors status --hub lightship.yaml")
@hub_option
@json_option
@click.pass_context
def status(context: click.Context, hub: Path, as_json: bool) -> None:
    """Show how each copy stands, and the key that readers check with.

    It is what the hub wrote down last. Exit code 1: a copy is not good.
    """
    import msgspec

    from lightship.edges.clock import now
    from lightship.edges.mirrors.pushing import Standing
    from lightship.edges.mirrors.signing import Signer
    from lightship.run.mirroring import key_of, standing_of
    from lightship.run.output import print_json
    from lightship.vocabulary.errors import BadInput
    from lightship.vocabulary.time import SECOND, iso

    store = store_of(hub)
    if not standing_of(store).is_file():
        raise BadInput(
            str(standing_of(store)), "no such file", "name mirrors in the configuration and start the hub"
        )
    found = msgspec.json.decode(standing_of(store).read_bytes(), type=list[Standing])
    key = Signer(key_of(store)).public if key_of(store).is_file() else ""
    if as_json:
        print_json({"key": key, "mirrors": found})
    else:
        for each in found:
            seen = (
                f"release {each.release} seen there {(now() - each.seen_at) // SECOND} s ago ({iso(each.seen_at)})"
                if each.seen_at
                else "never seen whole"
            )
            click.echo(f"{each.name} ({each.kind}): {each.state}; {seen}")
            if each.trouble:
                click.echo(f"  {each.trouble}")
        click.echo(f"key: {key}")
    context.exit(0 if all(each.state == "good" for each in found) else 1)
