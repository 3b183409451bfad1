"""Where to listen: `127.0.0.1:8080`, `[::1]:8080`."""

from lightship.vocabulary.errors import BadInput


def host_and_port(text: str, place: str) -> tuple[str, int]:
    """Read an address to listen on; no host means this machine alone, port 0 takes a free one. Raises BadInput.

    >>> host_and_port("[::1]:8080", "--listen")
    ('::1', 8080)
    >>> host_and_port(":0", "--listen")
    ('127.0.0.1', 0)
    """
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdigit() or not 0 <= int(port) <= 65535:
        raise BadInput(place, repr(text), "write HOST:PORT, such as 127.0.0.1:8080")
    return host.strip("[]") or "127.0.0.1", int(port)
