"""Alerts of Prometheus, as its Alertmanager posts them to a webhook (payload version 4)."""

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from lightship.edges.feeds.feed import About, Heard, Reads, Way, Word, instant_of, json_of, short, web_address
from lightship.edges.feeds.rules import ENDS
from lightship.vocabulary.signals import FeedKind
from lightship.vocabulary.time import Instant

COMPONENT, SAYS = "lightship_component", "lightship_says"
"""Labels by which a rule of Prometheus itself may say what it means, if its label is in `about`."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`match`: labels and the values (regular expressions, whole) that they must have. `name`: label whose value
    `about` maps to a component."""

    match: dict[str, str]
    says: FeedKind
    name: str = "instance"


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first rule that fits an alert counts. Alerts that fit none, and carry no labels for us, are left out."""

    rules: list[Rule] = []


class _Alert(msgspec.Struct, frozen=True, rename="camel"):
    status: str
    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    starts_at: str = ""
    ends_at: str = ""
    generator_url: str = msgspec.field(name="generatorURL", default="")
    fingerprint: str = ""


class _Message(msgspec.Struct, frozen=True):
    alerts: list[_Alert]


class Alertmanager(Reads):
    """Words: one for each alert, and one when it is resolved."""

    ways: ClassVar[tuple[Way, ...]] = ("push",)
    options: ClassVar[type[msgspec.Struct]] = Options
    trust: ClassVar[float] = 1.0

    def __init__(self, options: Any, about: About) -> None:
        self._rules: list[Rule] = options.rules
        self._about = about

    def read(self, document: bytes, now: Instant, sender: str = "") -> Heard:
        """One message, which carries a group of alerts."""
        message: _Message = json_of(document, _Message)
        words, left_out = list[Word](), list[str]()
        for number, alert in enumerate(message.alerts):
            found = tuple(self._words(alert, f"alerts[{number}]"))
            words += found
            if not found:
                name = short(alert.labels.get("alertname", "?"), 60)
                left_out.append(f"alerts[{number}] {name}: no rule says what it means")
        return Heard(tuple(words), left_out=tuple(left_out))

    def _words(self, alert: _Alert, where: str) -> Iterator[Word]:
        kind, subjects = self._meaning(alert)
        if kind is None:
            return
        over = alert.status == "resolved"
        moment = alert.ends_at if over else alert.starts_at
        at = instant_of(moment, f"{where}.{'endsAt' if over else 'startsAt'}") if moment else None
        text = alert.annotations.get("summary") or alert.labels.get("alertname", "")
        said = ENDS.get(kind) if over else kind
        if said is not None:
            name = f"{alert.fingerprint} {alert.starts_at} {alert.status}"
            for subject in subjects:
                yield Word(subject, said, name, short(text), web_address(alert.generator_url), at)

    def _meaning(self, alert: _Alert) -> tuple[FeedKind | None, tuple[Any, ...]]:
        labels = alert.labels
        for rule in self._rules:
            if all(re.fullmatch(wanted, labels.get(name, "")) for name, wanted in rule.match.items()):
                return rule.says, self._about.of(labels.get(rule.name, ""))
        if COMPONENT in labels:
            try:
                kind: FeedKind = msgspec.convert(labels.get(SAYS, "equipment-alarm"), FeedKind)
            except msgspec.ValidationError:
                return None, ()
            return kind, self._about.named(labels[COMPONENT])
        return None, ()
