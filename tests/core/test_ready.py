"""Ready: what nobody has seen work is not ready."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from lightship.endure.ready.answer import Answer
from lightship.endure.ready.answers import answers, is_ready
from lightship.endure.ready.facts import CalendarFacts, DrillFacts, Found, Held, MailFacts, Uplink
from lightship.endure.ready.mail import COPY_FRESH
from lightship.vocabulary.time import DAY, HOUR, Instant

NOW = Instant(1_780_000_000_000)


def ago(span: int) -> Instant:
    return Instant(NOW - span)


MAIL = MailFacts("me@example.org", ago(HOUR), 20_000, 20_000, 0, "", ago(DAY), True, ago(DAY), True)
ALL = Found(
    uplinks=(Uplink("eth0", False, ago(HOUR)), Uplink("wwan0", True, ago(3 * HOUR))),
    drill=DrillFacts(ago(DAY), "wwan0", 0.7), mail=(MAIL,), routes=("backup",),
    used_routes=("backup",),
    held=Held({"bill": 1, "contract": 1, "numbers": 1}, ago(DAY), ago(DAY), 0), plan="continuity.yaml", checked=4,
)  # fmt: skip


def by_id(found: Found) -> dict[str, Answer]:
    return {each.id: each for each in answers(found, NOW)}


def changed(**fields: object) -> dict[str, Answer]:
    return by_id(msgspec.structs.replace(ALL, **fields))


def mail(**fields: object) -> dict[str, Answer]:
    return changed(mail=(msgspec.structs.replace(MAIL, **fields),))


def test_all_seen_to_work_is_ready() -> None:
    page = answers(ALL, NOW)
    assert is_ready(page)
    assert all(each.mend == "" for each in page)
    assert by_id(ALL)["second-line"].said == "wwan0 was proven 3 hours ago."


def test_nothing_known_is_never_ready_and_each_line_says_what_mends_it() -> None:
    page = answers(Found(), NOW)
    assert all(each.state in ("missing", "unknown") for each in page)
    assert all(each.mend for each in page)


WHEN = st.integers(0, NOW).map(Instant)
EVER = st.none() | WHEN
UPLINK = st.builds(Uplink, st.sampled_from(["a", "b"]), st.booleans(), WHEN)
DRILL = st.builds(DrillFacts, WHEN, st.none() | st.just("b"), st.none() | st.floats(0, 9))
KEPT = st.builds(
    MailFacts, st.just("me"), EVER, st.none() | st.integers(0, 9), st.integers(0, 9), st.integers(0, 2),
    st.sampled_from(["", "waits"]), EVER, st.booleans(), EVER, st.booleans(), st.integers(0, 2), st.integers(0, 2),
)  # fmt: skip
KINDS = st.dictionaries(st.sampled_from(["bill", "contract", "numbers"]), st.integers(1, 3))
FACTS = st.builds(
    Found,
    uplinks=st.none() | st.lists(UPLINK, max_size=3).map(tuple), drill=st.none() | DRILL,
    mail=st.none() | st.tuples(KEPT), routes=st.sampled_from([(), ("backup",)]),
    used_routes=st.sampled_from([(), ("backup",)]), waiting=st.integers(0, 2),
    held=st.none() | st.builds(Held, KINDS, EVER, EVER, st.integers(0, 1)), plan=st.none() | st.just("f"),
    gaps=st.sampled_from([(), ("?",)]), silent=st.sampled_from([(), ("x",)]), checked=st.none() | st.integers(0, 3),
)  # fmt: skip


@given(FACTS)
def test_what_is_not_ready_always_has_a_command_and_what_is_needs_none(found: Found) -> None:
    for each in answers(found, NOW):
        assert bool(each.mend) == (each.state != "ready")
        assert each.said
        assert each.question.endswith("?")


@given(FACTS, st.integers(0, 400 * DAY))
def test_time_alone_never_makes_anything_ready(found: Found, later: int) -> None:
    before = {(each.id, each.question): each.state for each in answers(found, NOW)}
    after = {(each.id, each.question): each.state for each in answers(found, Instant(NOW + later))}
    assert all(before[key] == "ready" for key, state in after.items() if state == "ready")


def test_the_second_line() -> None:
    assert changed(uplinks=None)["second-line"].state == "unknown"
    assert changed(uplinks=(Uplink("eth0", False, NOW),))["second-line"].state == "missing"
    assert (
        changed(uplinks=(Uplink("a", False, NOW), Uplink("b", False, ago(2 * DAY))))["second-line"].state
        == "old"
    )
    assert (
        changed(drill=DrillFacts(NOW, None, None))["drill"].said
        == "0 minutes ago, and no other line took over."
    )
    assert changed(drill=DrillFacts(ago(100 * DAY), "b", 1.0))["drill"].state == "old"


def test_the_copy_of_the_mail() -> None:
    assert mail(passed_at=None)["mail-copy"].state == "missing"
    assert mail(passed_at=ago(COPY_FRESH + 1))["mail-copy"].state == "old"
    assert mail(at_provider=None)["mail-complete"].state == "unknown"
    assert mail(missing=2)["mail-complete"].said.endswith("did not deliver 2.")
    assert mail(trouble="a mass deletion")["mail-complete"].state == "missing"
    assert mail(verified=False)["mail-verified"].said.startswith("It failed")
    assert mail(restored_at=None)["mail-restored"].said == "Never."
    assert mail(restored_at=ago(200 * DAY))["mail-restored"].state == "old"


def test_calendars_count_where_any_is_kept() -> None:
    assert "calendars" not in by_id(ALL)
    assert changed(calendars=(CalendarFacts("Work", NOW), CalendarFacts("People", ago(DAY))))[
        "calendars"
    ].said == ("2, the oldest 24 hours old.")
    assert changed(calendars=(CalendarFacts("Work", ago(3 * DAY)),))["calendars"].state == "old"
    assert (
        changed(calendars=(CalendarFacts("Work", None),))["calendars"].said == "No complete pass yet: Work."
    )


def test_a_copy_of_which_a_part_was_read_is_not_called_sound() -> None:
    part = mail(unread=19_333)["mail-verified"]
    assert (part.state, part.mend) == ("old", "lightship mail verify --all")
    assert part.said.startswith("19,333 messages were not read again")
    assert mail(damaged=3, unread=1)["mail-verified"].said == "Damaged: 3."
    assert mail(unread=5, verified_at=None)["mail-verified"].said == "Never."


def test_a_way_that_no_letter_ever_went_is_not_known_to_work() -> None:
    untried = changed(used_routes=())["send"]
    assert (untried.state, untried.mend) == ("unknown", "lightship mail send --to ADDRESS --via backup")
    assert changed()["send"].said == "By backup."


def test_papers_letters_and_plan() -> None:
    assert changed(held=Held({"bill": 1}, NOW, NOW, 0))["account"].mend.endswith("--kind contract")
    assert (
        changed(held=Held(dict.fromkeys(("bill", "contract", "numbers"), 1), ago(200 * DAY), NOW, 0))[
            "account"
        ].state
        == "old"
    )
    assert changed(held=Held({}, None, NOW, 1))["account-verified"].state == "missing"
    assert changed(waiting=1)["send"].said.startswith("1 letter")
    assert changed(waiting=2)["send"].said.startswith("2 letters")
    assert changed(gaps=("Who?",))["plan"].said == "Who?"
    assert changed(silent=("Office: x over eth0",))["applications"].state == "missing"
    assert changed(checked=0)["applications"].state == "unknown"
    assert changed(checked=None)["applications"].state == "unknown"
    assert "applications" not in changed(plan=None)
