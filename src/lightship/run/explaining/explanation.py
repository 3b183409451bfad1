"""All that `lightship explain` says, as one value: the record, the way to it, the rows that it rests on."""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from lightship.explain.calibration import SHIPPED
from lightship.explain.curve import naming_margin
from lightship.run.certifying.certificate import Certificate
from lightship.run.explaining.folded import Folded, Search, Way
from lightship.run.explaining.log import Log
from lightship.run.explaining.supposed import Supposed, supposed
from lightship.run.explaining.weighed import Account, Row, Weighed, weighed
from lightship.run.situation import series_of
from lightship.tell.situation import Series
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.diagnosis import Diagnosis, Searched
from lightship.vocabulary.incidents import Incident
from lightship.vocabulary.observables import CountRow
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.time import Instant, iso

Certify = Callable[[Weighed], Certificate]

EQUAL = 1e-3
"""Nats by which a margin that is made again may differ from the record: both are rounded."""


class Point(msgspec.Struct, frozen=True):
    """How the cause stood after one search.

    Args:
        behind: nats by which each runner-up was behind, by its name.
    """

    at: Instant
    margin: float
    standing: str
    members: tuple[str, ...]
    behind: dict[str, float]


class Lost(msgspec.Struct, frozen=True):
    """What the explanation takes from a service area, 0-1."""

    service: ServiceId
    area: AreaId
    share: float


class Explanation(msgspec.Struct, frozen=True):
    """One incident's cause at an instant, for operators.

    Args:
        origin: what it was read from. at: the search that it shows.
        here, rival: how the two totals come about; their difference is the margin.
        agrees: the margin made again is the record's; None: the record has no class.
        footprint: what the explanation takes away, largest first.
        series: reports against normal; absent: none were counted.
        known, assumed: of a simulation, what rests on sources and what on us.
        names_from: nats from which a cause is named. curve_source: what the curve in use was fitted to.
        certificate: held against the best explanation there is; absent: not asked for.
        supposed: what more observations would change; absent: none were supposed.
    """

    incident: Incident
    origin: str
    simulated: bool
    zone: str
    at: Instant
    onset: Instant
    names: dict[str, str]
    diagnosis: Diagnosis
    here: Account | None
    rival: Account | None
    agrees: bool | None
    rows: tuple[Row, ...]
    points: tuple[Point, ...]
    footprint: tuple[Lost, ...]
    series: Series | None
    map_id: str
    map_note: str
    names_from: float
    curve_source: str
    refolded: int
    certificate: Certificate | None = None
    supposed: Supposed | None = None
    known: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


def explanation(
    log: Log, folded: Folded, way: Way, search: Search, certify: Certify | None = None, suppose: tuple[str, ...] = ()
) -> Explanation:  # fmt: skip
    """Put it together. The search is made again; `certify` holds its answer against the best explanation, `suppose` are
    more observations. Raises BadInput where one of these cannot be read.
    """
    stages = search.after.stages
    assert stages is not None, "a search belongs to a map"
    taken, network = weighed(search), stages.feet.network
    certificate = certify(taken) if certify is not None else None
    diagnosis, settings = _certified(search.diagnosis, certificate), search.after.settings
    curve = settings.margin_curve or SHIPPED
    incident = next((each for each in search.after.incidents if each.id == way.incident.id), way.incident)
    return Explanation(
        incident=incident, origin=log.origin, simulated=settings.simulated, zone=settings.zone, at=search.at,
        onset=way.incident.onset.likeliest, names=_names(diagnosis, network), diagnosis=diagnosis, here=taken.here,
        rival=taken.rival, agrees=_agrees(taken, diagnosis), rows=taken.rows, points=_points(way),
        footprint=_footprint(taken), series=series_of(stages.charts, incident, search.at), map_id=network.id,
        map_note=network.note, names_from=round(naming_margin(curve), 2),
        curve_source=f"{curve.draws:,} draws: {curve.source}",
        refolded=folded.decisions, certificate=certificate, supposed=supposed(taken, suppose) if suppose else None,
        known=tuple(f"{k.what}: {k.value} ({k.source})" for k in log.scenario.known) if log.scenario else (),
        assumed=tuple(f"{a.what}: {a.value}" for a in log.scenario.assumed) if log.scenario else (),
    )  # fmt: skip


def _certified(diagnosis: Diagnosis, certificate: Certificate | None) -> Diagnosis:
    if certificate is None or certificate.why_not:
        return diagnosis
    searched = Searched("certified", diagnosis.searched.scored, certificate.gap)
    return msgspec.structs.replace(diagnosis, searched=searched)


def _agrees(taken: Weighed, diagnosis: Diagnosis) -> bool | None:
    if taken.rival is None:
        return None
    return abs(max(0.0, taken.here.total - taken.rival.total) - diagnosis.margin) <= EQUAL


def _names(diagnosis: Diagnosis, network: NetworkMap) -> dict[str, str]:
    """Names on the map of all that the record speaks of by id."""
    ids = (
        *diagnosis.members, *diagnosis.also, *diagnosis.redundancy_lost, *diagnosis.map_doubts,
        *(member for rival in diagnosis.runners_up for member in rival.members),
        *(each for test in diagnosis.separate_by for each in test.separates),
    )  # fmt: skip
    return {each: network.component[each].name for each in dict.fromkeys(ids) if each in network.component}


def _points(way: Way) -> tuple[Point, ...]:
    return tuple(
        Point(each.at, each.diagnosis.margin, each.diagnosis.standing, tuple(each.diagnosis.members), _behind(each))
        for each in way.searches
    )  # fmt: skip


def _behind(search: Search) -> dict[str, float]:
    return {
        each.name or ", ".join(each.members) or "less is out": each.nats_behind
        for each in search.diagnosis.runners_up
    }


def _footprint(taken: Weighed) -> tuple[Lost, ...]:
    rows = taken.scorer.known.feet.rows
    found = [
        Lost(row.service, row.area, round(float(taken.fit.loss[n]), 4))
        for n in np.flatnonzero(taken.fit.loss > 0.0).tolist()
        if isinstance(row := rows[n], CountRow) and row.area is not None
    ]
    return tuple(sorted(found, key=lambda each: (-each.share, each.service, each.area)))


def plain(found: Explanation) -> dict[str, object]:
    """As JSON: instants as RFC 3339, the incident by its id and state alone."""
    value: dict[str, object] = msgspec.to_builtins(found)
    incident = found.incident
    value["incident"] = {
        "id": incident.id, "status": incident.status, "opened_at": iso(incident.opened_at),
        "resolved_at": iso(incident.resolved_at) if incident.resolved_at else None,
        "services": list(incident.scope.services), "national": incident.scope.national,
    }  # fmt: skip
    value["audience"] = "operators"
    value["at"], value["onset"] = iso(found.at), iso(found.onset)
    diagnosis = value["diagnosis"]
    assert isinstance(diagnosis, dict)
    diagnosis["at"] = iso(found.diagnosis.at)
    value["points"] = [msgspec.to_builtins(each) | {"at": iso(each.at)} for each in found.points]
    if found.series is not None:
        value["series"] = _plain_series(found.series)
    return value


def _plain_series(series: Series) -> dict[str, Sequence[object]]:
    return {
        "services": series.services, "times": [iso(at) for at in series.times], "reports": series.reports,
        "normal": series.normal, "normal_high": series.normal_high,
    }  # fmt: skip
