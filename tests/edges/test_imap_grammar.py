"""Answers of IMAP servers: whatever comes, it is data or Nonsense, and what servers send is read as they mean it."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.edges.mailboxes.imap.grammar import attributes, instant, literal_size, numbers, ranges, values
from lightship.edges.mailboxes.imap.session import LARGEST_HELD, Session
from lightship.edges.mailboxes.imap.stream import LONGEST_LINE, Stream
from lightship.edges.mailboxes.imap.trouble import Dropped, ImapTrouble, Nonsense, Refused


@contextlib.contextmanager
def conversation(said: bytes) -> Iterator[Session]:
    """A session whose server says this and hangs up."""
    ours, theirs = socket.socketpair()
    ours.settimeout(5)

    def speak() -> None:
        with contextlib.suppress(OSError):
            theirs.sendall(said)
            theirs.shutdown(socket.SHUT_WR)

    speaking = threading.Thread(target=speak)
    speaking.start()
    try:
        yield Session(Stream(ours))
    finally:
        ours.close()
        speaking.join()
        theirs.close()


@given(st.binary(max_size=400))
def test_any_bytes_are_an_answer_or_trouble_and_never_a_crash(said: bytes) -> None:
    with conversation(said) as session, contextlib.suppress(ImapTrouble):
        for _ in range(50):
            session.answer()


_shapes = st.recursive(
    st.one_of(
        st.none(),
        st.from_regex(rb"[A-Za-z0-9.$\\-]{1,12}", fullmatch=True).filter(lambda a: a.upper() != b"NIL"),
    ),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=20,
)


def written(value: object) -> bytes:
    """As a server would write it."""
    if value is None:
        return b"NIL"
    if isinstance(value, list):
        return b"(" + b" ".join(map(written, value)) + b")"
    assert isinstance(value, bytes)
    return value


@given(st.lists(_shapes, max_size=5))
def test_nested_lists_are_read_as_they_were_written(value: list[object]) -> None:
    assert values([b" ".join(map(written, value))]) == value


@given(st.binary(max_size=200), st.integers(1, 2**31))
def test_a_literal_of_any_bytes_comes_through(body: bytes, uid: int) -> None:
    with conversation(b"* 3 FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (uid, len(body), body)) as session:
        answer = session.answer()
    assert (answer.name, answer.number) == (b"FETCH", 3)
    assert attributes(answer.rest[0]) == {b"UID": b"%d" % uid, b"BODY[]": body}


@given(st.lists(st.integers(1, 5000), unique=True).map(sorted))
def test_sets_of_numbers_read_back(uids: list[int]) -> None:
    assert not uids or numbers(ranges(uids)) == uids


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"* 1 FETCH (UID 1 BODY[] {3}\r\nabcdef)\r\n", "a literal whose size is wrong"),
        (b"* 1 FETCH (UID 1 BODY[] {9}\r\nabcdef)\r\n* 2 FETCH (UID 2)\r\n", "a literal whose size is wrong"),
        (b"* 1 FETCH (UID 1\r\n", "does not close"),
        (b"* " + b"(" * 100 + b"\r\n", "lists within lists"),
        (b"* OK\rx" * (LONGEST_LINE // 5), "a line of more than"),
        (b"* 1 FETCH (BODY[] {%d}\r\n" % (LARGEST_HELD + 1), "a literal of"),
        (b"HTTP/1.1 400 Bad Request\r\n", "neither data nor an answer"),
    ],
    ids=["short-literal", "long-literal", "open", "deep", "long-line", "huge-literal", "http"],
)  # fmt: skip
def test_what_is_no_imap_is_told_by_what_is_wrong(said: bytes, why: str) -> None:
    with conversation(said) as session, pytest.raises(Nonsense, match=why):
        session.answer()


def test_a_server_that_hangs_up_in_a_literal_has_dropped_us() -> None:
    said = b"* 1 FETCH (UID 1 BODY[] {300000}\r\n" + b"x" * 1000
    with conversation(said) as session, pytest.raises(Dropped):
        session.answer()


def test_goodbye_is_a_drop_with_the_servers_reason() -> None:
    said = b"* BYE [UNAVAILABLE] shutting down\r\n"
    with conversation(said) as session, pytest.raises(Dropped, match="shutting down"):
        session.answer()


def test_a_refusal_carries_its_code() -> None:
    said = b"* 3 EXISTS\r\na1 NO [OVERQUOTA] no room\r\n"
    with conversation(said) as session, pytest.raises(Refused, match="no room") as refused:
        session.command(b"APPEND")
    assert refused.value.code == "OVERQUOTA"


@pytest.mark.parametrize(
    ("line", "size"),
    [(b"x {12}", 12), (b"x {12+}", 12), (b"x ~{3}", 3), (b"x {12} y", None), (b"x {-1}", None), (b"{", None)],
)
def test_only_a_literal_at_the_end_of_a_line_is_one(line: bytes, size: int | None) -> None:
    assert literal_size(line) == size


@pytest.mark.parametrize("date", [b"", b"yesterday", b"99-Foo-2016 00:00:00 +0000", None, [b"x"]])
def test_a_date_that_is_none_is_not_guessed(date: bytes | None) -> None:
    assert instant(date) is None


def test_large_literals_are_poured_where_they_are_wanted() -> None:
    size = 3_000_000
    poured: list[int] = []

    class Counted:
        """Counts what it is given."""

        def __init__(self, size: int, pour: Callable[[Callable[[memoryview], object]], None]) -> None:
            self.size = size
            pour(lambda piece: poured.append(len(piece)))

        def discard(self) -> None: ...

    with conversation(b"* 1 FETCH (UID 1 BODY[] {%d}\r\n%s)\r\n" % (size, b"x" * size)) as session:
        session.spill = Counted
        answer = session.answer()
    assert isinstance(attributes(answer.rest[0])[b"BODY[]"], Counted)
    assert sum(poured) == size
    assert max(poured) < 300_000
