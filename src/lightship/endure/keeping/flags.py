"""Flags of a message: IMAP's words (RFC 9051 2.3.2) and the letters that Maildir puts into file names."""

from collections.abc import Iterable

_LETTERS = {"\\draft": "D", "\\flagged": "F", "\\answered": "R", "\\seen": "S", "\\deleted": "T"}
_WORDS = {"D": "\\Draft", "F": "\\Flagged", "R": "\\Answered", "S": "\\Seen", "T": "\\Deleted"}
_SERVERS_OWN = "\\recent"


def kept(flags: Iterable[str]) -> str:
    """The flags of a message as the catalogue keeps them: sorted, once each, without what is the server's own.

    >>> kept(["\\\\Seen", "$Forwarded", "\\\\Recent", "\\\\seen"])
    '$Forwarded \\\\Seen'
    """
    once = {each.lower(): _WORDS.get(_LETTERS.get(each.lower(), ""), each) for each in flags}
    once.pop(_SERVERS_OWN, None)
    return " ".join(sorted(once.values()))


def letters(flags: str) -> str:
    """What Maildir knows of them, in the order it asks for.

    >>> letters("$Forwarded \\\\Answered \\\\Seen")
    'RS'
    """
    return "".join(sorted(_LETTERS[each.lower()] for each in flags.split() if each.lower() in _LETTERS))


def words(letters: str) -> str:
    """The flags that letters of a file name stand for.

    >>> words("RS")
    '\\\\Answered \\\\Seen'
    """
    return kept(_WORDS[each] for each in letters if each in _WORDS)
