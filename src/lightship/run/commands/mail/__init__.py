"""`lightship mail`: a copy of your mail that is there when the provider is not. One file a subcommand."""

import click

from lightship.run.lazy import Entry, LazyGroup

_KEEP, _USE = "Keep a copy", "Use it while the provider is down"

# One line per subcommand: a file here, a line here and a run of `make fix`.
COMMANDS = {
    "keep": Entry(
        "lightship.run.commands.mail.keep:keep",
        _KEEP,
        "Keep a copy of your mail on this machine; the first time it asks for what it needs.",
    ),
    "status": Entry(
        "lightship.run.commands.mail.status:status",
        _KEEP,
        "Say what is kept, how old and how complete it is.",
    ),
    "verify": Entry(
        "lightship.run.commands.mail.verify:verify",
        _KEEP,
        "Read kept messages again and compare them with their hashes: a thirtieth each day, so all within a month.",
    ),
    "restore": Entry(
        "lightship.run.commands.mail.restore:restore",
        _KEEP,
        "Put kept mail onto another server, with folders, flags and dates, and compare what is there then.",
    ),
    "export": Entry(
        "lightship.run.commands.mail.export:export",
        _KEEP,
        "Write kept mail into a folder that is empty or new, as other programs read it.",
    ),
    "open": Entry(
        "lightship.run.commands.mail.open:open_command",
        _USE,
        "Read and search the copy, provider up or down.",
    ),
    "search": Entry(
        "lightship.run.commands.mail.search:search",
        _USE,
        "Find messages of the copy that hold all of these words.",
    ),
    "calendars": Entry(
        "lightship.run.commands.mail.calendars:calendars",
        _KEEP,
        "Keep a copy of calendars and contacts, as .ics and .vcf files.",
    ),
    "reply": Entry(
        "lightship.run.commands.mail.reply:reply",
        _USE,
        "Answer a message of the copy by a second way, while the provider is down.",
    ),
    "send": Entry(
        "lightship.run.commands.mail.send:send",
        _USE,
        "Send a letter by a second way, while the provider is down.",
    ),
    "route": Entry(
        "lightship.run.commands.mail.route:route",
        _USE,
        "Set up a second way to send mail, or list those that there are.",
    ),
}

_EXAMPLES = """\
Examples:
  lightship mail keep me@example.org           asks once, then keeps a copy
  lightship mail open invoice from:ann         read and search it, provider up or down
  lightship mail status                        how old and how complete it is"""


@click.group(cls=LazyGroup, table=COMMANDS, epilog=_EXAMPLES)
def mail() -> None:
    """Keep a copy of your mail, and use it while the provider is down.

    The copy is a folder of plain Maildir that any mail program opens; $LIGHTSHIP_MAIL or --copy says where.
    """
