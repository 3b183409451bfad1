"""When it is back: quantiles of what is left, never a time in the past."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from lightship.follow.eta import differs, mixture_of, remaining
from lightship.follow.priors import PRIORS, TAIL
from lightship.vocabulary.incidents import Eta
from lightship.vocabulary.time import HOUR, MINUTE
from tests.core.outage import LD8, Desk, diagnosis, minute, national


def test_what_has_lasted_long_will_last_longer() -> None:
    power = ((1.0, PRIORS["power"]),)
    halves = [remaining(power, hours * HOUR)[0] for hours in (0, 1, 6, 24)]
    assert halves[1] < halves[0]
    assert halves[1] < halves[2] < halves[3]


@given(st.sampled_from(sorted(PRIORS)), st.integers(0, 14 * 24 * 60))
def test_half_comes_before_nine_in_ten_and_both_in_the_future(category: str, lasted: int) -> None:
    half, most = remaining(((1.0, PRIORS[category]),), lasted * MINUTE)  # type: ignore[index]
    assert 0 < half < most


def test_an_unknown_cause_weighs_all_kinds() -> None:
    mixture, basis = mixture_of(None)
    assert len(mixture) == len(PRIORS)
    assert abs(sum(weight for weight, _ in mixture) - 1) < 1e-9
    assert "all kinds" in basis
    assert all(prior.sources for prior in (*PRIORS.values(), TAIL) if prior.records)


def test_the_first_estimate_comes_within_half_an_hour_of_the_onset() -> None:
    desk = Desk()
    for number in range(6, 31):
        desk.tick(minute(number), (national(),))
    (incident,) = desk.incidents
    assert incident.etas
    assert incident.etas[0].at <= minute(30)


def test_a_known_kind_of_cause_gives_an_estimate_at_once() -> None:
    desk = Desk()
    desk.tick(minute(6), (national(),), (diagnosis("ld8", *LD8, category="power"),))
    assert desk.incidents[0].etas[0].basis == "outages of this kind (power; 3 published cases)"


def test_an_estimate_that_is_exceeded_is_made_anew_and_the_old_one_stays() -> None:
    desk = Desk()
    for number in range(6, 20 * 60, 5):
        desk.tick(minute(number), (national(),))
        last = desk.incidents[0].etas
        assert not last or last[-1].half > minute(number)
    etas = desk.incidents[0].etas
    assert len(etas) >= 3
    assert all(a.at < b.at and a.half < b.half for a, b in pairwise(etas))
    assert etas[-1].reason == "it has lasted longer than the even chance that we gave"


def test_a_quarter_more_to_go_is_news_and_less_is_not() -> None:
    first = Eta(minute(0), minute(60), minute(200), "")
    assert not differs(Eta(minute(5), minute(65), minute(205), ""), first)
    assert differs(Eta(minute(5), minute(90), minute(205), ""), first)
