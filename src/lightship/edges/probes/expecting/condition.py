"""A condition: something that was seen, how it is to stand to some values."""

from typing import Literal

import msgspec

Kind = Literal[
    "status",
    "body",
    "address",
    "answer",
    "tls",
    "detail",
    "header",
    "json",
    "figure",
    "time",
    "stage",
    "certificate",
]

Relation = Literal[
    "is", "is not", "one of", "between", "at least", "at most", "more than", "less than", "contains",
    "does not contain", "starts with", "ends with", "matches", "does not match", "exists", "missing",
]  # fmt: skip

Unit = Literal["", "percent", "seconds"]


class Value(msgspec.Struct, frozen=True):
    """What something is held against.

    Args:
        text: as written, without its quotes. number: in its unit, durations in seconds; None: it is no number.
        quoted: it is meant as text even if it looks like a number.
    """

    text: str
    number: float | None = None
    unit: Unit = ""
    quoted: bool = False


class Condition(msgspec.Struct, frozen=True):
    """One sentence.

    Args:
        text: as written; it is repeated where it does not hold.
        name: of the header, the stage or the figure; the path into the JSON document; empty for the others.
        length: not the thing itself but how many characters, members or entries it has.
    """

    text: str
    kind: Kind
    relation: Relation
    values: tuple[Value, ...] = ()
    name: str = ""
    length: bool = False
