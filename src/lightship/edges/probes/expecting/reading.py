"""From a sentence to a condition. What is not understood is named by its word and its place, with what would do."""

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import get_args

from lightship.edges.probes.expecting.condition import Condition, Kind, Relation, Value
from lightship.edges.probes.expecting.words import OpenQuote, Word, value, words
from lightship.edges.probes.probe import KnownStage
from lightship.vocabulary.errors import BadInput

SUBJECTS: dict[str, Kind] = {
    "status": "status", "body": "body", "address": "address", "answer": "answer", "tls": "tls", "detail": "detail",
}  # fmt: skip

PHRASES: dict[tuple[str, ...], Relation] = {
    ("is", "not"): "is not", ("is", "one", "of"): "one of", ("is", "between"): "between",
    ("is", "at", "least"): "at least", ("is", "at", "most"): "at most", ("is", "more", "than"): "more than",
    ("is", "less", "than"): "less than", ("is", "above"): "more than", ("is", "over"): "more than",
    ("is", "below"): "less than", ("is", "under"): "less than", ("is", "missing"): "missing", ("exists",): "exists",
    ("contains",): "contains", ("does", "not", "contain"): "does not contain", ("starts", "with"): "starts with",
    ("ends", "with"): "ends with", ("matches",): "matches", ("does", "not", "match"): "does not match",
    ("is",): "is", ("==",): "is", ("!=",): "is not", (">=",): "at least", ("<=",): "at most", (">",): "more than",
    ("<",): "less than",
}  # fmt: skip
"""The longest that fits counts."""

ORDER = frozenset({"at least", "at most", "more than", "less than", "between"})
PATTERNS = frozenset({"matches", "does not match"})
NONE = frozenset({"exists", "missing"})

STAGES: tuple[str, ...] = get_args(KnownStage)

_FIGURE = re.compile(r"[a-z][a-z0-9_.:/-]*")
_PATH = re.compile(r'(?:\.(?:[A-Za-z_][\w-]*|"[^"]*")|\[\d+\])+|\.')


def conditions(sentences: str | Iterable[str], place: str) -> tuple[Condition, ...]:
    """Each sentence. Raises BadInput."""
    return tuple(
        condition(each, place) for each in ([sentences] if isinstance(sentences, str) else sentences)
    )


def condition(sentence: str, place: str) -> Condition:
    """One sentence, such as `certificate expires in more than 14 days`.

    Raises:
        BadInput: naming the word that was not understood.
    """
    return _Reader(sentence, place).read()


class _Reader:
    """Goes through one sentence, a word after the other."""

    def __init__(self, sentence: str, place: str) -> None:
        self._sentence, self._place, self._next = sentence, place, 0
        try:
            self._words = words(sentence)
        except OpenQuote as error:
            raise self._wrong(
                f"a quotation mark at character {error.at} is never closed", "close it"
            ) from None

    def read(self) -> Condition:
        """The whole of it."""
        if not self._words:
            raise self._wrong("an empty condition", "write a sentence such as: status is 200")
        first = self._take()
        if first.plain in ("answers", "answered"):
            return self._within("time", "")
        if first.plain in ("certificate", "signature"):
            return self._expires()
        if first.plain in STAGES and self._sees("within"):
            return self._within("stage", first.plain)
        length = first.plain == "length" and self._sees("of")
        if length:
            self._next += 1
            first = self._take_or("what has a length, such as `body`")
        kind, name = self._subject(first)
        relation = self._relation()
        found = Condition(self._sentence, kind, relation, self._values(relation), name, length)
        self._end()
        self._agree(found)
        return found

    def _subject(self, first: Word) -> tuple[Kind, str]:
        if first.plain in SUBJECTS:
            return SUBJECTS[first.plain], ""
        if first.plain == "header":
            return "header", self._take_or("the header's name").text.lower()
        if first.plain == "json" or first.plain.startswith("json."):
            path = self._path(first)
            if not _PATH.fullmatch(path):
                raise self._wrong(
                    f"{path!r} is no path into a document", "write one such as .status or .items[0].id"
                )
            return "json", path
        if first.quoted or not _FIGURE.fullmatch(first.plain) or not self._sees_relation():
            raise self._unknown(
                first, [*SUBJECTS, "header", "json", "certificate", "answers", "length", *STAGES]
            )
        return "figure", first.plain

    def _path(self, first: Word) -> str:
        """What follows `json`, up to the relation: a key in quotes is a word of its own."""
        said = first.text[4:]
        while self._next < len(self._words) and not self._sees_relation():
            word = self._take()
            said += f'"{word.text}"' if word.quoted else word.text
        return said or "."

    def _within(self, kind: Kind, name: str) -> Condition:
        """`answers within 800 ms`, `connect within 200 ms`."""
        self._expect("within")
        limit = self._duration()
        self._end()
        return Condition(self._sentence, kind, "at most", (limit,), name)

    def _expires(self) -> Condition:
        """`certificate expires in more than 14 days`."""
        for each in ("expires", "in"):
            self._expect(each)
        relation: Relation = "more than" if self._sees("more") else "at least"
        self._expect("more" if relation == "more than" else "at")
        self._expect("than" if relation == "more than" else "least")
        limit = self._duration()
        self._end()
        return Condition(self._sentence, "certificate", relation, (limit,))

    def _relation(self) -> Relation:
        found = self._sees_relation()
        if found is None:
            word = self._take_or("how it has to stand: is, contains, matches, is at least ...")
            raise self._unknown(word, ["is", "contains", "matches", "starts", "ends", "does", "exists"])
        self._next += len(found)
        return PHRASES[found]

    def _sees_relation(self) -> tuple[str, ...] | None:
        rest = tuple(each.plain for each in self._words[self._next : self._next + 3])
        return next((phrase for phrase in _LONGEST_FIRST if rest[: len(phrase)] == phrase), None)

    def _values(self, relation: Relation) -> tuple[Value, ...]:
        if relation in NONE:
            return ()
        found = [self._value()]
        if relation == "between":
            self._expect("and")
            found.append(self._value())
        while relation == "one of" and self._next < len(self._words):
            if not self._skip(",") and not self._skip("or"):
                break
            self._skip("or")
            found.append(self._value())
        return tuple(found)

    def _value(self) -> Value:
        if self._next >= len(self._words):
            self._take_or("a value")
        found, taken = value(self._words[self._next :])
        self._next += taken
        return found

    def _duration(self) -> Value:
        word = self._words[self._next] if self._next < len(self._words) else None
        found = self._value()
        if found.unit != "seconds":
            at = f"{found.text!r} at character {word.at}" if word else "nothing"
            raise self._wrong(f"{at} is no length of time", "write one such as 800 ms, 2 s or 14 days")
        return found

    def _agree(self, found: Condition) -> None:
        """Raise BadInput for what can never hold."""
        if found.relation in ORDER:
            for each in found.values:
                if each.number is None:
                    raise self._wrong(f"{each.text!r} is no number", "compare with a number")
        if found.relation in PATTERNS:
            try:
                re.compile(found.values[0].text)
            except re.error as error:
                raise self._wrong(
                    f"{found.values[0].text!r} is no pattern: {error}", "see Python's re"
                ) from None
        if found.kind == "status" and not found.length:
            for each in found.values:
                if found.relation not in PATTERNS and not re.fullmatch(
                    r"[1-5](\d\d|xx)", each.text, re.IGNORECASE
                ):
                    raise self._wrong(f"{each.text!r} is no status", "write one such as 200, or 2xx")

    def _expect(self, wanted: str) -> None:
        word = self._take_or(f"`{wanted}`")
        if word.plain != wanted:
            raise self._unknown(word, [wanted])

    def _sees(self, wanted: str) -> bool:
        return self._next < len(self._words) and self._words[self._next].plain == wanted

    def _skip(self, wanted: str) -> bool:
        seen = self._sees(wanted)
        self._next += seen
        return seen

    def _take(self) -> Word:
        self._next += 1
        return self._words[self._next - 1]

    def _take_or(self, wanted: str) -> Word:
        if self._next >= len(self._words):
            raise self._wrong("the condition ends too early", f"go on with {wanted}")
        return self._take()

    def _end(self) -> None:
        if self._next < len(self._words):
            word = self._words[self._next]
            raise self._wrong(
                f"{word.text!r} at character {word.at} is too much",
                "put a value of several words in quotes; one condition each",
            )

    def _unknown(self, word: Word, known: Sequence[str]) -> BadInput:
        near = difflib.get_close_matches(word.plain, known, 1, 0.5)
        guess = f"did you mean {near[0]}? " if near else ""
        return self._wrong(
            f"{word.text!r} at character {word.at} is not understood", f"{guess}one of {', '.join(known)}"
        )

    def _wrong(self, found: str, would_do: str) -> BadInput:
        return BadInput(self._place, f"{found}, in: {self._sentence}", would_do)


_LONGEST_FIRST = sorted(PHRASES, key=len, reverse=True)
