"""Whatever happens: ids stay, histories grow, areas have one owner, promises are kept, restarts are invisible."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from lightship.follow import core as follow
from lightship.tell import core as tell
from lightship.vocabulary.alarms import Alarm
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.signals import FeedEvent
from tests.core.outage import EMAIL, FEET, LD8, PROVIDER, Desk, alarm, diagnosis, minute, recovered

POOL: tuple[dict[str, Any], ...] = (
    {"codes": None, "national": True, "row_class": "national", "members": LD8},
    {"codes": ["0113", "01904"], "row_class": "head-end"},
    {"codes": ["0113"], "subject": "ex-0113", "members": ("ex-0113",)},
    {"codes": ["01792", "029"], "share": None, "public": False},
    {"codes": None, "national": True, "service": EMAIL, "row_class": "national"},
    {"codes": [], "service": EMAIL, "row_class": "probe", "share": None, "members": ("mail-front",)},
)
CAUSES = (
    diagnosis("ld8", *LD8, category="power"), diagnosis("thn", "thn", "linx-thn", probability=0.9),
    diagnosis("ex-0113"), diagnosis("mail-front"), diagnosis(None, probability=0.2),
    diagnosis("ld8", *LD8, neighbour=True),
)  # fmt: skip
FEEDS = ("power-lost", "power-restored", "component-restored")
ACTS = ("confirm", "release-cause", "say", "close", "reopen", "suppress", "name-cause")

step = st.tuples(
    st.sampled_from((1, 1, 1, 1, 7, 29)),
    st.sets(st.sampled_from(range(len(POOL))), max_size=3),
    st.lists(st.sampled_from(range(len(CAUSES))), max_size=2, unique=True),
    st.sampled_from(("", "", "", "", *FEEDS)),
    st.sampled_from(("", "", "", "", "", "", *ACTS)),
    st.sampled_from((0.01, 0.1, 0.15, 0.6)),
)
"""Minutes that it lasts, alarms that stand, causes, a feed's word, a person's act, share out."""

Step = tuple[int, set[int], list[int], str, str, float]


class World:
    """Alarms that begin and end, as detection would hand them on, minute by minute."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.now, self.born = desk, 6, 0
        self.standing: dict[int, Alarm] = {}

    def live(self, what: Step) -> None:
        lasts, wanted, causes, word, act, share = what
        ended = [self.standing.pop(n) for n in sorted(self.standing) if n not in wanted]
        for number in sorted(wanted - set(self.standing)):
            self.born += 1
            self.standing[number] = self._alarm(number, share)
        feeds = (FeedEvent(minute(self.now), "noc", ComponentId("ld8"), word),) if word else ()  # type: ignore[arg-type]
        gone = tuple(recovered(each, minute(self.now)) for each in ended)
        self._tick((*self.standing.values(), *gone), [CAUSES[n] for n in causes], feeds)
        if act and self.desk.incidents:
            which = self.desk.incidents[self.now % len(self.desk.incidents)].id
            component = "ld8" if act == "name-cause" else None
            self.desk.act(minute(self.now), act=act, incident=which, text="A word.", component=component)
        for _ in range(lasts - 1):
            self._tick(tuple(self.standing.values()), [CAUSES[n] for n in causes], ())

    def _alarm(self, number: int, share: float) -> Alarm:
        what = {"share": (share, share / 2, share * 1.5), **POOL[number]}
        return alarm(f"a{self.born}", since=minute(self.now - 4), **what)

    def _tick(self, alarms: tuple[Alarm, ...], causes: list[Diagnosis], feeds: tuple[FeedEvent, ...]) -> None:
        self.desk.tick(minute(self.now), alarms, tuple(causes), feeds)
        self.now += 1


def lived(steps: Sequence[Step], *, restarts: bool) -> Desk:
    world = World(Desk(restarts=restarts))
    for each in steps:
        world.live(each)
    return world.desk


@settings(max_examples=30)
@given(st.lists(step, min_size=1, max_size=12))
def test_a_restart_anywhere_changes_nothing(steps: list[Step]) -> None:
    through, broken = lived(steps, restarts=False), lived(steps, restarts=True)
    assert msgspec.msgpack.encode(through.decisions) == msgspec.msgpack.encode(broken.decisions)
    assert follow.snapshot(through.follow) == follow.snapshot(broken.follow)
    assert tell.snapshot(through.tell) == tell.snapshot(broken.tell)
    again = follow.restore(follow.snapshot(through.follow), FEET, PROVIDER)
    assert again == through.follow


@settings(max_examples=30)
@given(st.lists(step, min_size=1, max_size=12))
def test_ids_are_stable_and_histories_only_grow(steps: list[Step]) -> None:
    history = lived(steps, restarts=False).history
    for before, now in pairwise(history):
        later = {each.id: each for each in now}
        assert [each.id for each in now][: len(before)] == [each.id for each in before]
        for each in before:
            assert_grew(each, later[each.id])


def assert_grew(old: Incident, new: Incident) -> None:
    assert new.opened_at == old.opened_at
    assert [_told(scope) for scope in new.scopes][: len(old.scopes)] == [_told(scope) for scope in old.scopes]
    for name in ("diagnoses", "etas", "alarms", "said"):
        was = getattr(old, name)
        assert getattr(new, name)[: len(was)] == was
    assert new.reopened >= old.reopened
    if old.status == "merged":
        assert new == old


def _told(scope: object) -> object:
    """A scope without the list of areas, which the next scope alike takes over."""
    return msgspec.structs.replace(scope, areas=())  # type: ignore[type-var]


@settings(max_examples=30)
@given(st.lists(step, min_size=1, max_size=12))
def test_no_two_open_incidents_share_a_service_area(steps: list[Step]) -> None:
    for incidents in lived(steps, restarts=False).history:
        held = [(e.service, e.area) for i in incidents if i.is_open for e in i.scope.areas]
        assert len(set(held)) == len(held)


@settings(max_examples=30)
@given(st.lists(step, min_size=1, max_size=12))
def test_promises_lie_in_the_future_and_are_kept(steps: list[Step]) -> None:
    desk = lived(steps, restarts=False)
    promised: dict[str, int] = {}
    for update in desk.updates:
        assert update.at <= promised.pop(update.incident, update.at)
        if update.next_update_by is not None:
            assert update.next_update_by > update.at
            promised[update.incident] = update.next_update_by
    for each in desk.incidents:
        if each.is_open and each.next_update_by is not None:
            assert each.next_update_by > desk.updates[-1].at


@settings(max_examples=30)
@given(st.lists(step, min_size=1, max_size=12))
def test_updates_are_numbered_short_and_name_no_third_party(steps: list[Step]) -> None:
    desk = lived(steps, restarts=False)
    numbers: dict[str, int] = {}
    for update in desk.updates:
        numbers[update.incident] = numbers.get(update.incident, 0) + 1
        assert update.number == numbers[update.incident]
        assert update.text
        assert len(update.text) <= 400
        public = update.headline + update.text + repr(update.answers)
        for word in ("Equinix", "Telehouse", "LINX", "Harbour", "linx-ld8", "ld8"):
            assert word not in public
