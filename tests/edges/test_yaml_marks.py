"""Safe YAML with places: what it refuses, and what scalars are."""

from pathlib import Path

import pytest

from lightship.edges.files.yaml_marks import MAX_DEPTH, parse_yaml, read_yaml
from lightship.vocabulary.errors import BadInput


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\na: 2", "<text>:2:1: the key 'a' again, first on line 1"),
        (
            "a: !!python/object/apply:os.system [ls]",
            "the tag tag:yaml.org,2002:python/object/apply:os.system",
        ),
        ("[" * (MAX_DEPTH + 5), f"nested deeper than {MAX_DEPTH}"),
        ("[" * 100_000, f"nested deeper than {MAX_DEPTH}"),
        ("a: &a [*a]", "an alias inside its own anchor"),
        ("a: *b", "no anchor"),
        ("a: 1\n---\nb: 2", "a second document"),
        ("? [a]\n: 1", "a key that is no text"),
        ("<<: {a: 1}", "a merge key"),
        ("a: 'b", "<text>:1:6: not YAML"),
        ("a: \x00", "<text>"),
    ],
)
def test_yaml_that_is_not_for_people_is_refused_with_its_place(text: str, says: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse_yaml(text)
    assert says in str(refused.value)


def test_aliases_cannot_blow_a_small_file_up() -> None:
    laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    laughs += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))
    with pytest.raises(BadInput, match="aliases written out"):
        parse_yaml(laughs)


def test_scalars_are_what_they_look_like() -> None:
    text = "{a: 0113, b: 12, c: 1.5, d: yes, e: true, f: ~, g: '5', h: 12:30, i: 2016-07-20, j: 1e3, k: 0}"
    assert parse_yaml(text).plain == {
        "a": "0113", "b": 12, "c": 1.5, "d": "yes", "e": True, "f": None, "g": "5", "h": "12:30", "i": "2016-07-20",
        "j": 1000.0, "k": 0,
    }  # fmt: skip


def test_anchors_save_writing_twice() -> None:
    assert parse_yaml("a: &x {b: 1}\nc: *x\n").plain == {"a": {"b": 1}, "c": {"b": 1}}


def test_a_file_that_is_not_there_or_no_text_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="No such file"):
        read_yaml(tmp_path / "none.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match="not UTF-8"):
        read_yaml(tmp_path / "binary.yaml")
