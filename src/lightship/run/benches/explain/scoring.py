"""What counts as right. Components that take the same symptoms cannot be told apart, and count as one."""

from collections.abc import Collection

import msgspec
import numpy as np

from lightship.run.benches.explain.world import World
from lightship.vocabulary.diagnosis import Diagnosis

SAME = 1e-6
"""Losses that differ by less are equal."""


class Score(msgspec.Struct, frozen=True):
    """One answer against the truth.

    Args:
        named: components named. right: those of them that are out, or cannot be told from one that is.
        visible: faults without which fewer symptoms would show. found: those of them that are named.
        set_right: every visible fault is named, and nothing that is false.
    """

    named: int
    right: int
    visible: int
    found: int
    set_right: bool


def visible(world: World, failed: Collection[int]) -> tuple[int, ...]:
    """Faults without which fewer symptoms would show; the others are hidden by redundancy or by a larger fault."""
    all_lost = world.lost(failed)[world.symptoms]
    return tuple(one for one in failed if _differ(all_lost, world.lost(set(failed) - {one})[world.symptoms]))


def score(world: World, named: Collection[int], failed: Collection[int]) -> Score:
    """Compare. A hidden fault that is named is right; one that is not named is not missed.

    As few components or fewer that take exactly the same symptoms are right, too: no evidence tells them apart.
    """
    shown = visible(world, failed)
    pairs = _matched(world, named, failed)
    right, found = len(pairs), len(set(pairs.values()) & set(shown))
    exact = right == len(named) and found == len(shown)
    if not exact and 0 < len(named) <= len(shown) and _same_symptoms(world, named, failed):
        return Score(len(named), len(named), len(shown), len(shown), set_right=True)
    return Score(len(named), right, len(shown), found, exact)


def class_right(world: World, said: Diagnosis, failed: Collection[int]) -> bool:
    """Whether a diagnosis' class holds a component that is out, or that cannot be told from one that is."""
    return any(component_right(world, world.feet.index[each], failed) for each in said.members)


def component_right(world: World, one: int, failed: Collection[int]) -> bool:
    """Whether this component is out, or cannot be told from one that is."""
    return one in set(failed) or any(stands_for(world, one, fault, failed) for fault in failed)


def stands_for(world: World, one: int, fault: int, failed: Collection[int]) -> bool:
    """Whether this component takes the same symptoms as that fault, alone or among the others that are out."""
    return bool(world.labels[one] == world.labels[fault]) or _instead(world, one, fault, failed)


def _matched(world: World, named: Collection[int], failed: Collection[int]) -> dict[int, int]:
    """Each named component with the fault that it names; a fault is named once."""
    found = {one: one for one in named if one in set(failed)}
    for same in (_same_label, _instead):
        for one in sorted(set(named) - set(found)):
            left = sorted(set(failed) - set(found.values()))
            hit = next((fault for fault in left if same(world, one, fault, failed)), None)
            if hit is not None:
                found[one] = hit
    return found


def _same_label(world: World, one: int, fault: int, failed: Collection[int]) -> bool:
    return bool(world.labels[one] == world.labels[fault])


def _instead(world: World, one: int, fault: int, failed: Collection[int]) -> bool:
    """Whether all the same would show with this one out in the place of that fault, and the fault shows."""
    if one in set(failed):
        return False
    rest = set(failed) - {fault}
    really, instead = world.lost(failed)[world.symptoms], world.lost(rest | {one})[world.symptoms]
    return not _differ(really, instead) and _differ(really, world.lost(rest)[world.symptoms])


def _same_symptoms(world: World, named: Collection[int], failed: Collection[int]) -> bool:
    return not _differ(world.lost(named)[world.symptoms], world.lost(failed)[world.symptoms])


def _differ(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.any(np.abs(one - other) > SAME))
