"""A certificate that ends soon is told once a day, before anything is out."""

import pytest

from lightship.edges.probes.address import check
from lightship.edges.probes.probe import Result
from lightship.edges.probes.prober import Duty
from lightship.run.expiring import Expiring
from lightship.vocabulary.time import DAY, SECOND, Instant

AT = Instant(1_900_000_000 * SECOND)
DUTY = Duty(check("https://example.org"), "here", 20.0)


def ends_in(days: float) -> Result:
    return Result(True, "answer", None, (), expires=days * 86_400)


def test_it_is_told_once_a_day() -> None:
    told = Expiring()
    assert "good for another 9 days: renew it now" in (told.word(DUTY, ends_in(9), AT) or "")
    assert told.word(DUTY, ends_in(9), Instant(AT + 20 * SECOND)) is None
    assert told.word(DUTY, ends_in(8), Instant(AT + DAY)) is not None


@pytest.mark.parametrize("result", [None, Result(True, "answer", None, ()), ends_in(40)])
def test_what_is_good_for_long_or_is_not_known_is_no_news(result: Result | None) -> None:
    assert Expiring().word(DUTY, result, AT) is None
