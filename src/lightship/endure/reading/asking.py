"""What people type into a search box, as a query of SQLite's FTS5 that always can be understood."""

import re

_WORD = re.compile(r"(?:(?P<field>from|to|people|subject|body):)?(?P<words>[^\s:]+(?:\*)?)", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_]+")
_COLUMNS = {"from": "people", "to": "people", "people": "people", "subject": "subject", "body": "body"}
MOST = 30
"""Words looked for; more narrow nothing down."""


def asked(typed: str) -> str:
    """The query for messages that hold every word typed. Empty: nothing to look for was typed.

    A word may name where it stands (`from:`, `to:`, `subject:`, `body:`), and may end with `*` for any ending.
    Everything else, quotes and operators too, is taken as words: a search never fails for what is in it.

    >>> asked('Invoice subject:"line down" from:ann@x.org 2026*')
    '"Invoice" subject : "line" "down" people : "ann" people : "x" people : "org" "2026"*'
    """
    terms: list[str] = []
    for found in _WORD.finditer(typed):
        column = _COLUMNS.get((found["field"] or "").lower())
        tokens = _TOKEN.findall(found["words"])
        for number, token in enumerate(tokens):
            ending = "*" if found["words"].endswith("*") and number == len(tokens) - 1 else ""
            terms.append((f"{column} : " if column else "") + f'"{token}"{ending}')
    return " ".join(terms[:MOST])
