"""`lightship agent status`."""

from pathlib import Path

import click

from lightship.run.agents.place import data_option, folder_of
from lightship.run.output import counted, json_option, print_json


@click.command()
@data_option
@json_option
def status(data: Path | None, as_json: bool) -> None:
    """Say what is measured here, and what waits for the hub."""
    from lightship.edges.agents.own.folder import SPOOL, Folder
    from lightship.edges.agents.own.spool_file import peek
    from lightship.run.agents.duties import work

    folder = Folder(folder_of(data))
    identity, own = folder.identity(), folder.own_file()
    orders = folder.orders(identity)
    todo, (waiting, dropped) = work(orders, own, folder.path), peek(folder.path / SPOOL)
    if as_json:
        print_json(
            {
                "agent": identity.agent, "hubs": [each.url for each in own.hubs], "serial": orders.serial,
                "targets": [each.check.address for each in todo.duties],
                "refused": {each.address: each.why for each in todo.refused}, "waiting": waiting, "dropped": dropped,
            }
        )  # fmt: skip
        return
    click.echo(f"Agent    {identity.agent}, of {', '.join(each.url for each in own.hubs)}")
    click.echo(f"Orders   {counted(len(todo.duties), 'target')}, serial {orders.serial}")
    for each in todo.refused:
        click.echo(f"         not measured: {each.why}")
    lost = f"; {counted(dropped, 'old result')} let go of for want of room" if dropped else ""
    click.echo(f"Waiting  {counted(waiting, 'result')}{lost}")
