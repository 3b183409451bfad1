"""Components that people could confuse with others: the same kind of thing in the same place."""

from collections.abc import Sequence

from lightship.vocabulary.components import ComponentId, NetworkMap


def lookalikes(network: NetworkMap, members: Sequence[ComponentId]) -> tuple[int, ...]:
    """Numbers of components of the kind and place of some member that are none, in the order of the map.

    Two buildings in one quarter failed on two days running in July 2016, and were taken for one. Components whose
    place is not known are nobody's lookalikes.
    """
    out = frozenset(members)
    seen = {(network.component[each].kind, network.component[each].place) for each in members}
    return tuple(
        number
        for number, each in enumerate(network.components)
        if each.place and each.id not in out and (each.kind, each.place) in seen
    )
