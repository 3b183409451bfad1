"""The best joint explanation: whole faults, parts, gates, noise; the drawn truth never scores above the answer."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightship.explain.hypothesis import hypotheses
from lightship.explain.priors import component_odds
from lightship.explain.score import Fit, Parts, Scorer
from lightship.explain.screen import Screen
from lightship.explain.search import search
from lightship.explain.table import CAP, tempered
from lightship.prevent.footprints import Footprints, footprints
from lightship.vocabulary.components import ComponentId, NetworkMap, ProbePath, ServiceArea, ServiceNeeds
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import Service
from tests.support.explaining import BROADBAND, Drawn, need, part, peered

SHARES = {f"site{n}": share for n, share in enumerate((0.1, 0.12, 0.08, 0.2, 0.15, 0.05, 0.14, 0.16))}
SITES = footprints(peered(SHARES))
VOICE = "voice"


def gated() -> NetworkMap:
    """Two services in 24 areas; exchanges in pairs of areas on one or two metros; two resolvers, one is enough."""
    metros = [part(f"metro{n}", "metro", need(f"metro{n}-feed")) for n in range(4)]
    feeds = [part(f"metro{n}-feed", "power-feed") for n in range(4)]
    one, two = (
        [need(f"metro{n}") for n in range(4)],
        [need(f"metro{n}", f"metro{(n + 1) % 4}", at_least=1) for n in range(4)],
    )
    exchanges = [part(f"exchange{n}", "exchange", (two if n % 2 else one)[n % 4]) for n in range(24)]
    resolvers = [part("dns-a", "dns"), part("dns-b", "dns")]
    services = (Service(BROADBAND, "broadband"), Service(VOICE, "phone calls"))  # type: ignore[arg-type]
    probes = [
        ProbePath(f"v{v}", f"dns://{name}", f"n{v}", service=BROADBAND, gates=(need(name),))
        for v in range(4)
        for name in ("dns-a", "dns-b")
    ]
    return NetworkMap(
        id="gated", version="1", provider="Sample", brands=(), services=services,
        components=(*feeds, *metros, *exchanges, *resolvers),
        service_needs=(ServiceNeeds(BROADBAND, (need("dns-a", "dns-b", at_least=1),)),),
        service_areas=tuple(
            ServiceArea(service.id, AreaId(f"0{100 + n}"), 20_000.0, (need(f"exchange{n}"),))
            for service in services
            for n in range(24)
        ),
        probes=tuple(probes),
    )  # fmt: skip


GATED = footprints(gated())


def scored(
    feet: Footprints, truth: Mapping[str, float], seed: int = 0, **how: float
) -> tuple[Scorer, Screen]:
    known = hypotheses(feet)
    seen = Drawn(feet, seed).evidence(truth, **how)  # type: ignore[arg-type]
    scorer = Scorer(known, tempered(seen, known), component_odds(feet.network, {}))
    return scorer, Screen(scorer)


def best(feet: Footprints, truth: Mapping[str, float], seed: int = 0, **how: float) -> tuple[Scorer, Fit]:
    scorer, screen = scored(feet, truth, seed, **how)
    return scorer, search(scorer, screen)


def parts(scorer: Scorer, failed: Mapping[str, float]) -> Parts:
    return tuple((scorer.known.names.index(name), share) for name, share in failed.items())


def effect(feet: Footprints, scorer: Scorer, fit: Fit) -> list[float]:
    """What the explanation takes down, feeds apart."""
    loss = feet.losses(
        {ComponentId(scorer.known.names[c]): share for c, share in fit.parts if c < scorer.known.components}
    )
    return [round(float(each), 6) for each in loss]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("site", ["site0-ups", "site3-site", "site6-building"])
def test_a_single_whole_fault_is_found(site: str, seed: int) -> None:
    scorer, fit = best(SITES, {site: 1.0}, seed)
    assert effect(SITES, scorer, fit) == [round(float(x), 6) for x in SITES.losses({ComponentId(site): 1.0})]


@pytest.mark.parametrize("seed", range(3))
def test_two_partial_faults_at_once_are_found_although_each_alone_looks_like_their_sum(seed: int) -> None:
    truth = {"site0-site": 1.0, "site2-site": 1.0}
    scorer, fit = best(SITES, truth, seed)
    assert effect(SITES, scorer, fit) == [
        round(float(x), 6) for x in SITES.losses({ComponentId(n): s for n, s in truth.items()})
    ]


@settings(max_examples=15)
@given(
    pair=st.lists(st.sampled_from(sorted(SHARES)), min_size=1, max_size=2, unique=True), seed=st.integers(0, 10_000),
    common=st.floats(0.6, 1.6),
)  # fmt: skip
def test_the_answer_never_scores_below_the_truth(pair: list[str], seed: int, common: float) -> None:
    truth = {f"{name}-site": 1.0 for name in pair}
    scorer, fit = best(SITES, truth, seed, common=common)
    assert fit.total >= scorer.fit(parts(scorer, truth)).total - 1e-6


def test_both_members_of_a_gate_are_found_when_neither_alone_shows() -> None:
    scorer, fit = best(GATED, {"metro1": 1.0, "metro2": 1.0})
    assert {scorer.known.names[c].removesuffix("-feed") for c, _ in fit.parts} == {"metro1", "metro2"}


def test_one_member_of_a_gate_alone_costs_the_areas_behind_it_nothing() -> None:
    scorer, _ = scored(GATED, {})
    [(cause, share)] = parts(scorer, {"dns-a": 1.0})
    assert scorer.fit(((cause, share),)).first[:, : scorer.known.groups - 1].sum() == 0.0


@pytest.mark.parametrize("noise", [0.0, 0.02, 0.05])
def test_false_failures_of_probes_do_not_add_causes(noise: float) -> None:
    _scorer, fit = best(SITES, {"site3-site": 1.0}, 5, false_alarms=noise)
    assert len(fit.parts) == 1


def test_a_quiet_network_needs_no_cause() -> None:
    for seed in range(5):
        assert best(SITES, {}, seed)[1].parts == ()


def test_no_row_says_more_than_the_cap() -> None:
    known = hypotheses(SITES)
    table = tempered(Drawn(SITES).evidence({"site3-site": 1.0}, minutes=240), known)
    assert float(np.abs(table.value).max()) <= CAP


def test_one_row_alone_never_names_a_component() -> None:
    _scorer, fit = best(SITES, {"exchange-3": 1.0})
    assert fit.parts == ()


def test_areas_that_move_together_are_few_votes() -> None:
    """The same reports in ten times as many areas say hardly more, once what moves them is common to all."""
    nats = []
    for areas in (10, 100):
        feet = footprints(peered({"a": 0.5, "b": 0.5}, areas=areas, lines=200_000.0, vantages=0))
        scorer, _ = scored(feet, {"a-site": 1.0}, minutes=60, normal=2e-5)
        nats.append(scorer.fit(parts(scorer, {"a-site": 1.0})).data)
    assert nats[1] < 2.0 * nats[0]


def test_a_narrow_fault_keeps_its_vote_on_top_of_a_broad_one() -> None:
    """What a metro node adds is paid for by the noise of its own areas, not by that of the whole country."""
    scorer, _ = scored(GATED, {"metro0": 1.0}, minutes=60, normal=2e-5)
    alone = scorer.fit(parts(scorer, {"metro0": 1.0})).data
    unknown = parts(scorer, {"unknown@broadband": 0.05, "unknown@voice": 0.05})
    beside = scorer.fit((*unknown, *parts(scorer, {"metro0": 1.0}))).data - scorer.fit(unknown).data
    assert beside > 0.6 * alone


def test_the_score_does_not_depend_on_the_order_of_the_parts() -> None:
    scorer, _ = scored(SITES, {"site0-site": 1.0})
    both = parts(scorer, {"site0-site": 1.0, "site4-ups": 0.25})
    assert scorer.fit(both) is scorer.fit(both[::-1])


def test_the_screen_promises_no_more_than_the_exact_score_holds() -> None:
    scorer, screen = scored(SITES, {"site4-site": 1.0})
    for option in screen.best(scorer.nothing, 5):
        assert option.gain - 1e-3 <= scorer.fit(option.parts).total <= option.gain + 8.0
