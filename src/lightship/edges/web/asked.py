"""The plainest of requests, read straight from its octets: a GET of a path, with nothing that wants a thought."""

import re
from typing import NamedTuple

_LINE = re.compile(rb"GET (/[A-Za-z0-9._~/-]*) HTTP/1\.1")
_HEADER = re.compile(rb"([A-Za-z0-9-]+):[ \t]*([\x20-\x7e\t]*?)[ \t]*")
_ENDS = b"\r\n\r\n"
_WANT_A_THOUGHT = frozenset(
    (
        b"content-length",
        b"transfer-encoding",
        b"upgrade",
        b"expect",
        b"connection",
        b"range",
        b"http2-settings",
        b"te",
    )
)
MOST_HEADERS = 64


class PlainGet(NamedTuple):
    """What it asks for. `accepts`, `matches`: the headers accept-encoding and if-none-match; empty: none."""

    path: str
    accepts: bytes
    matches: bytes


def plain_get(request: bytes) -> PlainGet | None:
    """The request; None: it is another, is not whole, or is more than one.

    >>> plain_get(b"GET /a/01904/ HTTP/1.1\\r\\nHost: x\\r\\nAccept-Encoding: gzip\\r\\n\\r\\n")
    PlainGet(path='/a/01904/', accepts=b'gzip', matches=b'')
    >>> plain_get(b"GET /find?code=1 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
    """
    if request.find(_ENDS) != len(request) - len(_ENDS):
        return None
    first, *lines = request[: -len(_ENDS)].split(b"\r\n")
    line = _LINE.fullmatch(first)
    if line is None or len(lines) > MOST_HEADERS:
        return None
    told = {b"accept-encoding": b"", b"if-none-match": b"", b"host": b""}
    for each in lines:
        header = _HEADER.fullmatch(each)
        if header is None:
            return None
        name = header[1].lower()
        if name in _WANT_A_THOUGHT and not (name == b"connection" and header[2].lower() == b"keep-alive"):
            return None
        if name in told:
            told[name] = header[2]
    return PlainGet(line[1].decode("ascii"), told[b"accept-encoding"], told[b"if-none-match"])
