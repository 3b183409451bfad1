"""Text in markup."""

from xml.sax.saxutils import escape as _escape


def escape(text: str) -> str:
    """Text as it may stand in an element or a quoted attribute. Control characters, which XML forbids, are dropped."""
    kept = "".join(c for c in text if c in "\t\n" or ord(c) >= 32)
    return _escape(kept, {'"': "&quot;"})
