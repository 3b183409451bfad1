"""The `feeds` of a configuration: each entry read and checked before anything starts."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from lightship.edges.feeds import feed as kinds
from lightship.edges.feeds.feed import EVERYTHING, About, Feed, Malformed, Way
from lightship.edges.files.yaml_marks import Trail
from lightship.edges.probes.probe import Secret
from lightship.edges.probes.secrets import secret
from lightship.edges.web.senders import Network, networks
from lightship.vocabulary.components import ComponentId, FeedSubject, NetworkMap
from lightship.vocabulary.errors import BadInput

EVERY, FASTEST = 60.0, 5.0
SILENT_AFTER = 15.0
"""Minutes."""

Place = Callable[[Trail], str]
Subjects = str | list[str]


class FeedEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One feed, as written. One of `url`, `file`, `follow` and `listen`, or none: it is handed in.

    Args:
        about: whom it may speak of: components of the map, or its own names for them.
        every: seconds between two looks. silent_after: minutes.
        trust: 0-1; absent: what its kind has. allow: networks that may send to `listen`.
        secret: by reference; sent as a bearer token.
    """

    name: str
    kind: str
    url: str = ""
    file: str = ""
    follow: str = ""
    listen: str = ""
    about: list[str] | dict[str, Subjects] = []
    every: float = EVERY
    silent_after: float = SILENT_AFTER
    trust: float | None = None
    allow: list[str] = []
    secret: str = ""
    options: dict[str, Any] = {}


class PlannedFeed(msgspec.Struct, frozen=True):
    """One feed, checked.

    Args:
        way: how its documents come; source: from where, empty where they are handed in.
        every: seconds. silent_after: milliseconds; 0: it speaks when there is something, so that silence is usual.
    """

    name: str
    kind: str
    feed: Feed
    way: Way
    source: str
    every: float
    silent_after: int
    trust: float
    allow: tuple[Network, ...]
    token: Secret
    subjects: tuple[ComponentId, ...]


def planned(
    entries: Sequence[FeedEntry], network: NetworkMap, folder: Path, place: Place
) -> tuple[PlannedFeed, ...]:
    """Every feed. Raises BadInput naming file, line and key."""
    taken: dict[str, None] = {}
    found = []
    for number, entry in enumerate(entries):
        where: Trail = ("feeds", number)
        if entry.name in taken or not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", entry.name):
            why = "this name is taken" if entry.name in taken else f"{entry.name!r}"
            raise BadInput(
                place((*where, "name")), why, "a name of its own: small letters, digits and hyphens"
            )
        taken[entry.name] = None
        found.append(_planned(entry, network, folder, where, place))
    return tuple(found)


def _planned(entry: FeedEntry, network: NetworkMap, folder: Path, where: Trail, place: Place) -> PlannedFeed:
    made = kinds.kind(entry.kind, place((*where, "kind")))
    way, source = _way(entry, made, folder, where, place)
    about = _about(entry, network, where, place)
    feed = _made(entry, made, About(about), network, where, place)
    trust = made.trust if entry.trust is None else entry.trust
    for key, value, low, high in (
        ("trust", trust, 0.0, 1.0), ("every", entry.every, FASTEST, 3600.0),
        ("silent_after", entry.silent_after, 1.0, 10080.0),
    ):  # fmt: skip
        if not low <= value <= high:
            raise BadInput(place((*where, key)), f"{value:g}", f"from {low:g} to {high:g}")
    allow = networks(entry.allow, place((*where, "allow")))
    if way == "listen" and not _is_loopback(source) and not allow:
        raise BadInput(
            place((*where, "listen")), "anybody could send to this address",
            "name who may: allow: [192.0.2.0/24], or listen on 127.0.0.1",
        )  # fmt: skip
    token = secret(entry.secret, place((*where, "secret"))) if entry.secret else Secret()
    silent = round(entry.silent_after * 60_000) if way in ("ask", "file", "measure") else 0
    return PlannedFeed(
        entry.name, entry.kind, feed, way, source, entry.every, silent, trust, allow, token,
        tuple(dict.fromkeys(each for subjects in about.values() for each in subjects)),
    )  # fmt: skip


def _way(entry: FeedEntry, made: type[Feed], folder: Path, where: Trail, place: Place) -> tuple[Way, str]:
    given: list[tuple[Way, str, str]] = [
        ("ask", "url", entry.url), ("file", "file", entry.file), ("follow", "follow", entry.follow),
        ("listen", "listen", entry.listen),
    ]  # fmt: skip
    named = [each for each in given if each[2]]
    nothing: Way = "measure" if "measure" in made.ways else "push"
    way, key, source = named[0] if named else (nothing, "kind", "")
    if len(named) > 1:
        raise BadInput(place((*where, named[1][1])), f"{key} and {named[1][1]} in one feed", "one of them")
    if way not in made.ways:
        able = {
            "ask": "url",
            "file": "file",
            "follow": "follow",
            "listen": "listen",
            "push": "none of them",
            "measure": "none of them",
        }
        raise BadInput(
            place((*where, key)), f"a feed of kind {entry.kind} does not come this way",
            f"{' or '.join(able[each] for each in made.ways)}",
        )  # fmt: skip
    if way == "ask" and urlsplit(source).scheme not in ("https", "http"):
        raise BadInput(place((*where, "url")), f"{source!r}", "an address that begins with https://")
    if way in ("file", "follow"):
        source = str(folder / source)
    if way == "listen":
        _check_listen(source, place((*where, "listen")))
    return way, source


def _check_listen(text: str, place: str) -> None:
    parts = urlsplit(text)
    try:
        fine = parts.scheme in ("udp", "tcp") and parts.hostname and parts.port is not None
    except ValueError:
        fine = False
    if not fine:
        raise BadInput(place, f"{text!r}", "udp://127.0.0.1:5514 or tcp://127.0.0.1:6514")


def _is_loopback(listen: str) -> bool:
    return urlsplit(listen).hostname in ("127.0.0.1", "::1", "localhost")


def _check_service(service: str, network: NetworkMap, place: str) -> None:
    """A feed that counts for a service: what it counts must have a row."""
    known = dict.fromkeys(each.service for each in network.service_areas)
    if service and service not in known:
        raise BadInput(
            place, f"the map has no areas of a service {service!r}", f"one of {', '.join(known) or 'none'}"
        )


def _made(
    entry: FeedEntry, made: type[Feed], about: About, network: NetworkMap, where: Trail, place: Place
) -> Feed:
    try:
        options = msgspec.convert(entry.options, made.options)
        _check_service(getattr(options, "service", ""), network, place((*where, "options")))
        return made(options, about)
    except msgspec.ValidationError as error:
        raise BadInput(place((*where, "options")), str(error).replace("`", ""), _keys(made)) from None
    except Malformed as error:
        raise BadInput(place((*where, "options")), str(error)) from None


def _keys(made: type[Feed]) -> str:
    names = made.options.__struct_fields__
    return f"known: {', '.join(names)}" if names else "this kind has no options"


def _about(
    entry: FeedEntry, network: NetworkMap, where: Trail, place: Place
) -> dict[str, tuple[ComponentId, ...]]:
    """The feed's names to components. Without `about`: what the map says under this feed's name."""
    neighbour = "neighbour" in (entry.options.get("whose"), entry.options.get("of"))
    if not entry.about:
        known = tuple(each.subject for each in network.feeds if each.feed == entry.name)
        # A neighbour is no part of our map: it stands there by the feed's own name.
        known = known or ((ComponentId(entry.name),) if neighbour else ())
        return {EVERYTHING: known} if known else {}
    names: dict[str, Subjects] = (
        {EVERYTHING: entry.about} if isinstance(entry.about, list) else dict(entry.about)
    )
    found = {}
    for name, said in names.items():
        subjects = [said] if isinstance(said, str) else said
        for each in subjects:
            if ComponentId(each) not in network.component and not neighbour:
                trail = (*where, "about") if name == EVERYTHING else (*where, "about", name)
                raise BadInput(place(trail), f"the map has no component {each!r}", "the id of one")
        found[name] = tuple(ComponentId(each) for each in subjects)
    return found


def with_feeds(network: NetworkMap, feeds: Sequence[PlannedFeed]) -> tuple[FeedSubject, ...]:
    """Whom feeds may speak of: what the map says, and what the configuration adds to it."""
    known = dict.fromkeys(network.feeds)
    for each in feeds:
        known.update(
            dict.fromkeys(FeedSubject(each.name, s) for s in each.subjects if s in network.component)
        )
    return tuple(known)
