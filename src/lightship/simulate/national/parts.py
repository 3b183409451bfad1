"""What the generators share: short forms for components, needs and gates, all of them labelled synthetic."""

from collections.abc import Iterable

from lightship.vocabulary.components import Component, ComponentId, ComponentKind, Gate, Need
from lightship.vocabulary.sources import SYNTHETIC

SUPPLIER = "a supplier"


def need(on: str, share: float = 1.0) -> Need:
    """One synthetic edge."""
    return Need(ComponentId(on), share, SYNTHETIC)


def all_of(*names: str, share: float = 1.0) -> Gate:
    """Each of them is needed."""
    return Gate(tuple(need(name, share) for name in names))


def each_of(shares: Iterable[tuple[str, float]]) -> Gate:
    """Each of them is needed, for its share of the work; the shares overlap."""
    return Gate(tuple(need(name, share) for name, share in shares))


def any_of(*names: str, share: float = 1.0) -> Gate:
    """One of them is enough."""
    return at_least(1, *names, share=share)


def at_least(count: int, *names: str, share: float = 1.0) -> Gate:
    """So many of them are enough; `share` of the work is lost when they are fewer."""
    return Gate(tuple(need(name, share) for name in names), at_least=count)


def split(shares: Iterable[tuple[str, float]]) -> Gate:
    """Each carries its own part of the load."""
    return Gate(tuple(need(name, share) for name, share in shares), split=True)


def component(
    name: str,
    kind: ComponentKind,
    title: str,
    *gates: Gate,
    public: str = "",
    owner: str = "",
    place: str = "",
) -> Component:
    """One synthetic component."""
    return Component(ComponentId(name), kind, title, gates, public, owner, place, SYNTHETIC)


class Parts:
    """The components so far, in order."""

    def __init__(self) -> None:
        self._all: list[Component] = []

    @property
    def components(self) -> tuple[Component, ...]:
        """All of them."""
        return tuple(self._all)

    def extend(self, more: Iterable[Component]) -> None:
        """Several more."""
        self._all.extend(more)

    def add(
        self, name: str, kind: ComponentKind, title: str, *gates: Gate, public: str = "", owner: str = "",
        place: str = "",
    ) -> None:  # fmt: skip
        """One more."""
        self._all.append(component(name, kind, title, *gates, public=public, owner=owner, place=place))

    def building(self, name: str, title: str, place: str, *, owner: str = "") -> None:
        """A building on its UPS on its power feed. The three fail alike: only a feed's word can tell them apart."""
        whose = f" of {owner}" if owner else " of ours"
        self.add(f"{name}-feed", "power-feed", f"{title}: power feed", place=place, owner=owner)
        self.add(f"{name}-ups", "ups", f"{title}: UPS", all_of(f"{name}-feed"), place=place, owner=owner)
        self.add(
            name, "building", title, all_of(f"{name}-ups"), public=f"a building in {place}{whose}", place=place,
            owner=owner,
        )  # fmt: skip
