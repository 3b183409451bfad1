"""What the decoder says of a scenario's shape, put as people need it: place, what was found, what would do."""

import re
from typing import get_args

from lightship.edges.files.maps.findings import Findings, did_you_mean
from lightship.edges.files.yaml_marks import Step, Trail
from lightship.simulate.faults import FaultMode
from lightship.simulate.scenario import NeverRule, Scenario
from lightship.simulate.truth import TruthKind
from lightship.vocabulary.diagnosis import Category
from lightship.vocabulary.questions import QUESTIONS
from lightship.vocabulary.settings import Deployment
from lightship.vocabulary.signals import FeedKind

_AT = re.compile(r" - at (?:`key` in )?`(?:key in )?\$(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.(?P<key>[^.\[\]]+)|\[(?P<index>\d+)\]")
_UNKNOWN = re.compile(r"unknown field `(?P<name>[^`]+)`")
_WORD = re.compile(r"'([^']*)'")
_CLOSED: dict[tuple[Trail, str], tuple[str, ...]] = {
    (("deployment",), "deployment"): get_args(Deployment),
    (("faults",), "mode"): get_args(FaultMode),
    (("background",), "kind"): ("local_fault", "rumour", "neighbour_outage", "attack"),
    (("feeds",), "kind"): get_args(FeedKind),
    (("truth",), "question"): tuple(QUESTIONS),
    (("truth",), "kind"): get_args(TruthKind),
    (("truth",), "category"): get_args(Category),
    (("deadlines",), "deadlines"): (*QUESTIONS, "why_short_list"),
    (("never",), "never"): get_args(NeverRule),
}
"""The closed lists of the format, by section and field, to offer the nearest word."""


def complain(message: str, findings: Findings) -> None:
    """Note what the decoder said of a scenario, at its place in the file and with what would do."""
    where = _AT.search(message)
    trail = _trail(where["path"]) if where else ()
    found = message[: where.start()] if where else message
    unknown = _UNKNOWN.search(found)
    if unknown:
        name = unknown["name"]
        known = Scenario.__struct_encode_fields__ if not trail else ()
        findings.error((*trail, name), f"unknown field {name!r}", did_you_mean(name, known, "see the format"))
        return
    what, _, would_do = found.replace("`", "").partition("; ")
    findings.error(trail, what, would_do or _would_do(found, trail))


def _would_do(found: str, trail: Trail) -> str:
    if "got `int`" in found and "`str" in found:
        return "quote it if it is a name or a code"
    field = next((step for step in reversed(trail) if isinstance(step, str)), "")
    word = _WORD.search(found)
    if word is None or (trail[:1], field) not in _CLOSED:
        return "see the format"
    known = _CLOSED[trail[:1], field]
    return did_you_mean(word[1], known, f"one of {', '.join(known)}")


def _trail(path: str) -> Trail:
    steps: list[Step] = []
    for match in _STEP.finditer(path):
        steps.append(int(match["index"]) if match["index"] is not None else match["key"])
    return tuple(steps)
