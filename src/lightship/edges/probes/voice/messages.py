"""SIP messages: written, and read from whatever comes.  RFC 3261 (7)."""

import re

import msgspec

LARGEST = 65_535
_COMPACT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
    "c": "content-type",
}
_ADDRESS = re.compile(r"<([^>]+)>")


class Message(msgspec.Struct, frozen=True):
    """A request or a response.

    Args:
        status: of a response; 0: it is a request. method: of a request; empty: it is a response.
        headers: names in small letters, in order; several of one name stand one by one.
    """

    status: int
    reason: str
    method: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for each, value in self.headers if each == name]

    def get(self, name: str) -> str:
        """The first value; empty: none."""
        return next(iter(self.all(name)), "")

    @property
    def branch(self) -> str:
        """Which transaction it belongs to."""
        return parameter(self.get("via"), "branch")


def read(data: bytes) -> Message:
    """Raises ValueError: this is no SIP."""
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = re.sub(r"\r\n[ \t]+", " ", head.decode("utf-8", "replace")).split("\r\n")
    if any(each < " " and each != "\t" for line in (first, *lines) for each in line):
        raise ValueError("a control character in a header")
    headers = tuple(_header(line) for line in lines)
    if first.startswith("SIP/2.0 "):
        code, _, reason = first[8:].partition(" ")
        if not re.fullmatch(r"[1-6]\d\d", code):
            raise ValueError(f"no status: {first[:60]}")
        return Message(int(code), reason, "", headers, body)
    method, _, rest = first.partition(" ")
    if not rest.endswith(" SIP/2.0"):
        raise ValueError(f"no SIP: {first[:60]}")
    return Message(0, "", method, headers, body)


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon:
        raise ValueError(f"no header: {line[:60]}")
    name = name.strip().lower()
    return _COMPACT.get(name, name), value.strip()


def length(head: bytes) -> int:
    """How many octets follow a head, over a stream. Raises ValueError."""
    found = re.search(rb"(?im)^(?:content-length|l)[ \t]*:[ \t]*(\d{1,6})[ \t]*\r?$", head)
    if found is None or int(found[1]) > LARGEST:
        raise ValueError("no length that can be")
    return int(found[1])


def write(first: str, headers: list[tuple[str, str]], body: bytes = b"") -> bytes:
    """What goes over the line. A line break within a value would begin another header: it is an error of ours."""
    assert not any(c in value for _, value in headers for c in "\r\n"), "a line break in a header"
    lines = [first, *(f"{name}: {value}" for name, value in headers), f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def parameter(value: str, name: str) -> str:
    """`;name=...` of a header's value, outside its <address>; empty: none."""
    found = re.search(rf";\s*{name}\s*=\s*([^;,\s]+)", _ADDRESS.sub("<>", value), re.IGNORECASE)
    return found[1] if found else ""


def address(value: str) -> str:
    """The URI of a From, To, Contact or Route."""
    found = _ADDRESS.search(value)
    return found[1] if found else value.partition(";")[0].strip()
