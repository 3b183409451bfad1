"""Small maps for the localiser, and evidence drawn from a known truth by plain models of reports and probes."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from lightship.detect.evidence import SHARES, Detection, Evidence
from lightship.explain import core as explain
from lightship.prevent.footprints import Footprints, footprints
from lightship.vocabulary.alarms import Alarm, AlarmId
from lightship.vocabulary.components import (
    Component,
    ComponentId,
    ComponentKind,
    FeedSubject,
    Gate,
    Need,
    NetworkMap,
    ProbePath,
    ServiceArea,
    ServiceNeeds,
)
from lightship.vocabulary.diagnosis import Diagnosis
from lightship.vocabulary.events import ProbeCounts, TickJudged
from lightship.vocabulary.observables import CountRow, ProbeRow
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import Service, ServiceId
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.signals import FeedEvent
from lightship.vocabulary.sources import Estimate
from lightship.vocabulary.time import Between, Instant, Tick, judged_at

BROADBAND = ServiceId("broadband")
SETTINGS = Settings()


def need(*on: str, share: float = 1.0, at_least: int | None = None, split: bool = False) -> Gate:
    return Gate(tuple(Need(ComponentId(each), share) for each in on), at_least, split)


def part(
    name: str, kind: ComponentKind, *gates: Gate, title: str = "", owner: str = "", place: str = ""
) -> Component:
    return Component(ComponentId(name), kind, title or name, gates, owner=owner, place=place)


def powered_site(name: str, title: str, place: str = "") -> tuple[Component, ...]:
    """A peering site in a supplier's building, on its UPS, on its power feed: four that fail alike."""
    return (
        part(f"{name}-feed", "power-feed", title=f"Power feed of {title}", owner="supplier"),
        part(f"{name}-ups", "ups", need(f"{name}-feed"), title=f"UPS of {title}", owner="supplier"),
        part(
            f"{name}-building",
            "building",
            need(f"{name}-ups"),
            title=f"Building of {title}",
            owner="supplier",
        ),
        part(f"{name}-site", "peering", need(f"{name}-building"), title=title, place=place),
    )


def peered(
    shares: Mapping[str, float], areas: int = 30, vantages: int = 4, titles: Mapping[str, str] | None = None,
    lines: float = 20_000.0, feeds: Sequence[tuple[str, str]] = (),
) -> NetworkMap:  # fmt: skip
    """Broadband over peering sites that carry these shares; each area on its own exchange; each site probed by all."""
    # Those with a name of their own stand in one town.
    named = titles or {}
    sites = [
        each
        for name in shares
        for each in powered_site(name, named.get(name, name), "London" if name in named else "")
    ]
    exchanges = [part(f"exchange-{n}", "exchange") for n in range(areas)]
    together = Gate(tuple(Need(ComponentId(f"{n}-site"), share) for n, share in shares.items()), split=True)
    networks = [part(f"network-{v}", "vantage-network") for v in range(vantages)]
    probes = [
        ProbePath(f"v{v}", f"https://beyond-{name}.example", f"n{v}", service=BROADBAND,
                  gates=(need(f"network-{v}"), need(f"{name}-site")))
        for v in range(vantages)
        for name in shares
    ]  # fmt: skip
    return NetworkMap(
        id="small", version="1", provider="Sample", brands=(), services=(Service(BROADBAND, "broadband"),),
        components=(*sites, *exchanges, *networks),
        service_needs=(ServiceNeeds(BROADBAND, (together,)),),
        service_areas=tuple(
            ServiceArea(BROADBAND, AreaId(f"0{100 + n}"), lines, (need(f"exchange-{n}"),)) for n in range(areas)
        ),
        probes=tuple(probes), feeds=tuple(FeedSubject(feed, ComponentId(on)) for feed, on in feeds),
    )  # fmt: skip


class Drawn:
    """Draws evidence for a map whose truth is known."""

    def __init__(self, feet: Footprints, seed: int = 0) -> None:
        self.feet, self.rng = feet, np.random.default_rng(seed)

    def evidence(
        self, failed: Mapping[str, float], minutes: int = 15, tick: int = 1000, common: float = 1.0,
        propensity: float = 2e-3, normal: float = 2e-6, false_alarms: float = 0.01, heard: Iterable[str] = (),
        silent: frozenset[int] = frozenset(), assumed_propensity: float = 2e-3, extra: np.ndarray | None = None,
    ) -> Evidence:  # fmt: skip
        """A window of `minutes`; `propensity` reports per line out in the window, `normal` per line and minute."""
        loss = self.feet.losses({ComponentId(name): share for name, share in failed.items()})
        rows = len(loss)
        ell, has_data = np.zeros((rows, len(SHARES))), np.ones(rows, dtype=bool)
        seen, expected = np.zeros(rows), np.zeros(rows)
        for n, row in enumerate(self.feet.rows):
            if n in silent:
                has_data[n] = False
            elif isinstance(row, CountRow):
                lines = self.feet.lines[n] * (0.1 if row.area is None else 0.9)
                more = float(extra[n]) if extra is not None else 0.0
                expected[n] = lines * normal * minutes
                seen[n] = self.rng.poisson(expected[n] * common + lines * loss[n] * propensity + lines * more)
                ell[n] = _counts(seen[n], expected[n], lines * SHARES * assumed_propensity)
            elif isinstance(row, ProbeRow):
                tried = max(1, minutes // 3)
                wrong = self.rng.binomial(tried, false_alarms + (0.99 - false_alarms) * loss[n])
                seen[n], expected[n] = wrong, tried * 0.02
                ell[n] = _probes(wrong, tried)
            else:
                has_data[n] = seen[n] = row.subject in tuple(heard)
                ell[n] = np.log1p(seen[n] * SHARES * 400.0)
        return Evidence(Tick(tick - minutes), Tick(tick), ell, has_data, seen, expected)


def _counts(seen: float, expected: float, added: np.ndarray) -> np.ndarray:
    dispersion = 1.5
    return np.asarray((seen * np.log1p(added / expected) - added) / dispersion)


def _probes(wrong: int, tried: int) -> np.ndarray:
    chance = 0.02 + 0.96 * SHARES
    return np.asarray(wrong * np.log(chance / 0.02) + (tried - wrong) * np.log((1 - chance) / 0.98))


def alarm(subject: str = "broadband", state: str = "outage", row_class: str = "national") -> Alarm:
    when = Between(Instant(0), Instant(0), Instant(0))
    return Alarm(
        AlarmId("a1"), state, subject, row_class, (BROADBAND,), (), 20.0, 10.0, when, Instant(0),  # type: ignore[arg-type]
        Estimate("share of lines"),
    )  # fmt: skip


def detection(
    evidence: Evidence, *, changed: bool = False, alarms: tuple[Alarm, ...] | None = None
) -> Detection:
    standing = (alarm(),) if alarms is None else alarms
    none = np.zeros(1)
    return Detection(evidence.until, standing, standing if changed else (), evidence, none, none, none)


def tick(number: int, feeds: tuple[FeedEvent, ...] = (), probes: ProbeCounts | None = None) -> TickJudged:
    return TickJudged(Tick(number), "1", feeds=feeds, probes=probes or ProbeCounts())


def diagnosed(
    network: NetworkMap | Footprints, failed: Mapping[str, float], seed: int = 0,
    feeds: tuple[FeedEvent, ...] = (), **how: object,
) -> tuple[Diagnosis, ...]:  # fmt: skip
    """What the stage says at once about evidence drawn from these failures."""
    return diagnosed_under(network, failed, SETTINGS, seed, feeds, **how)


def diagnosed_under(
    network: NetworkMap | Footprints, failed: Mapping[str, float], settings: Settings, seed: int = 0,
    feeds: tuple[FeedEvent, ...] = (), **how: object,
) -> tuple[Diagnosis, ...]:  # fmt: skip
    """The same with settings of one's own."""
    feet = network if isinstance(network, Footprints) else footprints(network)
    seen = Drawn(feet, seed).evidence(failed, **how)  # type: ignore[arg-type]
    state = explain.start(feet, settings)
    at = judged_at(seen.until)
    return explain.step(state, feet, settings, at, detection(seen), tick(int(seen.until), feeds))[1]
