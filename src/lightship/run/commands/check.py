"""`lightship check`: measure once, now, and show each stage."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from lightship.run.exit_codes import ExitCode
from lightship.run.output import json_option, print_json

if TYPE_CHECKING:
    from lightship.edges.probes.probe import Check, Secret
    from lightship.run.waterfall import Measurement

_FAMILIES: Mapping[str, tuple[Literal[4, 6], ...]] = {"4": (4,), "6": (6,), "both": (4, 6)}

_EXAMPLES = """\
Examples:
  lightship check https://example.org
  lightship check "dns://9.9.9.9/example.org?type=AAAA&dnssec=resolver"
  lightship check submission://probe@mail.example.org --secret env:PROBE_PASSWORD
  lightship check "sip://probe@voice.example.org?call=echo" --secret env:PROBE_PASSWORD
  lightship check https://example.org --expect "status is 200" --expect "certificate expires in more than 14 days"
  lightship check web://probe@webmail.example.org/login --secret env:PROBE_PASSWORD --steps steps.yaml
  lightship check exec://disk -- /usr/lib/nagios/plugins/check_disk -w 10% -p /"""


@click.command(epilog=_EXAMPLES)
@click.argument("address")
@click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="[-- COMMAND...]")
@click.option(
    "--timeout", default=8.0, show_default=True, metavar="SECONDS", help="For one measurement in all."
)
@click.option("--family", type=click.Choice(list(_FAMILIES)), default="both", show_default=True,
              help="IPv4, IPv6, or each of them that the name has.")  # fmt: skip
@click.option("--secret", "references", multiple=True, metavar="REFERENCE",
              help="The password of the user in the address: env:NAME, file:PATH, keyring:NAME or command:WORDS. "
                   "A probe that wants several is told which: shared=env:NAME.")  # fmt: skip
@click.option("--expect", "sentences", multiple=True, metavar="CONDITION",
              help='What has to hold, in words; repeatable: --expect "answers within 800 ms".')  # fmt: skip
@click.option("--steps", "script", type=click.Path(path_type=Path), metavar="FILE",
              help="Steps to follow, as YAML: a list, or a mapping with the key `steps`.")  # fmt: skip
@json_option
@click.pass_context
def check(
    context: click.Context, address: str, command: tuple[str, ...], timeout: float, family: str,
    references: tuple[str, ...], sentences: tuple[str, ...], script: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Measure once, now, and show each stage.

    Every address that the name has, of both families, is measured. Exit code 1: one of them is down.
    """
    from lightship.edges.probes.address import check as read
    from lightship.edges.probes.expecting.reading import conditions
    from lightship.run.waterfall import lines

    steps = _steps(address, script) if script is not None else ()
    said = conditions(sentences, "--expect")
    made = read(
        address, timeout=timeout, command=command, steps=steps, conditions=said, **_secrets(references)
    )
    found = asyncio.run(_measured(made, _FAMILIES[family]))
    if as_json:
        print_json([_without_body(each) for each in found])
    else:
        for line in lines(made, found):
            click.echo(line)
    context.exit(ExitCode.OK if all(each.up for each in found) else ExitCode.CHECK_FAILED)


def _without_body(each: "Measurement") -> "Measurement":
    """A page is not what anybody asks this for."""
    from msgspec.structs import replace

    texts = {name: said for name, said in each.result.texts.items() if name != "body"}
    return replace(each, result=replace(each.result, texts=texts))


def _secrets(references: tuple[str, ...]) -> dict[str, Any]:
    """What stands behind them: `secret`, and those that have names as `secrets`."""
    from lightship.edges.probes.secrets import secret

    found: dict[str, Secret] = {}
    for each in references:
        named = re.fullmatch(r"([a-z]+)=(.+)", each)
        name, reference = named.groups() if named else ("", each)
        found[name] = secret(reference, f"--secret {name}".strip())
    plain = {"secret": found.pop("")} if "" in found else {}
    return plain | {"secrets": found}


def _steps(address: str, path: Path) -> tuple[Any, ...]:
    from lightship.edges.files.yaml_marks import read_yaml
    from lightship.edges.probes.scripts import steps
    from lightship.vocabulary.errors import BadInput

    document = read_yaml(path)
    inside = isinstance(document.plain, dict)
    found = document.plain.get("steps") if isinstance(document.plain, dict) else document.plain
    if not isinstance(found, list) or not found:
        raise BadInput(document.place(), "no steps in this file", "write a list of steps")
    above = ("steps",) if inside else ()
    return steps(address.partition("://")[0], found, lambda n: document.place((*above, n)))


async def _measured(check: "Check", families: tuple[Literal[4, 6], ...]) -> "list[Measurement]":
    """At each address that the name has; where it has none, the one failure that says so."""
    from msgspec.structs import replace

    from lightship.edges.probes.address import probe_for
    from lightship.edges.probes.everywhere import each_address, goes_by_ip, measured
    from lightship.run.waterfall import Measurement

    probe = probe_for(check.scheme)
    if not goes_by_ip(probe):
        return [Measurement(check.address, "", await measured(probe, check))]
    ways = [(n, replace(check, family=n)) for n in families]
    results = await asyncio.gather(*(each_address(probe, each) for _, each in ways))
    found = [
        Measurement(check.address, f"IPv{n}", result, peer)
        for (n, _), those in zip(ways, results, strict=True)
        for peer, result in those
    ]
    have = [each for each in found if (each.result.stage, each.result.failure) != ("name", "name-not-found")]
    return have or found[:1]
