"""`lightship check`: measure once, now, and show each stage."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import click

from lightship.run.exit_codes import ExitCode
from lightship.run.output import json_option, print_json

if TYPE_CHECKING:
    from lightship.edges.probes.probe import Check
    from lightship.run.waterfall import Measurement

_FAMILIES: Mapping[str, tuple[Literal[4, 6], ...]] = {"4": (4,), "6": (6,), "both": (4, 6)}

_EXAMPLES = """\
Examples:
  lightship check https://example.org
  lightship check "dns://9.9.9.9/example.org?type=AAAA&dnssec=resolver"
  lightship check submission://probe@mail.example.org --secret env:PROBE_PASSWORD"""


@click.command(epilog=_EXAMPLES)
@click.argument("address")
@click.option(
    "--timeout", default=8.0, show_default=True, metavar="SECONDS", help="For one measurement in all."
)
@click.option("--family", type=click.Choice(list(_FAMILIES)), default="both", show_default=True,
              help="IPv4, IPv6, or each of them that the name has.")  # fmt: skip
@click.option("--secret", "reference", default="", metavar="REFERENCE",
              help="The password of the user in the address: env:NAME, file:PATH or command:WORDS.")  # fmt: skip
@json_option
@click.pass_context
def check(
    context: click.Context, address: str, timeout: float, family: str, reference: str, as_json: bool
) -> None:
    """Measure once, now, and show each stage.

    A name that has addresses of both families is measured over each. Exit code 1: one of them is down.
    """
    from lightship.edges.probes.address import check as read
    from lightship.edges.probes.probe import Secret
    from lightship.edges.probes.secrets import secret
    from lightship.run.waterfall import lines

    with_what = secret(reference, "--secret") if reference else Secret()
    made = read(address, timeout=timeout, secret=with_what)
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


async def _measured(check: "Check", families: tuple[Literal[4, 6], ...]) -> "list[Measurement]":
    """Over each family that the name has; where it has none, the one failure that says so."""
    from msgspec.structs import replace

    from lightship.edges.probes.address import probe_for
    from lightship.run.waterfall import Measurement

    probe = probe_for(check.scheme)
    results = await asyncio.gather(*(probe.measure(replace(check, family=family)) for family in families))
    found = [Measurement(check.address, f"IPv{n}", each) for n, each in zip(families, results, strict=True)]
    have = [each for each in found if (each.result.stage, each.result.failure) != ("name", "name-not-found")]
    return have or found[:1]
