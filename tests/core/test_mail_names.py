"""Names of mail folders and flags: readable, reversible, and harmless as directories whatever a server sends."""

from hypothesis import given
from hypothesis import strategies as st

from lightship.endure.keeping.flags import kept, letters, words
from lightship.endure.keeping.folder_names import (
    LONGEST,
    account_directory,
    decoded,
    directory,
    encoded,
    safe,
)

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80)


@given(names)
def test_what_is_written_for_a_server_reads_back(name: str) -> None:
    assert decoded(encoded(name)) == name
    assert encoded(name).isascii()


@given(st.binary(max_size=60))
def test_any_bytes_of_a_server_have_a_name(wire: bytes) -> None:
    assert isinstance(decoded(wire), str)


@given(st.lists(st.text(max_size=80), min_size=1, max_size=6).map(tuple))
def test_a_directory_is_one_harmless_name(parts: tuple[str, ...]) -> None:
    found = directory(parts)
    assert found == "" or found.startswith(".")
    assert len(found.encode()) <= LONGEST
    assert found not in {".", ".."}
    assert not set(found) & set('/\\\0\n:*?"<>|')


@given(st.lists(names, min_size=1, max_size=3), st.lists(names, min_size=1, max_size=3))
def test_different_folders_have_different_directories(one: list[str], other: list[str]) -> None:
    if [each.upper() for each in one] != [each.upper() for each in other]:
        assert directory(tuple(one)) != directory(tuple(other))


def test_names_like_paths_stay_where_they_belong() -> None:
    assert directory(("..", "..", "etc", "passwd")) == ".&AC4ALg-.&AC4ALg-.etc.passwd"
    assert "/" not in directory(("../../x",))
    assert account_directory("../../x") == "&AC4ALgAvAC4ALgAv-x"
    assert account_directory(".") != "."
    assert safe("") == "&-"


@given(
    st.lists(st.sampled_from(["\\Seen", "\\seen", "\\Flagged", "\\Recent", "\\Answered", "$Junk", "\\Draft"]))
)
def test_flags_are_kept_once_and_the_letters_of_a_file_name_give_them_back(flags: list[str]) -> None:
    found = kept(flags)
    assert "\\Recent" not in found.split()
    assert kept(found.split()) == found
    assert words(letters(found)) == kept(each for each in found.split() if each.startswith("\\"))
