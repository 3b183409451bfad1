"""From a margin to a probability: what is fitted is what was drawn, and it never promises more."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightship.explain.calibration import SHIPPED
from lightship.explain.curve import NAMED_AT, SMALLEST, fitted, naming_margin, probability_right
from lightship.vocabulary.margin_curve import MarginCurve
from lightship.vocabulary.settings import Settings
from tests.support.explaining import diagnosed_under, peered

DRAWS = st.lists(st.tuples(st.floats(0.0, 60.0), st.booleans()), min_size=SMALLEST, max_size=400)


def curve(draws: list[tuple[float, bool]]) -> MarginCurve:
    return fitted([margin for margin, _ in draws], [right for _, right in draws], "drawn")


@given(DRAWS)
def test_a_larger_margin_is_never_worth_less_and_nothing_is_certain(draws: list[tuple[float, bool]]) -> None:
    found = curve(draws)
    assert list(found.margins) == sorted(set(found.margins))
    assert list(found.chances) == sorted(found.chances)
    assert 0.0 < found.chances[0] <= found.chances[-1] < 1.0
    assert found.draws == len(draws)


@given(DRAWS)
def test_draws_in_another_order_give_the_same_curve(draws: list[tuple[float, bool]]) -> None:
    """Of equal margins the order may matter to the groups, so that each margin is made unique here."""
    unique = [(margin + n * 1e-3, right) for n, (margin, right) in enumerate(draws)]
    assert curve(unique) == curve(unique[::-1])


def test_the_curve_says_how_often_a_margin_was_right() -> None:
    rng = np.random.default_rng(1)
    margins = rng.uniform(0.0, 20.0, 6000)
    rights = rng.random(6000) < 1.0 / (1.0 + np.exp(2.0 - margins / 2.0))
    found = fitted(margins.tolist(), rights.tolist(), "a logistic truth")
    for margin in (2.0, 6.0, 10.0):
        truth = 1.0 / (1.0 + np.exp(2.0 - margin / 2.0))
        assert probability_right(margin, found) == pytest.approx(truth, abs=0.08)


def test_few_draws_never_name_a_cause_however_right_they_were() -> None:
    assert naming_margin(fitted([20.0] * SMALLEST, [True] * SMALLEST, "few")) == float("inf")
    with pytest.raises(ValueError, match="40 of each"):
        fitted([20.0] * 10, [True] * 10, "too few")


def test_many_that_were_all_right_name_a_cause_from_where_they_begin() -> None:
    margins = [*np.linspace(0.0, 5.0, 200), *np.linspace(5.0, 50.0, 400)]
    found = fitted(margins, [margin > 5.0 or n % 2 == 0 for n, margin in enumerate(margins)], "a step")
    assert 5.0 <= naming_margin(found) <= 20.0
    assert probability_right(naming_margin(found), found) >= NAMED_AT


def test_equal_content_is_one_version_and_other_content_another() -> None:
    one = fitted([float(n) for n in range(80)], [n > 9 for n in range(80)], "a")
    assert one.version == fitted([float(n) for n in range(80)], [n > 9 for n in range(80)], "a").version
    assert one.version != fitted([float(n) for n in range(80)], [n > 9 for n in range(80)], "b").version
    assert SHIPPED.version not in ("", one.version)


def test_a_deployments_own_curve_decides_what_is_named_there_and_the_record_says_which() -> None:
    network, failed = peered({"a": 0.1, "b": 0.2, "c": 0.7}, vantages=8), {"a-site": 1.0}
    usual = diagnosed_under(network, failed, Settings())[0]
    careful = MarginCurve("own", (0.0, 500.0), (0.1, 0.995), 1000, "this deployment", simulated=False)
    strict = diagnosed_under(network, failed, Settings(margin_curve=careful))[0]
    assert (usual.standing, usual.curve) == ("named to operators", SHIPPED.version)
    assert (strict.standing, strict.curve) == ("under investigation", "own")
    assert strict.margin == usual.margin


def test_a_curve_travels_in_the_log_with_the_settings() -> None:
    own = Settings(margin_curve=SHIPPED)
    assert msgspec.json.decode(msgspec.json.encode(own), type=Settings) == own
