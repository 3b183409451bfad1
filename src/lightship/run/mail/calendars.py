"""One pass over calendars and contacts of every place that is known."""

import secrets
from collections.abc import Callable
from pathlib import Path

import msgspec

from lightship.edges.clock import now
from lightship.edges.mailboxes.dav.asking import Dav, Place
from lightship.edges.mailboxes.dav.changes import changes, contents
from lightship.edges.mailboxes.dav.finding import Collection, collections
from lightship.edges.mailboxes.dav.shelf import Shelf
from lightship.edges.mailboxes.secrets import from_command, from_keyring
from lightship.edges.stores.lock import Lock
from lightship.endure.reading.neutral import one_line
from lightship.vocabulary.errors import LightshipError, StoreRefused, Unreachable

BELOW, PLACE = "calendars", "place.json"


class Passed(msgspec.Struct, frozen=True):
    """One collection after a pass. `trouble`: what ended it early; empty: nothing."""

    place: str
    name: str
    kind: str
    items: int
    fetched: int
    gone: int
    trouble: str = ""


def places(copy: Path) -> dict[str, Place]:
    """Every place that is known, by its name. Raises StoreRefused."""
    found = {}
    for path in sorted((copy / BELOW).glob(f"*/{PLACE}")):
        try:
            found[path.parent.name] = msgspec.json.decode(path.read_bytes(), type=Place)
        except (OSError, msgspec.MsgspecError) as error:
            raise StoreRefused(f"{path}: {error}; state the place anew with --url") from error
    return found


def remember(copy: Path, name: str, place: Place) -> None:
    """Keep how a place is reached."""
    folder = copy / BELOW / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder / f".{PLACE}.{secrets.token_hex(4)}"
    unfinished.write_bytes(msgspec.json.encode(place))
    unfinished.replace(folder / PLACE)


def keep(copy: Path, chosen: dict[str, Place], say: Callable[[str], None]) -> list[Passed]:
    """One pass. Trouble with one place or collection leaves the others as they are."""
    passed: list[Passed] = []
    lock = Lock(copy / BELOW / "calendars", "another `lightship mail calendars`", "wait for it")
    try:
        for name, place in chosen.items():
            try:
                passed += _one_place(copy / BELOW / name, name, place, say)
            except (Unreachable, LightshipError) as error:
                passed.append(Passed(name, "", "", 0, 0, 0, one_line(str(error), 300)))
    finally:
        lock.release()
    return passed


def secret_of(name: str, place: Place) -> str:
    """What lets us in. Raises Unreachable or LightshipError."""
    if not place.user:
        return ""
    found = from_command(place.command) if place.command else from_keyring(f"calendars {name}")
    if found is None:
        raise LightshipError(f"the keyring has no password for {name!r}; state it anew with --url")
    return found


def _one_place(folder: Path, name: str, place: Place, say: Callable[[str], None]) -> list[Passed]:
    dav = Dav(place, secret_of(name, place))
    try:
        passed = []
        for each in collections(dav, place.url):
            say(f"{name}: {one_line(each.name)}")
            passed.append(_one_collection(dav, folder, name, each))
        return passed
    finally:
        dav.close()


def _one_collection(dav: Dav, folder: Path, name: str, each: Collection) -> Passed:
    shelf = Shelf(folder, each)
    fetched, gone = 0, 0
    try:
        found = changes(dav, each.url, shelf.known(), shelf.listed.token)
        for url, tag, content in contents(dav, each.url, each.kind, list(found.changed)):
            shelf.put(url, tag or found.changed[url], content)
            fetched += 1
        for url in sorted(found.gone):
            shelf.gone(url)
            gone += 1
    except Unreachable as error:
        shelf.save("", None)
        return Passed(
            name, each.name, each.kind, len(shelf.listed.items), fetched, gone, one_line(str(error), 300)
        )
    shelf.save(found.token, now())
    return Passed(name, each.name, each.kind, len(shelf.listed.items), fetched, gone)
