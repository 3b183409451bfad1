"""What people read, word for word."""

from lightship.tell.emergency import TEXTS, UK, emergency_text
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.signals import FeedEvent
from tests.core.outage import (
    EMAIL,
    FEET,
    LD8,
    PORTAL,
    Desk,
    alarm,
    diagnosis,
    minute,
    national,
    recovered,
)

POWER = diagnosis("ld8", *LD8, category="power")


def test_a_national_partial_outage_through_its_life() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),), (POWER,))
    desk.tick(
        minute(23), (national(),), (POWER,), (FeedEvent(minute(22), "noc", ComponentId("ld8"), "power-restored"),)
    )  # fmt: skip
    desk.tick(minute(131), (recovered(national(), minute(130)),))
    desk.tick(minute(191))
    assert [(each.status, each.headline, each.text) for each in desk.updates] == [
        (
            "identified",
            "Broadband: about 1 in 10 connections is failing, all over the UK.",
            "We are seeing broadband fail for some people all over the UK, since about 7:55am. Between 1 in 20 and "
            "1 in 5 connections may be affected. The evidence points to loss of power at a building in London of a "
            "supplier. Nothing is wrong at your home. Do not reset your router. Going by past outages: an even chance "
            "that it is back by 12:30pm, nine in ten by 12:30am on 21 July. Next update by 8:31am.",
        ),
        (
            "monitoring",
            "Broadband: about 1 in 10 connections is failing, all over the UK; the equipment is back, service is still "
            "recovering.",
            "The equipment has been back since 8:17am, but service is still recovering: about 1 in 10 connections of "
            "broadband still fails all over the UK. The evidence points to loss of power at a building in London "
            "of a supplier. Nothing is wrong at your home. Do not reset your router. Going by past outages: an even "
            "chance that it is back by 9:50am, nine in ten by 2:30pm. Next update by 8:48am.",
        ),
        (
            "monitoring",
            "Broadband looks healthy again all over the UK; we are still watching.",
            "All that we see has looked healthy since 10:05am. We keep watching until 11:05am before we call it over. "
            "Next update by 10:36am.",
        ),
        (
            "resolved",
            "Broadband is working again all over the UK.",
            "It began at about 7:55am. All that we see has looked healthy since 10:05am. The evidence pointed to loss "
            "of power at a building in London of a supplier. Still not working? Restart your equipment once, then "
            "report it.",
        ),
    ]  # fmt: skip


def test_one_town_is_named_with_its_code() -> None:
    desk = Desk()
    desk.tick(minute(6), (alarm("leeds", ["0113"], share=(0.5, 0.3, 0.8)),))
    (update,) = desk.updates
    assert update.headline == "Broadband: about half of the connections are failing in Leeds (0113)."
    assert update.text == (
        "We are seeing broadband fail for some people in Leeds (0113), since about 7:55am. Between 1 in 3 and 3 in 4 "
        "connections there may be affected. Why is not known yet; we are comparing what fails with what works. Nothing "
        "is wrong at your home. Do not reset your router. If you can, use mobile data. A home phone on your router may "
        "not work either. Next update by 8:31am."
    )


def test_most_of_a_region_is_the_region() -> None:
    desk = Desk()
    desk.tick(minute(6), (alarm("y", ["0113", "01904", "0114", "01482"]),))
    assert desk.updates[0].headline.endswith("is failing in Yorkshire (4 area codes).")


def test_areas_far_apart_are_counted() -> None:
    desk = Desk()
    desk.tick(minute(6), (alarm("far", ["0113", "020", "01792", "029"]),))
    assert desk.updates[0].headline.endswith("is failing in Leeds (0113) and 3 other areas.")


def test_outsiders_say_who_they_are_and_that_it_is_not_the_providers_page() -> None:
    desk = Desk(Settings(deployment="outsiders", runs_it="Mail Watch"))
    desk.tick(minute(6), (alarm("mail", service=EMAIL, share=None, national=True, row_class="probe"),))
    (update,) = desk.updates
    assert update.headline == (
        "Reports and tests suggest that email is failing for some people all over the UK, says Mail Watch; "
        "this is not BT's page."
    )
    assert update.text == (
        "Reports and tests suggest that email is failing for some people all over the UK, since about 7:55am. How many "
        "are affected is not known yet. Why is not known yet; we are comparing what fails with what works. Do not "
        "change your password. For urgent things use another address or call. Next update by 8:31am."
    )


def test_one_vantage_says_that_it_was_seen_from_one_place() -> None:
    desk = Desk(Settings(one_vantage=True))
    probe = alarm("www", [], PORTAL, share=None, row_class="probe", members=("www",))
    desk.tick(minute(6), (probe,))
    assert desk.updates[0].headline == "BT website is failing (seen from one place)."


def test_nothing_new_is_said_before_the_promise_breaks() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),), (POWER,))
    for number in range(7, 35):
        desk.tick(minute(number), (national(),), (POWER,))
    _, second = desk.updates
    assert second.at == minute(34)
    assert second.text.startswith("No change since 8:01am. We are seeing")


def test_a_neighbours_outage_is_not_ours() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),))
    desk.tick(minute(12), (national(),), (diagnosis("thn", neighbour=True),))
    last = desk.updates[-1]
    assert last.headline == "Broadband: another network is in trouble; ours looks healthy all over the UK."
    answers = {each.question: each.answer for each in last.answers}
    assert (answers["down"], answers["us_or_neighbour"], answers["why"]) == ("no", "neighbour", None)


def test_a_persons_words_go_out_as_they_are() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),))
    desk.act(minute(7), act="say", incident="20160720-1", text="Engineers are on their way.")
    assert (desk.updates[-1].text, desk.updates[-1].by) == ("Engineers are on their way.", "operator")


def test_a_suppressed_incident_says_that_there_was_no_outage() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),))
    desk.act(minute(7), act="suppress", incident="20160720-1")
    assert desk.updates[-1].headline == "Broadband: we have looked into this and found no outage."


def test_updates_come_at_most_every_five_minutes_but_for_status() -> None:
    desk = Desk()
    for number in range(6, 30):
        share = 0.05 * 1.6 ** (number % 4)
        desk.tick(minute(number), (national(share=(share, share / 2, min(1.0, share * 2))),))
    gaps = [b.at - a.at for a, b in zip(desk.updates, desk.updates[1:], strict=False)]
    assert gaps
    assert min(gaps) >= 5 * 60_000


def test_simulated_updates_say_so() -> None:
    desk = Desk(Settings(simulated=True))
    desk.tick(minute(6), (national(),))
    assert desk.updates[0].simulated


def test_nothing_is_published_without_enough_evidence() -> None:
    desk = Desk()
    for number in range(6, 60):
        desk.tick(minute(number), (national(public=False),))
    desk.tick(minute(61), (recovered(national(public=False), minute(60)),))
    desk.tick(minute(200))
    assert desk.incidents[0].status == "resolved"
    assert desk.updates == []


def test_emergency_words_are_fixed_and_shown_while_lines_may_be_hit() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),))
    assert emergency_text(desk.incidents[0], FEET.network) == (UK,)
    assert TEXTS["nation:Wales"] == UK
    mail = Desk()
    mail.tick(minute(6), (alarm("mail", service=EMAIL),))
    assert emergency_text(mail.incidents[0], FEET.network) == ()
    cut = Desk()
    cut.tick(minute(6), (alarm("mail", service=EMAIL),), (diagnosis("mail-front", category="power"),))
    assert emergency_text(cut.incidents[0], FEET.network) == (UK,)
