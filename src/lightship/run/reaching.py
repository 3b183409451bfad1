"""Who could be told: of a map alone, or of a hub with its subscribers."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from lightship.edges.stores.reading import StoreReader
from lightship.prevent.footprints import Footprints, footprints
from lightship.run.hub_file import store_of
from lightship.run.maps import open_map
from lightship.tell.outbox.audience import Audience
from lightship.tell.outbox.reaching import Ends, Left, ends, failures, left, unreached
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.events import MapChanged, SettingsChanged, SubscriptionChanged
from lightship.vocabulary.settings import Settings

SHOWN = 30


class Known(msgspec.Struct, frozen=True):
    """What is known of a deployment. `audience` None: of a map alone nobody knows who subscribes."""

    feet: Footprints
    settings: Settings = Settings()
    audience: Audience | None = None


class Case(msgspec.Struct, frozen=True):
    """One failure. `unreached`: people whose every contact hangs on it; None: not known."""

    failed: tuple[ComponentId, ...]
    remaining: Ends
    lost: Ends
    unreached: int | None
    enough: bool


class Tried(msgspec.Struct, frozen=True):
    """What was tried. `subscribers` None: not known. `unplaced`: channels that are not on the map."""

    all: Ends
    subscribers: int | None
    unplaced: tuple[str, ...]
    together: int
    cases: tuple[Case, ...]
    asked: bool = False

    @property
    def holds(self) -> bool:
        """In every case a surface and a path remain."""
        return all(each.enough for each in self.cases) and bool(self.all.pull and self.all.push)


def of_map(name: str) -> Known:
    """A map alone. Raises BadInput."""
    return Known(footprints(open_map(name).network))


def of_hub(hub: Path) -> Known:
    """A hub: what its log says of map, settings and subscribers. Raises BadInput, StoreRefused."""
    path = store_of(hub)
    reader = StoreReader(path)
    try:
        maps, settings = list(reader.events_of(MapChanged)), list(reader.events_of(SettingsChanged))
        if not maps:
            raise BadInput(str(path), "no map in its log", "start the hub once with `lightship serve`")
        audience = Audience()
        for event in reader.events_of(SubscriptionChanged):
            assert isinstance(event, SubscriptionChanged), "asked for by kind"
            audience = audience.after(event)
    finally:
        reader.close()
    newest, stated = maps[-1], settings[-1] if settings else None
    assert isinstance(newest, MapChanged), "asked for by kind"
    found = stated.settings if isinstance(stated, SettingsChanged) else Settings()
    return Known(footprints(newest.map), found, audience)


def tried(known: Known, failed: tuple[str, ...]) -> Tried:
    """The named failure; without one, every component and every two that take something away. Raises BadInput."""
    feet = known.feet
    for each in failed:
        if ComponentId(each) not in feet.index:
            raise BadInput("--fail", f"the map has no {each!r}", "`lightship map show` lists the components")
    cases = [left(feet, [ComponentId(each) for each in failed])] if failed else list(failures(feet))
    people = known.audience
    unplaced = tuple(each.kind for each in known.settings.channels if each.component not in feet.index)
    made = tuple(_case(each, known) for each in cases)
    return Tried(ends(feet.network), len(people.people) if people else None, unplaced, 2, made, bool(failed))


def _case(each: Left, known: Known) -> Case:
    people = known.audience
    count = unreached(people, known.feet, known.settings, each.failed) if people is not None else None
    return Case(each.failed, each.remaining, each.lost, count, each.enough)


def lines(found: Tried) -> Iterator[str]:
    """For people: what there is, the worst cases, the verdict."""
    yield f"Surfaces (people look): {_named(found.all.pull)}"
    yield f"Paths (news comes to people): {_named(found.all.push)}"
    if found.subscribers is not None:
        yield f"Subscribers: {found.subscribers:,}"
    if found.unplaced:
        yield f"Not on the map, so nobody knows what they depend on: {_named(found.unplaced)}"
    shown = found.cases if found.asked else _worth_showing(found)
    for case in shown[:SHOWN]:
        yield ""
        yield f"If {' and '.join(case.failed)} failed:"
        yield f"  lost: {_named((*case.lost.pull, *case.lost.push))}"
        yield f"  left: {_named(case.remaining.pull)}; {_named(case.remaining.push)}"
        if case.unreached is not None:
            yield f"  could not be told: {case.unreached:,} of {found.subscribers:,} subscribers"
    if len(shown) > SHOWN:
        yield f"... and {len(shown) - SHOWN} more; --json shows all"
    yield ""
    yield _verdict(found)


def _worth_showing(found: Tried) -> tuple[Case, ...]:
    """Single failures, and of two at once those that leave too little."""
    singles = tuple(case for case in found.cases if len(case.failed) == 1)
    return (*(case for case in found.cases if not case.enough), *(case for case in singles if case.enough))


def _verdict(found: Tried) -> str:
    if not found.all.pull or not found.all.push:
        missing = "surface (kinds status-host, mirror)" if not found.all.pull else "path (kind channel)"
        return f"The map has no {missing}: nobody can say who could be told."
    bad = sum(not case.enough for case in found.cases)
    if found.asked:
        return "A surface and a path remain." if not bad else "NOT ENOUGH is left: no surface, or no path."
    if bad:
        return f"NOT ENOUGH: {bad} failures of one or two components leave no surface, or no path."
    return "Whatever one or two components fail, a surface and a path remain."


def _named(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "none"
