"""Syslog (RFC 5424 and RFC 3164): lines by which UPSs, power strips and optics tell that power or light is gone."""

import re
from typing import Any, ClassVar

import msgspec

from lightship.edges.feeds.feed import About, Heard, Malformed, Reads, Way, Word, short
from lightship.vocabulary.signals import FeedKind
from lightship.vocabulary.time import MINUTE, Instant

LONGEST = 2048
AGAIN = 10 * MINUTE
"""The same line of the same device within this is the same word."""

_5424 = re.compile(r"<\d{1,3}>\d{1,2} (?P<time>\S+) (?P<host>\S+) (?P<rest>.*)", re.DOTALL)
_3164 = re.compile(r"<\d{1,3}>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (?P<host>\S+) (?P<rest>.*)", re.DOTALL)


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`match`: a regular expression that is looked for in the line."""

    match: str
    says: FeedKind


KNOWN = (
    # Network UPS Tools, upsmon(8), NOTIFYMSG
    Rule(r"UPS \S+ on battery", "on-battery"), Rule(r"UPS \S+ on line power", "power-restored"),
    Rule(r"UPS \S+ battery is low|UPS \S+: forced shutdown", "power-lost"),
    # apcupsd(8), events
    Rule(r"Running on UPS batteries|Power failure\.", "on-battery"), Rule(r"Mains returned", "power-restored"),
    Rule(r"Battery (charge below low limit|power exhausted)", "power-lost"),
    # Optics: names of the alarm in ITU-T G.806 and in the messages of several makers
    Rule(r"\b(LOS|Loss[ -]of[ -]Signal)\b(?!.*\b(clear|cleared|restored|deasserted)\b)", "loss-of-signal"),
    Rule(r"\b(LOS|Loss[ -]of[ -]Signal)\b.*\b(clear|cleared|restored|deasserted)\b", "component-restored"),
    Rule(r"dying[ -]gasp", "dying-gasp"),
)  # fmt: skip
"""Used after the operator's own rules, unless they are switched off."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`rules`: your own, tried first. `known`: the shipped ones, too. `about` maps host names to components."""

    rules: list[Rule] = []
    known: bool = True


class Syslog(Reads):
    """Words: one for each line that a rule fits, from a host that means something to us."""

    ways: ClassVar[tuple[Way, ...]] = ("listen", "follow")
    options: ClassVar[type[msgspec.Struct]] = Options
    trust: ClassVar[float] = 0.5

    def __init__(self, options: Any, about: About) -> None:
        rules = [*options.rules, *(KNOWN if options.known else ())]
        self._rules = [(_compiled(n, rule), rule.says) for n, rule in enumerate(rules)]
        self._about = about

    def read(self, document: bytes, now: Instant, sender: str = "") -> Heard:
        """One message. Its own clock is not believed: it is of now."""
        line = document[:LONGEST].decode("utf-8", "replace").strip()
        host, said = _parts(line)
        kind = next((kind for rule, kind in self._rules if rule.search(said)), None)
        if kind is None:
            return Heard()
        subjects = self._about.of(host, sender)
        if not subjects:
            return Heard(left_out=(f"host {short(host, 60)!r} means nothing to us: {short(said, 80)}",))
        key = f"{host} {now // AGAIN}"
        return Heard(tuple(Word(each, kind, key, short(f"{host}: {said}")) for each in subjects))


def _compiled(number: int, rule: Rule) -> "re.Pattern[str]":
    try:
        return re.compile(rule.match, re.IGNORECASE)
    except re.error as error:
        raise Malformed(f"rules[{number}].match", f"no regular expression ({error})") from None


def _parts(line: str) -> tuple[str, str]:
    """Host and the rest. Raises Malformed for what is no syslog."""
    found = _5424.match(line) or _3164.match(line)
    if found is None:
        raise Malformed("message", repr(line[:40]), "syslog, RFC 5424 or RFC 3164")
    return found["host"], found["rest"]
