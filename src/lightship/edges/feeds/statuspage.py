"""A supplier's or a neighbour's status page, by the API that Statuspage and others offer: `/api/v2/summary.json`."""

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

import msgspec

from lightship.edges.feeds.feed import (
    About,
    Heard,
    Notice,
    Reads,
    Way,
    Word,
    instant_of,
    json_of,
    short,
    web_address,
)
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.signals import FeedKind
from lightship.vocabulary.time import Instant

OUT = ("partial_outage", "major_outage")
"""A component that is only "degraded" or "under maintenance" says nothing of an outage by itself."""
OVER = ("resolved", "postmortem", "completed", "canceled")


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`whose`: a supplier of ours, or a neighbour: another provider, whose trouble people may take for ours.
    `may_be_quoted`: what the page says of a cause may be published with its address."""

    whose: Literal["supplier", "neighbour"] = "supplier"
    may_be_quoted: bool = False


class _Component(msgspec.Struct, frozen=True):
    id: str
    name: str
    status: str


class _Incident(msgspec.Struct, frozen=True):
    id: str
    name: str
    status: str
    impact: str = "none"
    shortlink: str | None = None
    started_at: str | None = None
    created_at: str | None = None
    components: list[_Component] = []
    scheduled_for: str | None = None
    scheduled_until: str | None = None
    updated_at: str | None = None


class _Page(msgspec.Struct, frozen=True):
    url: str = ""


class _Summary(msgspec.Struct, frozen=True):
    page: _Page
    components: list[_Component]
    incidents: list[_Incident] = []
    scheduled_maintenances: list[_Incident] = []


class Statuspage(Reads):
    """Words: one for each of our components that its outages touch. Scheduled maintenance is announced work."""

    ways: ClassVar[tuple[Way, ...]] = ("ask", "file", "push")
    options: ClassVar[type[msgspec.Struct]] = Options
    trust: ClassVar[float] = 0.9

    def __init__(self, options: Any, about: About) -> None:
        self._options: Options = options
        self._about = about
        self._kind: FeedKind = "supplier-statement" if options.whose == "supplier" else "neighbour-down"

    def address(self, url: str) -> str:
        """The API's document, where only the page is named."""
        return url if url.endswith(".json") else f"{url.rstrip('/')}/api/v2/summary.json"

    def read(self, document: bytes, now: Instant, sender: str = "") -> Heard:
        """The summary."""
        summary: _Summary = json_of(document, _Summary)
        words: dict[ComponentId, Word] = {}
        for word in (*self._incidents(summary), *self._components(summary)):
            words.setdefault(word.subject, word)
        return Heard(tuple(words.values()), notices=tuple(self._notices(summary)), whole=True)

    def _incidents(self, summary: _Summary) -> Iterator[Word]:
        for number, each in enumerate(summary.incidents):
            if each.status in OVER or each.impact in ("none", "maintenance"):
                continue
            began = each.started_at or each.created_at
            at = instant_of(began, f"incidents[{number}].created_at") if began else None
            names = [name for c in each.components for name in (c.name, c.id)]
            subjects = (
                [s for c in each.components for s in self._about.of(c.name, c.id)]
                if names
                else self._about.of()
            )
            for subject in dict.fromkeys(subjects):
                url = web_address(each.shortlink or summary.page.url)
                yield Word(
                    subject, self._kind, each.id, short(each.name), url, at,
                    self._options.may_be_quoted and self._kind == "supplier-statement",
                )  # fmt: skip

    def _components(self, summary: _Summary) -> Iterator[Word]:
        for each in summary.components:
            if each.status in OUT:
                text = short(f"{each.name}: {each.status.replace('_', ' ')}")
                for subject in self._about.of(each.name, each.id):
                    yield Word(subject, self._kind, each.id, text, web_address(summary.page.url))

    def _notices(self, summary: _Summary) -> Iterator[Notice]:
        for number, each in enumerate(summary.scheduled_maintenances):
            where = f"scheduled_maintenances[{number}]"
            subjects = dict.fromkeys(s for c in each.components for s in self._about.of(c.name, c.id))
            if not subjects or not each.scheduled_for or not each.scheduled_until:
                continue
            changed = instant_of(each.updated_at, f"{where}.updated_at") if each.updated_at else 0
            yield Notice(
                each.id, changed, instant_of(each.scheduled_for, f"{where}.scheduled_for"),
                instant_of(each.scheduled_until, f"{where}.scheduled_until"), tuple(subjects), "degraded",
                short(each.name), each.status in OVER,
            )  # fmt: skip
