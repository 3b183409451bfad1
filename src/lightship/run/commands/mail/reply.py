"""`lightship mail reply`: answer a message of the copy by a second way."""

from pathlib import Path

import click

from lightship.run.mail.place import copy_folder, copy_option

_EXAMPLES = """\
Examples:
  lightship mail reply 3f2ac09d51e7 --via backup
  echo 'We are here.' | lightship mail reply 3f2ac09d51e7 --all"""


@click.command(epilog=_EXAMPLES)
@click.argument("name", metavar="ID")
@click.option("--all", "everyone", is_flag=True, help="Everybody who got the message gets a copy.")
@click.option("--body", help="The text.  [default: an editor opens, or standard input is read]")
@click.option(
    "--attach", multiple=True, type=click.Path(path_type=Path), metavar="FILE", help="A file to go along."
)
@click.option(
    "--via", default="backup", show_default=True, metavar="NAME", help="The way out; see `mail route`."
)
@click.option("--account", metavar="ADDRESS", help="Who answers.  [default: the account the message is in]")
@click.option("--as-original", is_flag=True, help="Put the account itself in the From line; may be refused.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@copy_option
def reply(
    name: str, everyone: bool, body: str | None, attach: tuple[Path, ...], via: str, account: str | None,
    as_original: bool, yes: bool, copy: Path | None,
) -> int:  # fmt: skip
    """Answer a message of the copy by a second way, while the provider is down.

    ID is what `lightship mail search` shows first. The answer belongs to its conversation in every mail program; what
    comes back goes to your own address.
    """
    from lightship.run.mail.answering import draft_of
    from lightship.run.mail.writing import go, say

    folder = copy_folder(copy)
    whose, draft = draft_of(folder, name, everyone, account, body, attach)
    return say(go(folder, draft, whose, via, as_original, yes))
