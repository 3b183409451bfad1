"""Sessions, logins and calls out of a Prometheus: the answer of an instant query (`/api/v1/query`)."""

from collections.abc import Iterator
from math import isfinite
from typing import Any, ClassVar, Literal
from urllib.parse import urlencode

import msgspec

from lightship.edges.feeds.feed import About, Heard, Malformed, Reads, Way, instant_of_seconds, json_of
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId
from lightship.vocabulary.signals import PassiveCount
from lightship.vocabulary.time import MINUTE, Instant

STALE = 2 * MINUTE


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`query`: in PromQL, an instant vector. `counts`: what its values are. `service`, or the label that names it;
    `area_label`: names the area. `areas`: the label's values that are not our area codes themselves."""

    query: str
    counts: Literal["sessions", "logins", "calls"]
    area_label: str
    service: str = ""
    service_label: str = ""
    areas: dict[str, str] = {}


class _Sample(msgspec.Struct, frozen=True):
    metric: dict[str, str]
    value: tuple[float, str]


class _Data(msgspec.Struct, frozen=True, rename={"result_type": "resultType"}):
    result_type: str
    result: list[msgspec.Raw]


class _Answer(msgspec.Struct, frozen=True):
    status: str
    data: _Data | None = None
    error: str = ""


class Prometheus(Reads):
    """Counts: one for each sample. Samples that are NaN or older than two minutes are left out: no data is not zero."""

    ways: ClassVar[tuple[Way, ...]] = ("ask",)
    options: ClassVar[type[msgspec.Struct]] = Options
    trust: ClassVar[float] = 1.0

    def __init__(self, options: Any, about: About) -> None:
        self._options: Options = options

    def address(self, url: str) -> str:
        """The query at that server."""
        return f"{url.rstrip('/')}/api/v1/query?{urlencode({'query': self._options.query})}"

    def read(self, document: bytes, now: Instant, sender: str = "") -> Heard:
        """One answer."""
        answer: _Answer = json_of(document, _Answer)
        if answer.status != "success" or answer.data is None:
            raise Malformed("query", answer.error[:200] or answer.status, "a query that Prometheus answers")
        if answer.data.result_type != "vector":
            raise Malformed(
                "query", f"a {answer.data.result_type}", "an instant vector: no range, no bare number"
            )
        counts, left_out = list[PassiveCount](), list[str]()
        if not answer.data.result:
            left_out.append("the query gives no series: what it counts is unknown, not zero")
        for raw in answer.data.result:
            sample: _Sample = json_of(bytes(raw), _Sample)
            found = tuple(self._count(sample, now))
            counts += found
            if not found:
                left_out.append(f"{str(sample.metric)[:120]}: no number, too old, or without its labels")
        return Heard(counts=tuple(counts), left_out=tuple(left_out))

    def _count(self, sample: _Sample, now: Instant) -> Iterator[PassiveCount]:
        at = instant_of_seconds(sample.value[0], "value[0]")
        options, labels = self._options, sample.metric
        service = labels.get(options.service_label, options.service)
        named = labels.get(options.area_label, "")
        try:
            value = float(sample.value[1])
        except ValueError:
            return
        if not isfinite(value) or value < 0 or now - at > STALE or not service or not named:
            return
        area = AreaId(options.areas.get(named, named))
        yield PassiveCount(at, ServiceId(service), area, options.counts, value)
