"""Letters of ours: whole, answerable, believed where they can be, and never sent twice without a word."""

from email import message_from_bytes, policy
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.endure.reading.message import Head, read
from lightship.endure.sending.alignment import Policy, aligned, explain, policy_of
from lightship.endure.sending.letter import (
    LONGEST,
    MOST_REFERENCES,
    Attached,
    Draft,
    answer_subject,
    answer_to,
    quoted,
    written,
)
from lightship.endure.sending.states import MEANING, State, after_answer, after_death, may_send
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.time import parse_iso

AT = parse_iso("2026-06-01T10:00:00Z")
DRAFT = Draft(
    "me@backup.example",
    ("Ann <ann@example.org>",),
    "Line down",
    "We are here.\n",
    answers_to="me@example.org",
)


def letter(draft: Draft) -> bytes:
    return written(draft, "one@backup.example", AT, "Europe/London")


def test_answers_go_to_the_original_address() -> None:
    head = read(letter(DRAFT)).head
    assert head.senders == (("", "me@backup.example"),)
    assert head.reply_to == (("", "me@example.org"),)
    assert head.to == (("Ann", "ann@example.org"),)
    assert head.message_id == "one@backup.example"
    assert head.at == AT


def test_a_letter_from_the_original_address_needs_no_reply_to() -> None:
    same = Draft("me@example.org", ("ann@example.org",), "x", "y", answers_to="me@example.org")
    assert read(letter(same)).head.reply_to == ()


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=300),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=300),
)
def test_whatever_is_typed_no_header_is_added_and_seven_bits_are_enough(subject: str, body: str) -> None:
    raw = letter(Draft("me@b.example", ("a@b.example",), subject, body))
    assert raw.isascii()
    found = message_from_bytes(raw, policy=policy.default)
    assert {name.lower() for name, _ in found.items()} == {
        "from", "to", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding",
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "ann",
        "@example.org",
        "ann@",
        "a b@example.org",
        "ann@example.org\r\nBcc: x@y",
        "änn@example.org",
        "a@b, c@d",
        "<a@b",
        "a\x00nn@example.org",
        "a\x1b[2Jnn@example.org",
    ],
)
def test_what_is_no_address_is_said(wrong: str) -> None:
    with pytest.raises(BadInput, match="an address such as"):
        letter(Draft("me@b.example", (wrong,), "x", "y"))


def test_files_go_along_and_too_much_is_refused() -> None:
    found = read(
        letter(
            Draft("me@b.example", ("a@b.example",), "x", "y", files=(Attached("plan\n.txt", b"\x00\xff"),))
        )
    )
    (only,) = found.attachments
    assert (only.name, only.bytes) == ("plan .txt", 2)
    with pytest.raises(BadInput, match="at most 25,000,000"):
        letter(Draft("me@b.example", ("a@b.example",), "x", "y", files=(Attached("x", b"\x01" * LONGEST),)))


def test_an_answer_belongs_to_its_conversation() -> None:
    ids = tuple(f"{n}@x" for n in range(120))
    head = read(
        letter(Draft("me@b.example", ("a@b.example",), "Re: x", "y", copies=("c@d.example",), follows=ids))
    ).head
    assert head.references[0] == "0@x"
    assert head.references[-1] == "119@x"
    assert len(head.references) == MOST_REFERENCES
    assert head.copies == (("", "c@d.example"),)


HEAD = Head(
    senders=(("Ann", "ann@x.example"),), to=(("", "Me@example.org"), ("", "bob@x.example")),
    copies=(("", "ann@x.example"), ("", "")), reply_to=(),
)  # fmt: skip


def test_whom_an_answer_goes_to() -> None:
    assert answer_to(HEAD, False, ("me@example.org",)) == (("ann@x.example",), ())
    assert answer_to(HEAD, True, ("me@example.org",)) == (("ann@x.example",), ("bob@x.example",))
    listed = Head(senders=HEAD.senders, reply_to=(("", "list@x.example"),))
    assert answer_to(listed, False, ()) == (("list@x.example",), ())
    assert answer_subject("") == "Re:"
    assert quoted("one\n\ntwo", "Ann", "today") == "\n\nAnn wrote, today:\n> one\n>\n> two\n"


@pytest.mark.parametrize("policy", get_args(Policy))
def test_a_sender_that_the_way_may_send_for_is_believed(policy: Policy) -> None:
    told = explain("me@mail.backup.example", "me@example.org", "me@backup.example", policy)
    assert told.believed
    assert "Answers go to me@example.org" in told.lines[1]
    assert len(explain("me@b.example", "me@b.example", "x@b.example", policy).lines) == 1


@pytest.mark.parametrize(
    ("policy", "believed"),
    [("reject", False), ("quarantine", False), ("none", None), ("absent", None), ("unknown", None)],
)
def test_the_original_address_by_another_way_is_explained(policy: Policy, believed: bool | None) -> None:
    told = explain("me@example.org", "me@example.org", "me@backup.example", policy)
    assert told.believed is believed
    assert "Reply-To me@example.org" in told.lines[-1]


@pytest.mark.parametrize(
    ("records", "policy"),
    [(("v=DMARC1; p=none",), "none"), (("v=DMARC1;p=",), "absent"), (("v=spf1 -all",), "absent"),
     (("v=DMARC1; p=reject", "v=DMARC1; p=none"), "absent"), (("v=dmarc1 ; P = QUARANTINE",), "quarantine")],
)  # fmt: skip
def test_a_policy_is_read_as_receivers_read_it(records: tuple[str, ...], policy: Policy) -> None:
    assert policy_of(records) == policy


@given(
    st.from_regex(r"[a-z]{1,4}(\.[a-z]{1,4}){0,2}", fullmatch=True),
    st.from_regex(r"[a-z]{1,4}(\.[a-z]{1,4}){0,2}", fullmatch=True),
)
def test_alignment_does_not_depend_on_who_is_asked_first(one: str, other: str) -> None:
    assert aligned(one, other) == aligned(other, one)
    assert aligned(one, f"x.{one}")


@pytest.mark.parametrize("state", get_args(State))
def test_after_a_death_only_what_may_have_been_delivered_is_unknown(state: State) -> None:
    assert (after_death(state) == "unknown") == (state in ("committing", "unknown"))
    assert MEANING[state]


@pytest.mark.parametrize(
    ("code", "state"),
    [(250, "sent"), (451, "queued"), (554, "refused"), (0, "unknown"), (-1, "unknown"), (354, "unknown")],
)
def test_what_an_answer_means(code: int, state: State) -> None:
    assert after_answer(code) == state


def test_nothing_that_may_have_been_delivered_goes_again_by_itself() -> None:
    assert {state for state in get_args(State) if may_send(state, again=False)} == {"queued"}
    assert {state for state in get_args(State) if may_send(state, again=True)} == {
        "queued",
        "unknown",
        "refused",
    }
