"""`lightship ready`: one page on whether all is ready for the day, and the plan on paper."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lightship.edges.clock import local_zone, now
from lightship.run.commands.keep.account import account_folder
from lightship.run.exit_codes import ExitCode
from lightship.run.mail.place import copy_folder, copy_option
from lightship.run.output import json_option, print_json
from lightship.vocabulary.errors import BadInput

if TYPE_CHECKING:
    from lightship.endure.plan.facts import Firm
    from lightship.endure.plan.plan import Reached
    from lightship.endure.plan.playbook import Playbooks
    from lightship.endure.ready.facts import Found

_EXAMPLES = """\
Examples:
  lightship ready                              what is missing, each with the command that mends it
  lightship ready --begin                      a file for the facts of your home or firm
  lightship ready --plan --html plan.html      the plan, to be printed on paper"""


@click.command(epilog=_EXAMPLES)
@click.option(
    "--facts", type=click.Path(dir_okay=False, path_type=Path), envvar="LIGHTSHIP_FACTS", metavar="FILE",
    help="Of your home or firm.  [default: $LIGHTSHIP_FACTS, else ~/.config/lightship/continuity.yaml]",
)  # fmt: skip
@click.option("--plan", "as_plan", is_flag=True, help="Print the continuity plan instead.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write a page for a browser or a printer.",
)
@click.option("--no-check", is_flag=True, help="Do not try what the work depends on.")
@click.option("--begin", is_flag=True, help="Write a file to fill in, where there is none.")
@click.option(
    "--account", type=click.Path(file_okay=False, path_type=Path), envvar="LIGHTSHIP_ACCOUNT", metavar="FOLDER",
    help="The account folder; see `lightship keep account`.",
)  # fmt: skip
@click.option(
    "--lines",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="What `lightship wan` has seen.",
)
@copy_option
@json_option
def ready(
    facts: Path | None, as_plan: bool, html: Path | None, no_check: bool, begin: bool, account: Path | None,
    lines: Path | None, copy: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Say on one page whether everything is ready for an outage.

    Is a second line proven, how old and complete is the copy of the mail, was a restore tried, are the papers in your
    hands, does what the work depends on answer over each line. What nobody has seen work counts as missing.
    Exit code 1: something is missing, old or not known.
    """
    from lightship.edges.files.continuity_file import playbooks
    from lightship.run.ready.gathering import gather

    place = facts or _usual_facts()
    if begin:
        return _begin(place)
    books = playbooks()
    found = gather(copy_folder(copy), account_folder(account), lines, now())
    firm = _firm(place, stated=facts is not None, books=books)
    reached = {} if no_check or firm is None else _reached(firm, books, found)
    if as_plan:
        return _show_plan(firm, books, reached, place, html, as_json)
    return _show_ready(found, firm, reached, tried=not no_check, place=place, html=html, as_json=as_json)


def _show_ready(
    found: "Found", firm: "Firm | None", reached: "dict[str, tuple[Reached, ...]]", *, tried: bool, place: Path,
    html: Path | None, as_json: bool,
) -> int:  # fmt: skip
    import msgspec

    from lightship.endure.plan.plan import gaps
    from lightship.endure.ready.answers import answers, is_ready
    from lightship.run.ready.showing import html as page_of
    from lightship.run.ready.showing import ready_text

    every = [(name, each) for name, tries in reached.items() for each in tries]
    silent = tuple(f"{name}: {each.address} over {each.line}" for name, each in every if not each.up)
    complete = msgspec.structs.replace(
        found, plan=str(place) if firm is not None else None, gaps=gaps(firm) if firm is not None else (),
        silent=silent, checked=len(every) if tried else None,
    )  # fmt: skip
    page = answers(complete, now())
    if html is not None:
        _write(
            html,
            page_of("ready.html", page=page, open=sum(each.state != "ready" for each in page), made=_made()),
        )
    if as_json:
        print_json({"ready": is_ready(page), "answers": page})
    else:
        for line in ready_text(page):
            click.echo(line)
    return ExitCode.OK if is_ready(page) else ExitCode.CHECK_FAILED


def _show_plan(
    firm: "Firm | None", books: "Playbooks", reached: "dict[str, tuple[Reached, ...]]", place: Path, html: Path | None,
    as_json: bool,
) -> int:  # fmt: skip
    from lightship.endure.plan.facts import Firm
    from lightship.endure.plan.plan import plan
    from lightship.run.ready.showing import html as page_of
    from lightship.run.ready.showing import plan_text

    if firm is None:
        click.echo(
            f"{place} is not there, so the plan knows nothing of you; `lightship ready --begin` writes it.",
            err=True,
        )
    known = firm or Firm()
    made = plan(known, books, _emergency(known.nation), reached)
    if html is not None:
        _write(html, page_of("plan.html", plan=made, made=_made()))
    elif as_json:
        print_json(made)
    else:
        for line in plan_text(made, _made()):
            click.echo(line)
    return ExitCode.OK if not made.gaps else ExitCode.CHECK_FAILED


def _emergency(nation: str) -> Sequence[str]:
    """The fixed wording of a nation, as it stands on the public pages."""
    from lightship.tell.emergency import ELSEWHERE, TEXTS

    return (TEXTS.get(f"nation:{nation}", ELSEWHERE),)


def _reached(firm: "Firm", books: "Playbooks", found: "Found") -> "dict[str, tuple[Reached, ...]]":
    from lightship.run.ready.reaching import reach

    lines = firm.lines or tuple(each.name for each in found.uplinks or ())
    return reach(firm, books.applications, lines)


def _firm(place: Path, *, stated: bool, books: "Playbooks") -> "Firm | None":
    from lightship.edges.files.continuity_file import read_firm

    return read_firm(place, books) if stated or place.exists() else None


def _begin(place: Path) -> int:
    from lightship.edges.files.continuity_file import BEGUN

    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("x", encoding="utf-8") as file:
            file.write(BEGUN)
    except FileExistsError:
        raise BadInput(str(place), "is there already", "edit it") from None
    click.echo(f"{place}: fill it in, then `lightship ready`")
    return ExitCode.OK


def _usual_facts() -> Path:
    config = os.environ.get("XDG_CONFIG_HOME", "")
    return (
        (Path(config) if config.startswith("/") else Path.home() / ".config")
        / "lightship"
        / "continuity.yaml"
    )


def _made() -> str:
    from lightship.tell.times import clock, date

    at, zone = now(), local_zone()
    return f"{clock(at, zone)} on {date(at, zone)}"


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    click.echo(f"written to {path}", err=True)
