"""Components that people could confuse with others: the same kind of thing in the same place."""

from collections.abc import Sequence

from lightship.vocabulary.components import Component, ComponentId, NetworkMap


def lookalikes(network: NetworkMap, members: Sequence[ComponentId]) -> tuple[int, ...]:
    """Numbers of components of the kind and place of some member that are none, in the order of the map.

    A class with a building in it is told from other buildings, where there are any: those are mistaken for each other.

    Two buildings in one quarter failed on two days running in July 2016, and were taken for one. Components whose
    place is not known are nobody's lookalikes.
    """
    known = [network.component[each] for each in members]
    buildings = [each for each in known if each.kind == "building"]
    return _alike(network, buildings, members) or _alike(network, known, members)


def _alike(
    network: NetworkMap, models: Sequence[Component], members: Sequence[ComponentId]
) -> tuple[int, ...]:
    out, seen = frozenset(members), {(each.kind, each.place) for each in models}
    return tuple(
        number
        for number, each in enumerate(network.components)
        if each.place and each.id not in out and (each.kind, each.place) in seen
    )
