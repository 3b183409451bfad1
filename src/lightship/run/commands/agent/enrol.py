"""`lightship agent enrol`."""

from pathlib import Path

import click

from lightship.run.agents.place import data_option, folder_of


@click.command()
@click.argument("hub")
@click.argument("invitation")
@click.option(
    "--authority", default="", metavar="FILE", help="Certificates to trust besides the system's, in PEM form."
)
@click.option("--contact", default="", help="Whom to ask about this agent's probes; they carry it.")
@data_option
def enrol(hub: str, invitation: str, authority: str, contact: str, data: Path | None) -> None:
    """Enrol this machine with a hub, once.

    HUB is its address, https://hub.example.org; INVITATION is what `lightship agents invite` printed there. It is good
    once, for a day. The invitation names the hub's key: from now on this agent takes orders signed by it alone.
    """
    from lightship.edges.agents.own.folder import OWN_FILE, Folder
    from lightship.run.agents.enrolling import enrol_at

    folder = Folder(folder_of(data))
    identity = enrol_at(folder, hub, invitation, str(Path(authority).resolve()) if authority else "", contact)
    click.echo(f"Enrolled as {identity.agent!r}. Its things are in {folder.path}.", err=True)
    click.echo(
        f"What it may do is said in {folder.path / OWN_FILE}: read it, then `lightship agent run`.", err=True
    )
