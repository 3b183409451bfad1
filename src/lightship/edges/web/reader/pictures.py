"""Pictures inside a message: only what begins as a plain picture does, whatever its header says, and never SVG."""

_BEGINNINGS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


def kind_of(data: bytes) -> str | None:
    """The type of a picture, by its own bytes; None: it is none that we show.

    >>> kind_of(b"GIF89a..."), kind_of(b"<svg onload=x>")
    ('image/gif', None)
    """
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for beginning, kind in _BEGINNINGS.items() if data.startswith(beginning)), None)


def is_picture(data: bytes) -> bool:
    """Whether it is one that we show."""
    return kind_of(data) is not None
