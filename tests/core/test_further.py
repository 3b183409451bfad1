"""One more failure beside others takes what all of them together take, worked out from nothing."""

import numpy as np
import pytest

from lightship.edges.files.places import uk_places
from lightship.prevent.footprints import Footprints, footprints
from lightship.prevent.further import further, nothing_out
from lightship.simulate.national import national
from lightship.simulate.watched import watched
from lightship.simulate.watched.shape import SMALL


@pytest.fixture(scope="module", params=["tests", "reports", "national"])
def feet(request: pytest.FixtureRequest) -> Footprints:
    if request.param == "national":
        return footprints(national(uk_places()))
    return footprints(watched(SMALL, 1, request.param))


def test_failures_one_by_one_take_what_they_take_together(feet: Footprints) -> None:
    rng, wiring = np.random.default_rng(5), feet.wiring
    for _ in range(40):
        some = rng.choice(len(feet.components), size=int(rng.integers(1, 7)), replace=False).tolist()
        shares = rng.choice([1.0, 1.0, 0.5, 0.05], size=len(some)).tolist()
        out = nothing_out(wiring)
        for number, share in zip(some, shares, strict=True):
            before = out.loss.copy()
            held = out
            out = further(wiring, out, number, share)
            assert (held.loss == before).all()
        together = dict(zip(some, shares, strict=True))
        assert out.failed == together
        assert out.loss == pytest.approx(wiring.losses(together), abs=1e-9)
        health = wiring.component_health(together)
        assert out.health == pytest.approx([health.get(n, 1.0) for n in range(len(out.health))], abs=1e-9)


def test_of_a_component_named_twice_the_larger_share_counts(feet: Footprints) -> None:
    once = further(feet.wiring, nothing_out(feet.wiring), 3, 1.0)
    again = further(feet.wiring, once, 3, 0.25)
    assert again.failed == {3: 1.0}
    assert (again.loss == once.loss).all()
