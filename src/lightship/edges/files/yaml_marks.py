"""Safe YAML that remembers where everything stands, so that an error can name file, line and path.

Only what people need: mappings with text keys, lists, text, numbers, true, false, null, and anchors in bounds. Plain
`0113` stays text (a leading zero is an area code, never an octal number), and so do `no`, `on`, 12:30 and dates.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from yaml import events as happened

from lightship.vocabulary.errors import BadInput

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 40
MAX_NODES = 1_000_000
"""Counted as if every alias were written out in full."""

Step = str | int
Trail = tuple[Step, ...]
"""From the root to a value: ("components", 3, "needs", 0, "on")."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(slots=True)
class Node:
    """A value and where it begins (line and column from 1). A mapping's value is a dict of nodes, a list's a list."""

    value: "str | int | float | bool | list[Node] | dict[str, Node] | None"
    line: int
    column: int
    size: int = 1


class Document:
    """A file's values with their places."""

    def __init__(self, file: str, root: Node, above: Trail = ()) -> None:
        self.file, self.root, self._above = file, root, above

    @cached_property
    def plain(self) -> object:
        """The values alone: dicts, lists and scalars. An alias gives its own copy."""
        return plain(self.root)

    def below(self, *trail: Step) -> "Document":
        """A part of the document, whose errors still name the whole way to it."""
        return Document(self.file, self._nearest(trail), (*self._above, *trail))

    def place(self, trail: Trail = ()) -> str:
        """Where a value stands: "map.yaml:12:5 components[3].needs[0].on". A missing one: what should hold it."""
        node = self._nearest(trail)
        path = written((*self._above, *trail))
        return f"{self.file}:{node.line}:{node.column}" + (f" {path}" if path else "")

    def position(self, trail: Trail) -> tuple[int, int]:
        """Line and column of a value, to sort problems by."""
        node = self._nearest(trail)
        return node.line, node.column

    def _nearest(self, trail: Trail) -> Node:
        node = self.root
        for step in trail:
            inside = _inside(node, step)
            if inside is None:
                break
            node = inside
        return node


def read_yaml(path: Path) -> Document:
    """Read a file. Raises BadInput if it is missing, too large, no UTF-8 or no YAML of the kind described above."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise BadInput(str(path), f"{size} bytes", f"at most {MAX_BYTES}")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(str(path), error.strerror or "cannot be read", "the path of a YAML file") from None
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: byte {error.start}", "not UTF-8 text", "save the file as UTF-8") from None
    return parse_yaml(text, str(path))


def parse_yaml(text: str, file: str = "<text>") -> Document:
    """Parse a text; `file` is for the errors. Raises BadInput."""
    try:
        root = _Composer(file).compose(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        raise _malformed(file, error) from None
    except yaml.YAMLError as error:
        raise BadInput(file, " ".join(str(error).split()), "plain YAML text") from None
    return Document(file, root)


def plain(node: Node) -> object:
    """The value of a node without marks."""
    if isinstance(node.value, dict):
        return {key: plain(each) for key, each in node.value.items()}
    if isinstance(node.value, list):
        return [plain(each) for each in node.value]
    return node.value


def written(trail: Trail) -> str:
    """A trail as people write it: components[3].needs[0].on."""
    text = ""
    for step in trail:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _inside(node: Node, step: Step) -> Node | None:
    if isinstance(node.value, dict):
        return node.value.get(str(step))
    if isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None


def _malformed(file: str, error: yaml.MarkedYAMLError) -> BadInput:
    mark = error.problem_mark or error.context_mark
    place = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file
    return BadInput(
        place, f"not YAML: {error.problem or error.context}", "quote text that has : # [ ] { } in it"
    )


class _Composer:
    """Nodes from the stream of events, with bounds that hold before anything is built."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._anchors: dict[str, Node | None] = {}

    def compose(self, stream: Iterator[yaml.Event]) -> Node:
        """The one document of the stream; an empty one is a null."""
        root: Node | None = None
        for event in stream:
            if isinstance(event, happened.DocumentStartEvent) and root is not None:
                raise self._error(event, "a second document", "one document a file")
            if isinstance(event, happened.NodeEvent):
                root = self._node(event, stream, 0)
        return root or Node(None, 1, 1)

    def _node(self, event: yaml.Event, stream: Iterator[yaml.Event], depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise self._error(event, f"nested deeper than {MAX_DEPTH}", "a flatter file")
        if isinstance(event, happened.AliasEvent):
            return self._alias(event)
        tag, anchor = getattr(event, "tag", None), getattr(event, "anchor", None)
        if tag not in (None, "!"):
            raise self._error(event, f"the tag {tag}", "plain values without tags; quote text")
        if anchor is not None:
            self._anchors[anchor] = None
        node = Node(None, *_mark(event))
        self._fill(node, event, stream, depth)
        if node.size > MAX_NODES:
            raise self._error(event, f"more than {MAX_NODES} values, aliases written out", "a smaller file")
        if anchor is not None:
            self._anchors[anchor] = node
        return node

    def _fill(self, node: Node, event: yaml.Event, stream: Iterator[yaml.Event], depth: int) -> None:
        match event:
            case happened.ScalarEvent():
                node.value = _scalar(event)
            case happened.SequenceStartEvent():
                items = [self._node(each, stream, depth + 1) for each in _until_end(stream)]
                node.value, node.size = items, 1 + sum(each.size for each in items)
            case happened.MappingStartEvent():
                pairs = self._mapping(stream, depth)
                node.value, node.size = pairs, 1 + sum(1 + each.size for each in pairs.values())
            case _:
                raise AssertionError(f"{event!r} begins no value")

    def _mapping(self, stream: Iterator[yaml.Event], depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for event in _until_end(stream):
            key = self._key(event)
            if key in found:
                first = found[key].line
                raise self._error(event, f"the key {key!r} again, first on line {first}", "each key once")
            found[key] = self._node(next(stream), stream, depth + 1)
        return found

    def _key(self, event: yaml.Event) -> str:
        if not isinstance(event, happened.ScalarEvent):
            raise self._error(event, "a key that is no text", "a word as a key; quote text with { or [")
        if event.value == "<<" and not event.style:
            raise self._error(event, "a merge key", "write the fields out")
        return str(event.value)

    def _alias(self, event: yaml.Event) -> Node:
        name = str(getattr(event, "anchor", ""))
        target = self._anchors.get(name)
        if target is None:
            found = (
                "an alias inside its own anchor"
                if name in self._anchors
                else f"no anchor &{name} before *{name}"
            )
            raise self._error(event, found, "an anchor that ends above it")
        return target

    def _error(self, event: yaml.Event, found: str, would_do: str) -> BadInput:
        line, column = _mark(event)
        return BadInput(f"{self._file}:{line}:{column}", found, would_do)


def _mark(event: yaml.Event) -> tuple[int, int]:
    """Line and column of an event, from 1."""
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)


def _until_end(stream: Iterator[yaml.Event]) -> Iterator[yaml.Event]:
    for event in stream:
        if isinstance(event, happened.SequenceEndEvent | happened.MappingEndEvent):
            return
        yield event


def _scalar(event: happened.ScalarEvent) -> str | int | float | bool | None:
    text = str(event.value)
    if event.style or getattr(event, "tag", None) == "!":
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text) and len(text) < 19:
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
