"""Conversations: every message is in exactly one, whatever the headers say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.endure.reading.threads import Item, base_subject, is_answer, threads
from lightship.vocabulary.time import DAY, Instant


def item(
    id: str, references: str = "", subject: str = "Hello", day: int | None = 0, message_id: str | None = None
) -> Item:
    at = None if day is None else Instant(day * DAY)
    return Item(id, f"{id}@x" if message_id is None else message_id, tuple(references.split()), subject, at)


def ids(items: list[Item]) -> list[list[str]]:
    return [[each.id for each in thread] for thread in threads(items)]


def test_references_make_a_conversation_in_the_order_of_time() -> None:
    assert ids([item("c", "a@x b@x", day=3), item("a", day=1), item("b", "a@x", day=2)]) == [["a", "b", "c"]]


def test_two_answers_to_a_message_that_is_not_here_belong_together() -> None:
    assert ids([item("b", "gone@x", day=1), item("c", "gone@x", day=2)]) == [["b", "c"]]


def test_an_answer_without_references_joins_by_its_subject() -> None:
    assert ids([item("a"), item("b", subject="AW: Hello", day=1)]) == [["a", "b"]]


@pytest.mark.parametrize(
    "other",
    [
        item("b", subject="Hello", day=1),  # the same words are no answer
        item("b", subject="Re: Hello", day=200),  # too long after
        item("b", subject="Re: Hello", day=None),  # nobody knows when
        item("b", "z@x", subject="Re: Hello", day=1),  # it says itself what it answers
        item("b", subject="Fwd: Hello", day=1),
    ],
)
def test_what_only_looks_alike_stays_apart(other: Item) -> None:
    assert sorted(ids([item("a"), other])) == [["a"], ["b"]]


def test_without_a_subject_nothing_is_joined() -> None:
    assert sorted(ids([item("a", subject=""), item("b", subject="Re:", day=1)])) == [["a"], ["b"]]


def test_the_conversation_with_the_newest_message_is_first() -> None:
    assert ids([item("a"), item("b", day=5), item("c", "a@x", day=9)]) == [["a", "c"], ["b"]]


def test_subjects_are_compared_without_what_programs_put_before_them() -> None:
    assert base_subject("RE[2]: Fwd: [news] Line  Down") == "line down"
    assert is_answer("[news] Re(3): x")
    assert not is_answer("Return: x")


ITEMS = st.lists(
    st.builds(
        item,
        id=st.text("abcdef", min_size=1, max_size=3),
        references=st.lists(st.sampled_from(["a@x", "b@x", "ab@x", "q@x"]), max_size=3).map(" ".join),
        subject=st.sampled_from(["", "Re: one", "one", "two", "Re: two"]),
        day=st.none() | st.integers(0, 200),
        message_id=st.sampled_from(["", "a@x", "same@x", "z@x"]),
    ),
    unique_by=lambda each: each.id,
)


@given(ITEMS, st.randoms(use_true_random=False))
def test_every_message_is_in_exactly_one_whatever_the_order(items: list[Item], random: object) -> None:
    found = threads(items)
    assert sorted(each.id for thread in found for each in thread) == sorted(each.id for each in items)
    assert found == threads(items[::-1])
