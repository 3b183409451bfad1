"""Channels are on the map: whatever fails, somebody can still look, and somebody can still be told."""

import pytest

from lightship.prevent.footprints import footprints
from lightship.run.cli import run
from lightship.run.maps import open_map
from lightship.tell.outbox.planning import plan
from lightship.tell.outbox.reaching import beneath, ends, failures, left, unreached
from lightship.tell.outbox.trouble import trouble
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.events import SubscriptionChanged
from lightship.vocabulary.places import AreaId
from tests.core.outage import EMAIL
from tests.support.letters import FEET, SETTINGS, audience, incident, update
from tests.support.markdown import ROOT

SHIPPED = ("national-modern", "national-large", str(ROOT / "docs" / "examples" / "small-map.yaml"))


@pytest.mark.parametrize("name", SHIPPED, ids=("modern", "large", "small"))
def test_whatever_one_or_two_components_of_a_shipped_map_fail_a_surface_and_a_path_remain(name: str) -> None:
    feet = footprints(open_map(name).network)
    every = ends(feet.network)
    assert len(every.pull) >= 3
    assert len(every.push) >= 3
    found = list(failures(feet))
    assert {each.failed[0] for each in found if len(each.failed) == 1} >= {*every.pull, *every.push}
    assert [each.failed for each in found if not each.enough] == []


def test_only_what_lies_beneath_a_surface_or_a_path_can_take_one_away() -> None:
    inside = set(beneath(FEET))
    assert inside == {
        ComponentId(each) for each in ("relay", "mail-front", "gateway", "hooks", "host", "www", "mirror")
    }
    for each in FEET.components:
        lost = left(FEET, [each]).lost
        assert bool(lost.pull or lost.push) <= (each in inside)


def test_a_map_with_one_path_is_found_wanting() -> None:
    assert [each.failed for each in failures(FEET, 1) if not each.enough] == []
    assert ("host", "mirror") in [each.failed for each in failures(FEET) if not each.enough]


def test_people_whose_every_contact_hangs_on_it_are_counted() -> None:
    who = audience(
        SubscriptionChanged("ann", "*", "email"), SubscriptionChanged("ann", "*", "sms"),
        SubscriptionChanged("bob", "*", "email"),
        SubscriptionChanged("cyd", "*", "sms", through=(EMAIL,), area=AreaId("0113")),
        SubscriptionChanged("dee", "*", "sms", depends_on=(ComponentId("ex-0113"),)),
    )  # fmt: skip

    def lost(*failed: str) -> int:
        return unreached(who, FEET, SETTINGS, [ComponentId(each) for each in failed])

    assert [lost("relay"), lost("gateway"), lost("relay", "gateway")] == [1, 2, 4]
    assert lost("mail-front") == 2  # the relay needs it, and so does cyd's mailbox
    assert lost("ex-0113") == 1
    assert lost("thn") == 0


def test_for_every_failure_and_every_two_the_planner_goes_round_what_failed() -> None:
    stands = {"email": "relay", "sms": "gateway", "webhook": "hooks"}
    who = audience(*(SubscriptionChanged("ann", "*", each) for each in stands))
    tried = list(failures(FEET))
    assert len(tried) >= 25
    for case in tried:
        about = incident(cause=case.failed)
        planned = plan(who, update(), about, trouble([about], FEET, SETTINGS), FEET, SETTINGS, {})
        chosen = {stands[each.channel] for each in planned.letters}
        assert planned.unsure == (not case.remaining.push)
        assert len(chosen) == (1 if case.remaining.push else 2)
        assert chosen <= set(case.remaining.push or case.lost.push)


def test_the_command_says_what_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["reach", SHIPPED[2]]) == 0
    assert "Whatever one or two components fail, a surface and a path remain." in capsys.readouterr().out
    assert run(["reach", SHIPPED[2], "--fail", "hall-6", "--fail", "sms"]) == 0
    told = capsys.readouterr().out
    assert (
        "If hall-6 and sms failed:\n  lost: sms, hooks\n  left: status-host, mirror-a, mirror-b; email-relay"
        in told
    )
    assert run(["reach", SHIPPED[2], "--fail", "nothing"]) == 3
    assert run(["reach"]) == 2
