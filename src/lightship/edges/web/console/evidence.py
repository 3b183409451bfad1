"""A diagnosis in words for operators: the class, how sure, what speaks for and against, rivals, the next test."""

import msgspec

from lightship.tell.naming import CATEGORY_WORDS
from lightship.tell.site.moments import Clock, When
from lightship.vocabulary.components import ComponentId, NetworkMap
from lightship.vocabulary.diagnosis import Diagnosis, LikelihoodRatio

MOST = 5
"""Of each list; all of it stands in `lightship explain`."""


class Evidence(msgspec.Struct, frozen=True):
    """The evidence record as it is shown. Empty lists: nothing of that kind."""

    at: When
    standing: str
    members: tuple[tuple[ComponentId, str, int], ...]
    margin: str
    percent: int
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    rivals: tuple[str, ...]
    tests: tuple[str, ...]
    kinds: tuple[str, ...]
    doubts: tuple[str, ...]
    blind: tuple[str, ...]


def evidence(found: Diagnosis, network: NetworkMap, words: Clock) -> Evidence:
    """A diagnosis, shortened to what decides."""
    chance = {each.name: each.probability for each in found.beliefs}
    return Evidence(
        at=words.when(found.at), standing=found.standing,
        members=tuple((m, _name(m, network), round(100 * chance.get(m, 0.0))) for m in found.members),
        margin=f"{found.margin:.1f}", percent=int(100 * found.probability),
        speaks_for=tuple(_ratio(each) for each in found.evidence_for[:MOST]),
        speaks_against=tuple(_ratio(each) for each in found.evidence_against[:MOST]),
        rivals=tuple(
            f"{each.name or ', '.join(_name(m, network) for m in each.members) or 'less is out'}: "
            f"{each.nats_behind:.1f} nats behind" for each in found.runners_up[:MOST]
        ),
        tests=tuple(f"{each.test} (by {each.by})" for each in found.separate_by[:2]),
        kinds=tuple(
            f"{CATEGORY_WORDS.get(each.name, each.name)}: {each.probability:.0%}" for each in found.categories
        ),
        doubts=tuple(_name(each, network) for each in found.map_doubts), blind=found.blind_spots[:MOST],
    )  # fmt: skip


def _name(component: ComponentId, network: NetworkMap) -> str:
    known = network.component.get(component)
    return known.name or component if known is not None else component


def _ratio(each: LikelihoodRatio) -> str:
    seen = f": {each.seen}" if each.seen else ""
    expected = f", expected {each.expected}" if each.expected else ""
    return f"{each.nats:+.1f} {each.observation}{seen}{expected}"
