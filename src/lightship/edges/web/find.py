"""Looking an area up by what people type: a code, a whole number, a town; from the published list of codes alone."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence

import msgspec

AT_MOST = 8
LONGEST = 64
"""Characters looked at of what was typed."""


class Entry(msgspec.Struct, frozen=True):
    """One code of `codes.json`. `page`: address of its page below the root."""

    code: str
    name: str
    page: str


class _Codes(msgspec.Struct, frozen=True):
    codes: tuple[Entry, ...]


class Found(msgspec.Struct, frozen=True):
    """What a look-up gave.

    Args:
        page: address of the one page that was meant; None: none, or more than one.
        near: what may have been meant, the likeliest first.
    """

    page: str | None
    near: tuple[Entry, ...] = ()


class Finder:
    """Looks up in a published list of codes."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)
        self._by_code = {each.code: each for each in self._entries}
        self._by_name: dict[str, list[Entry]] = {}
        for each in self._entries:
            for name in _names(each.name):
                self._by_name.setdefault(name, []).append(each)

    @classmethod
    def of(cls, document: bytes) -> "Finder":
        """From the bytes of `codes.json`."""
        return cls(msgspec.json.decode(document, type=_Codes).codes)

    def of_page(self, page: str) -> Entry | None:
        """The entry whose page that is; a local prefix shares its area's and gives that."""
        return self._by_code.get(page.rstrip("/").rpartition("/")[2])

    def find(self, typed: str) -> Found:
        """The page that is meant, or what comes near."""
        words = typed[:LONGEST].strip()
        digits = number_in(words)
        if digits:
            return self._by_number(digits)
        name = plain(words)
        return self._by_town(name) if name else Found(None)

    def _by_number(self, digits: str) -> Found:
        """The longest code that the number begins with; for too short a number, the codes that begin with it."""
        for number in (digits, f"0{digits}"):
            for length in range(len(number), 1, -1):
                entry = self._by_code.get(number[:length])
                if entry is not None:
                    return Found(entry.page)
        starts = [each for each in self._entries if each.code.startswith((digits, f"0{digits}"))]
        return Found(None, tuple(starts[:AT_MOST] or self._alike(digits)))

    def _alike(self, digits: str) -> Sequence[Entry]:
        """Codes that differ by a slip of the finger."""
        near = difflib.get_close_matches(digits[:5], list(self._by_code), AT_MOST, 0.7)
        return [self._by_code[each] for each in near]

    def _by_town(self, name: str) -> Found:
        exact = _once(self._by_name.get(name, ()))
        if len({each.page for each in exact}) == 1:
            return Found(exact[0].page)
        if exact:
            return Found(None, exact[:AT_MOST])
        parts = [each for known, found in self._by_name.items() if name in known for each in found]
        near = difflib.get_close_matches(name, list(self._by_name), AT_MOST, 0.7)
        alike = [each for known in near for each in self._by_name[known]]
        return Found(None, _once([*parts, *alike])[:AT_MOST])


def number_in(words: str) -> str:
    """The digits of a telephone number as dialled at home; empty: it is not one. A town may not hold a digit.

    >>> number_in("+44 (0)1904 123456"), number_in("01904 123 456"), number_in("York"), number_in("YO1 7HH")
    ('01904123456', '01904123456', '', '')
    """
    bare = re.sub(r"[\s().\-/]", "", words.replace("(0)", ""))
    bare = re.sub(r"^(?:\+|00)44", "0", bare)
    return re.sub(r"^00+", "0", bare) if bare.isascii() and bare.isdigit() else ""


def plain(name: str) -> str:
    """A name to compare by: small letters, no accents, single spaces, "saint" shortened.

    >>> plain(" Saint  Àndrews ")
    'st andrews'
    """
    letters = "".join(
        c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c)
    )
    words = re.sub(r"[^\w]+", " ", letters).split()
    return " ".join("st" if word == "saint" else word for word in words)


def _names(name: str) -> list[str]:
    """Every name that an entry goes by: "Barrow / Millom" by both, "Ashford (Kent)" without the county, too."""
    parts = [name, *name.split("/"), re.sub(r"\(.*?\)", "", name)]
    return list(dict.fromkeys(found for part in parts if (found := plain(part))))


def _once(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple({each.code: each for each in entries}.values())
