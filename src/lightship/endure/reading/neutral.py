"""Strangers' text made harmless: no control sequence reaches a terminal, no hidden sign turns what people read."""

import re

_PICTURES = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}
"""A control character is shown as its picture (Unicode, Control Pictures): ESC as one sign that does nothing."""
_C1 = dict.fromkeys(range(0x80, 0xA0), 0xFFFD)
"""8-bit controls: 0x9B alone begins a sequence in many terminals."""
_LONE = dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)
"""Halves of surrogate pairs, which cannot be encoded."""
_TURNS: dict[int, int | None] = dict.fromkeys(
    [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
"""Signs that turn the direction of text ("Trojan Source", CVE-2021-42574): invoice-fdp.exe reads invoice-exe.pdf."""
_UNSEEN: dict[int, int | None] = dict.fromkeys(
    [0x200B, 0x2060, 0xFEFF, *range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080)]
)
_ALL: dict[int, int | None] = {**_PICTURES, **_C1, **_LONE, **_TURNS, **_UNSEEN}
_LINES = {**_ALL, 0x0A: 0x0A, 0x09: 0x09}
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")


def lines(text: str) -> str:
    r"""Text of several lines that may be shown anywhere. Breaks of every kind become a newline.

    >>> lines("a\r\nb\x1b[2Jc")
    'a\nb␛[2Jc'
    """
    return _BREAKS.sub("\n", text).translate(_LINES)


def one_line(text: str, longest: int = 1000) -> str:
    r"""The same on one line, as a header has to be, cut with a sign where it is longer.

    >>> one_line("Invoice\r\nBcc: all@example.org")
    'Invoice Bcc: all@example.org'
    """
    flat = _SPACES.sub(" ", _BREAKS.sub(" ", text)).translate(_ALL).strip()
    return flat if len(flat) <= longest else f"{flat[: longest - 1]}…"
