"""Which message is meant by what a person typed."""

from lightship.edges.mailboxes.copy.kept import KeptMessage
from lightship.edges.mailboxes.copy.reader import Reader
from lightship.endure.reading.asking import asked
from lightship.vocabulary.errors import BadInput

SHORTEST = 6
"""Hexadecimal digits below which a word is not taken for the name of a message."""


def by_name(reader: Reader, typed: str) -> KeptMessage | None:
    """The message of that name; None: it is the name of none. Raises BadInput where it begins the names of several."""
    found = reader.find(typed) if len(typed.strip()) >= SHORTEST else ()
    if len(found) > 1:
        names = ", ".join(each.short for each in found[:5])
        raise BadInput(typed, f"begins the names of {len(found)} messages ({names})", "type more of it")
    return found[0] if found else None


def one_message(reader: Reader, typed: str) -> KeptMessage:
    """The message of that name. Raises BadInput where there is none, or more than one."""
    found = by_name(reader, typed)
    if found is None:
        raise BadInput(
            typed, "no message of that name", "`lightship mail search WORDS` shows names such as 3f2ac09d51e7"
        )
    return found


def searched(reader: Reader, typed: str, limit: int) -> tuple[KeptMessage, ...]:
    """Messages that hold every word typed, newest first. Raises BadInput where nothing to look for was typed."""
    query = asked(typed)
    if not query:
        raise BadInput(repr(typed), "nothing to look for", "type one word or more")
    return reader.search(query, limit)
