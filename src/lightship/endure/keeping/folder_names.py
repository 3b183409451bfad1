"""Names of mail folders: as servers write them (modified UTF-7, RFC 3501 5.1.3), for people, and as directories."""

import base64
import binascii

LONGEST = 200
"""Bytes of a directory's name. File systems allow 255; what stands before and after wants room."""
_PLAIN = frozenset(range(0x20, 0x7F)) - {ord("&")}
_HOSTILE = frozenset('./\\:*?"<>|~')
"""Characters that mean something to some file system, shell or Maildir, and are therefore written out."""


def decoded(wire: bytes) -> str:
    """A folder's name for people. What is no modified UTF-7 is read as UTF-8, and bytes that are neither show as such.

    >>> decoded(b"Entw&APw-rfe"), decoded(b"A&-B")
    ('Entwürfe', 'A&B')
    """
    try:
        return "".join(_pieces(wire.decode("ascii")))
    except (UnicodeDecodeError, ValueError):
        return wire.decode("utf-8", "backslashreplace")


def _pieces(text: str) -> list[str]:
    head, *rest = text.split("&")
    found = [head]
    for piece in rest:
        shifted, dash, plain = piece.partition("-")
        if not dash:
            raise ValueError("a shift that does not end")
        found += [_unshifted(shifted) if shifted else "&", plain]
    return found


def _unshifted(shifted: str) -> str:
    padded = shifted.replace(",", "/") + "=" * (-len(shifted) % 4)
    try:
        return base64.b64decode(padded, validate=True).decode("utf-16-be")
    except binascii.Error as error:
        raise ValueError("a shift that is no base64") from error


def encoded(name: str) -> bytes:
    """A folder's name as IMAP4rev1 servers want it.

    >>> encoded("Entwürfe & Co")
    b'Entw&APw-rfe &- Co'
    """
    return _shift(name, _PLAIN, "&-")


def _shift(name: str, plain: frozenset[int], ampersand: str) -> bytes:
    found, waiting = [], ""
    for letter in name:
        if ord(letter) in plain or letter == "&":
            found += [_shifted(waiting), ampersand if letter == "&" else letter]
            waiting = ""
        else:
            waiting += letter
    return "".join([*found, _shifted(waiting)]).encode("ascii")


def _shifted(text: str) -> str:
    if not text:
        return ""
    data = base64.b64encode(text.encode("utf-16-be", "surrogatepass")).decode().rstrip("=")
    return f"&{data.replace('/', ',')}-"


def directory(parts: tuple[str, ...]) -> str:
    """The directory of a folder below its account, as Maildir++ names it: "" is the inbox, ".Archive.2016" another.

    Whatever a server calls its folders, the answer is one plain name: no slash, no further dot, nothing of a shell's.
    A name that is too long is cut and told apart by its hash. Different parts give different names.

    >>> directory(("INBOX",)), directory(("Archive", "2016")), directory(("..", "etc"))
    ('', '.Archive.2016', '.&AC4ALg-.etc')
    """
    if len(parts) == 1 and parts[0].upper() == "INBOX":
        return ""
    name = "".join("." + safe(part) for part in parts)
    if len(name) <= LONGEST:
        return name
    # Loaded only for a long name.
    import hashlib

    mark = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f"{name[: LONGEST - 17]}~{mark}"


def safe(part: str) -> str:
    """One part as a plain file name: ASCII, readable where it can be, never empty, "." or "..".

    >>> safe("me@example.org"), safe("a/b"), safe("")
    ('me@example&AC4-org', 'a&AC8-b', '&-')
    """
    plain = frozenset(code for code in _PLAIN if chr(code) not in _HOSTILE)
    return _shift(part, plain, "&-").decode() or "&-"


def account_directory(name: str) -> str:
    """The directory of an account: its name, as long as that is plain.

    >>> account_directory("me@example.org"), account_directory("../me")
    ('me@example.org', '&AC4ALgAv-me')
    """
    plain = frozenset(code for code in _PLAIN if chr(code) not in _HOSTILE or chr(code) == ".")
    made = safe(name) if name.startswith(".") else _shift(name, plain, "&-").decode()
    return made[:LONGEST] or "&-"
