"""What servers do to us. None of these leaves `edges.mailboxes` and its wiring: people are told one line.

ImapTrouble
├── Dropped     the connection could not be made, was cut, or the server fell silent
├── Nonsense    an answer that is no IMAP, or larger than anything sensible; the connection is of no use any more
└── Refused     the server understood and said NO or BAD
    └── Locked  it does not let this user in
"""


class ImapTrouble(Exception):
    """The text is for people."""


class Dropped(ImapTrouble):
    """The connection could not be made, was cut, or the server fell silent."""


class Nonsense(ImapTrouble):
    """An answer that is no IMAP."""


class Refused(ImapTrouble):
    """The server said NO or BAD.

    Args:
        code: the response code without its brackets, in upper case ("OVERQUOTA"); empty: none was given.
    """

    def __init__(self, text: str, code: str = "") -> None:
        self.code = code
        super().__init__(text)


class Locked(Refused):
    """The server does not let this user in."""
