"""The parts of a message: which are shown in place, and which are offered as files."""

from collections.abc import Iterator
from email.message import Message as Tree
from typing import Literal

import msgspec

from lightship.endure.reading.neutral import lines
from lightship.endure.reading.words import decode, words

Form = Literal["html", "text"]

DEEPEST, MOST = 40, 1000
"""Levels and parts that are looked at; deeper and more is no letter to a person."""
_NEVER_IN_NAMES = str.maketrans(dict.fromkeys('/\\:*?"<>|', "_"))


class Leaf(msgspec.Struct, frozen=True):
    """A part without parts.

    Args:
        number: from 0, in the order of the message.
        kind: type and subtype in small letters, as stated: it need not be true.
        shown_in: the forms of the body that it is a part of; none: it is offered as a file.
    """

    number: int
    kind: str
    name: str
    content: bytes
    charset: str
    content_id: str
    shown_in: tuple[Form, ...]

    def text(self) -> str:
        """The content as harmless text (of HTML: as its source)."""
        return lines(decode(self.content, self.charset))


def leaves(tree: Tree) -> tuple[Leaf, ...]:
    """Every leaf, in order."""
    found = enumerate(_walk(tree, ("html", "text"), 0))
    return tuple(_leaf(number, part, forms) for number, (part, forms) in found if number < MOST)


def _walk(part: Tree, forms: tuple[Form, ...], depth: int) -> Iterator[tuple[Tree, tuple[Form, ...]]]:
    children = part.get_payload()
    if part.get_content_maintype() != "multipart" or not isinstance(children, list) or depth >= DEEPEST:
        yield part, forms
        return
    kind = part.get_content_subtype()
    trees = [each for each in children if isinstance(each, Tree)]
    chosen = {form: _best(trees, form) for form in forms} if kind == "alternative" else None
    for number, child in enumerate(trees):
        if chosen is not None:
            shown = tuple(form for form in forms if chosen[form] == number)
        else:
            shown = forms if kind != "related" or number == 0 else ()
        yield from _walk(child, shown, depth + 1)


def _best(parts: list[Tree], form: Form) -> int:
    """Which of several forms of one thing to show: the last that holds the wanted form, else the last text."""
    wanted = f"text/{'html' if form == 'html' else 'plain'}"
    held = [_holds(each, wanted, 0) for each in parts]
    other = [_holds(each, "text/", 0) for each in parts]
    for marks in (held, other):
        if any(marks):
            return len(marks) - 1 - marks[::-1].index(True)
    return -1


def _holds(part: Tree, kind: str, depth: int) -> bool:
    children = part.get_payload()
    if part.is_multipart() and isinstance(children, list) and depth < DEEPEST:
        return any(_holds(each, kind, depth + 1) for each in children if isinstance(each, Tree))
    return part.get_content_type().startswith(kind)


def _leaf(number: int, part: Tree, forms: tuple[Form, ...]) -> Leaf:
    kind = part.get_content_type()
    disposition = str(part.get("content-disposition", "")).partition(";")[0].strip().lower()
    readable = kind in {"text/plain", "text/html"} and disposition != "attachment"
    return Leaf(
        number=number, kind=kind, name=_name(part, number), content=_content(part),
        charset=_charset(part), content_id=words(str(part.get("content-id", ""))).strip("<>"),
        shown_in=forms if readable else (),
    )  # fmt: skip


def _content(part: Tree) -> bytes:
    inner = part.get_payload()
    if isinstance(inner, list):
        return b"\n".join(_whole(each) for each in inner if isinstance(each, Tree))
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _whole(part: Tree) -> bytes:
    """A message within a message. One that cannot be written again is its text as far as there is one."""
    try:
        return part.as_bytes()
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return str(part.get_payload()).encode("utf-8", "replace")


def _charset(part: Tree) -> str:
    try:
        return part.get_content_charset("utf-8")
    except (ValueError, LookupError, AttributeError, TypeError):
        return "utf-8"


def _name(part: Tree, number: int) -> str:
    """A name that can be shown and saved: one line, no folder, no leading dot."""
    try:
        stated = part.get_filename("")
    except (ValueError, LookupError, AttributeError, TypeError):
        stated = ""
    safe = words(str(stated)).translate(_NEVER_IN_NAMES).strip(". ")[-120:]
    endings = {"text/plain": "txt", "text/html": "html", "message/rfc822": "eml", "application/pdf": "pdf"}
    return safe or f"part-{number + 1}.{endings.get(part.get_content_type(), 'bin')}"
