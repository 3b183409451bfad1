"""`lightship import`: other programs' configurations, printed as ours, with what could not be taken over."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lightship.run.output import json_option, print_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from lightship.edges.importers.imported import Imported

FILE = click.Path(path_type=Path, dir_okay=False, exists=True)

_EXAMPLES = """\
Examples:
  lightship import gatus config.yaml > lightship.yaml
  lightship import uptime-kuma kuma.db > lightship.yaml
  lightship import blackbox blackbox.yml --prometheus prometheus.yml > lightship.yaml
  lightship import smokeping /etc/smokeping/config > lightship.yaml"""


@click.group("import", epilog=_EXAMPLES)
def importing() -> None:
    """Take over another program's checks: print them as lightship.yaml.

    What has no counterpart here is told on standard error, and as comments on top. Secrets are never copied.
    """


@importing.command()
@click.argument("file", type=FILE)
@json_option
def gatus(file: Path, as_json: bool) -> None:
    """Gatus: FILE is its config.yaml."""
    from lightship.edges.importers.gatus import read

    _print(_whole(lambda: read(_mapping(file)), file, "Gatus"), f"Gatus, {file.name}", as_json)


@importing.command("uptime-kuma")
@click.argument("file", type=FILE)
@json_option
def uptime_kuma(file: Path, as_json: bool) -> None:
    """Uptime Kuma: FILE is its kuma.db (SQLite); it is only read."""
    from lightship.edges.importers.kuma import read

    _print(_whole(lambda: read(file), file, "Uptime Kuma"), f"Uptime Kuma, {file.name}", as_json)


@importing.command()
@click.argument("file", type=FILE)
@click.option("--prometheus", type=FILE, help="Prometheus' configuration, where the targets stand.")
@json_option
def blackbox(file: Path, prometheus: Path | None, as_json: bool) -> None:
    """blackbox_exporter: FILE is its blackbox.yml."""
    from lightship.edges.importers.blackbox import read

    targets = _mapping(prometheus) if prometheus is not None else None
    found = _whole(lambda: read(_mapping(file), targets), file, "blackbox_exporter")
    _print(found, f"blackbox_exporter, {file.name}", as_json)


@importing.command()
@click.argument("file", type=FILE)
@json_option
def smokeping(file: Path, as_json: bool) -> None:
    """SmokePing: FILE is its configuration, or its file of targets alone."""
    from lightship.edges.importers.smokeping import read

    _print(_whole(lambda: read(file), file, "SmokePing"), f"SmokePing, {file.name}", as_json)


def _mapping(path: Path) -> dict[str, Any]:
    from lightship.edges.files.yaml_marks import read_yaml
    from lightship.vocabulary.errors import BadInput

    document = read_yaml(path)
    if not isinstance(document.plain, dict):
        raise BadInput(document.place(), "no keys in this file", "name the configuration itself")
    return document.plain


def _whole(read: "Callable[[], Imported]", file: Path, program: str) -> "Imported":
    """What was read. Where a part has another shape than the program's own documents say, a clear error."""
    from lightship.vocabulary.errors import BadInput

    try:
        return read()
    except (TypeError, AttributeError, KeyError, ValueError, IndexError) as error:
        said = f"{type(error).__name__}: {error}"
        raise BadInput(
            str(file), f"is not as {program} documents it ({said})", "check it with that program"
        ) from error


def _print(found: "Imported", source: str, as_json: bool) -> None:
    from lightship.edges.importers.imported import as_yaml

    if as_json:
        print_json({"checks": found.checks, "not_taken_over": found.left})
        return
    click.echo(as_yaml(found, source), nl=False)
    many = f"{len(found.checks)} check{'s' if len(found.checks) != 1 else ''} taken over"
    click.echo(f"{many}; {len(found.left)} things were not:" if found.left else f"{many}.", err=True)
    for each in found.left:
        click.echo(f"  {each}", err=True)
