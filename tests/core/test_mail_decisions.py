"""Decisions of keeping mail: nothing is asked for twice, nothing is trusted that could be two things."""

from collections import Counter

from hypothesis import example, given
from hypothesis import strategies as st

from lightship.endure.keeping.changes import FEWEST, Change, applied, compared, is_mass, to_ask
from lightship.endure.keeping.groups import groups
from lightship.endure.keeping.known import Print, fingerprint, recognised, sample
from lightship.endure.keeping.patience import LONGEST_SECONDS, TRIES, due_again, wait_seconds
from lightship.endure.keeping.restoring import Placed, Seen, name_at, to_append
from lightship.endure.keeping.restoring import compared as compared_there
from lightship.endure.keeping.shares import DAYS, share_of, share_today
from lightship.endure.keeping.words_of import words_of
from lightship.vocabulary.time import DAY, Instant

uids = st.dictionaries(st.integers(1, 60), st.sampled_from(["", "\\Seen", "\\Flagged"]), max_size=40)
prints = st.builds(Print, st.sampled_from(["a", "b", "c"]), st.integers(1, 3), st.integers(1, 3).map(Instant))


@given(
    st.lists(st.tuples(st.integers(1, 10**6), st.one_of(st.none(), st.integers(0, 10**7))), max_size=300),
    st.integers(1, 50),
    st.integers(1, 10**7),
)
def test_groups_hold_every_message_once_in_order_and_stay_in_bounds(
    sized: list[tuple[int, int | None]], messages: int, room: int
) -> None:
    made = list(groups(sized, messages, room))
    assert [uid for group in made for uid in group] == [uid for uid, _ in sized]
    at = 0
    for group in made:
        sizes = [size or 0 for _, size in sized[at : at + len(group)]]
        assert len(group) <= messages
        assert len(group) == 1 or sum(sizes) <= room
        at += len(group)


@given(
    st.dictionaries(st.integers(1, 20), st.one_of(st.none(), prints)),
    st.lists(st.tuples(st.integers(1, 5), prints)),
)
def test_only_what_can_be_one_message_alone_is_recognised(
    asked: dict[int, Print | None], known: list[tuple[int, Print]]
) -> None:
    for uid, message in recognised(asked, known).items():
        assert {number for number, each in known if each == asked[uid]} == {message}


def test_without_a_message_id_size_or_date_only_the_content_can_tell() -> None:
    assert fingerprint("", 1, Instant(1)) is None
    assert fingerprint("a", None, Instant(1)) is None
    assert fingerprint("a", 1, None) is None
    assert fingerprint("a", 1, Instant(1999)) == Print("a", 1, Instant(1))


@given(st.integers(0, 5000))
def test_a_sample_is_a_fiftieth_and_at_most_twenty(count: int) -> None:
    assert len(sample(range(count))) <= min(20, count / 50 + 1)
    halves = sample(range(count // 2)) + sample(range(count // 2, count), count // 2)
    assert halves == sample(range(count)), "however it is cut into folders"


@given(uids, uids)
def test_a_full_look_and_the_differences_alone_say_the_same(
    known: dict[int, str], there: dict[int, str]
) -> None:
    whole = compared(known, there)
    changed = {uid: flags for uid, flags in there.items() if known.get(uid) != flags}
    assert applied(known, changed, frozenset(known.keys() - there.keys())) == whole
    assert bool(whole) == any(there.get(uid) != flags for uid, flags in known.items())
    assert not Change(frozenset(), {})


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_a_few_messages_are_never_a_mass_and_most_of_a_folder_always(count: int, of: int) -> None:
    assert is_mass(count, of) == (count >= FEWEST and 5 * count > of)


def test_a_question_names_the_folder_and_what_happened() -> None:
    assert to_ask("INBOX", 3, 2, 100) == ""
    assert to_ask("INBOX", 300, 30, 1000) == "300 of 1,000 messages are gone from INBOX"
    both = to_ask("INBOX", 300, 300, 1000)
    assert both.endswith("and the flags of 300 of 1,000 messages in INBOX changed")


@given(
    st.integers(1, 50), st.floats(0, 1, exclude_max=True), st.sampled_from(["", "LIMIT", "INUSE", "NONSENSE"])
)
def test_waiting_grows_is_bounded_and_ends(failures: int, chance: float, code: str) -> None:
    pause = wait_seconds(failures, chance, code)
    if failures > TRIES:
        assert pause is None
    else:
        assert pause is not None
        assert 0.5 <= pause <= LONGEST_SECONDS


def test_a_message_that_does_not_come_is_asked_for_three_times_and_then_daily() -> None:
    at = Instant(10 * DAY)
    assert all(due_again(tries, at, at) for tries in (1, 2))
    assert not due_again(3, at, at)
    assert due_again(3, Instant(at - DAY), at)


@given(st.binary(min_size=32, max_size=32), st.integers(0, 10**6))
def test_every_message_has_its_day_within_thirty(hash: bytes, day: int) -> None:
    days = [share_today(Instant((day + n) * DAY)) for n in range(DAYS)]
    assert days.count(share_of(hash)) == 1


placed = st.builds(
    lambda hash, flags, at: Placed(1, hash, 1, flags, Instant(at), "m" if hash == b"x" else ""),
    st.sampled_from([b"x", b"y", b"z"]), st.sampled_from(["", "\\Seen"]), st.sampled_from([1000, 5000]),
)  # fmt: skip
seen = st.builds(
    Seen, st.sampled_from([b"x", b"y", b""]), st.sampled_from(["", "\\Seen"]),
    st.one_of(st.none(), st.sampled_from([1000, 5000]).map(Instant)), st.sampled_from(["", "m"]),
)  # fmt: skip


X, Y, Z = (Placed(1, hash, 1, "", Instant(1000), "m" * (hash == b"x")) for hash in (b"x", b"y", b"z"))


@given(st.lists(placed, max_size=12), st.lists(seen, max_size=12))
@example([Z, Y, Z], [Seen(b"y", "", None), Seen(b"", "", Instant(1000))])
@example(
    [X, X._replace(received=Instant(5000)), X], [Seen(b"x", "", None), Seen(b"", "", Instant(5000), "m")]
)
def test_what_is_put_there_makes_a_restore_complete_and_the_next_one_idle(
    wanted: list[Placed], there: list[Seen]
) -> None:
    missing = to_append(wanted, there)
    after = [*there, *(Seen(each.hash, each.flags, each.received) for each in missing)]
    found = compared_there(wanted, after)
    assert to_append(wanted, after) == []
    assert found.missing == 0
    assert found.same + found.altered <= len(wanted)
    need = Counter(each.hash for each in wanted)
    assert all(
        sum(each.hash == hash for each in after) + found.altered >= count for hash, count in need.items()
    )


def test_folders_are_called_as_the_other_server_calls_them() -> None:
    assert name_at("a.b/c", "/", "", ".") == "a_b.c"
    assert name_at("INBOX", "", "Old", "") == "Old/INBOX"


@given(st.binary(max_size=2000))
def test_any_bytes_are_a_message_that_can_be_indexed(raw: bytes) -> None:
    found = words_of(raw)
    assert isinstance(found.body, str)
    assert found.attachments >= 0


@given(
    st.sampled_from(["text/plain", "text/html", "multipart/mixed; boundary=x", "image/png; name=a.png", "x"]),
    st.sampled_from(["base64", "quoted-printable", "8bit", "x-uuencode", "?"]),
    st.sampled_from(["utf-8", "latin-1", "none", "utf-16"]),
    st.sampled_from(["", "attachment", "attachment; filename=bill.pdf", "inline"]),
    st.binary(max_size=300),
)
def test_any_combination_of_headers_can_be_indexed(
    kind: str, coding: str, charset: str, shown: str, body: bytes
) -> None:
    head = f"Content-Type: {kind}; charset={charset}\r\nContent-Transfer-Encoding: {coding}\r\n"
    head += f"Content-Disposition: {shown}\r\nReferences: <a@b> <c@d> <a@b>\r\n"
    head += "Date: Wed, 20 Jul 2016 07:55:00 +0100\r\n"
    found = words_of(head.encode() + b"\r\n" + body)
    assert found.sent_at == 1_468_997_700_000
    assert found.references == ("a@b", "c@d")
    assert "bill.pdf" not in shown or "bill.pdf" in found.body
