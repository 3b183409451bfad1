"""From an address to the calendars and address books behind it (RFC 6764, RFC 4791 6.2.1, RFC 6352 7.1.1)."""

from collections.abc import Iterator
from typing import Literal, NamedTuple
from urllib.parse import urljoin

from lightship.edges.mailboxes.dav.answers import CAL, CARD, DAV, Thing, parse
from lightship.edges.mailboxes.dav.asking import Dav
from lightship.vocabulary.errors import LightshipError, Unreachable

Kind = Literal["calendar", "contacts"]
_HOMES = (f"{CAL}calendar-home-set", f"{CARD}addressbook-home-set")
_ASKED = b"""<?xml version="1.0" encoding="utf-8"?>
<d:propfind xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:k="urn:ietf:params:xml:ns:carddav"><d:prop>
<d:resourcetype/><d:displayname/><d:current-user-principal/><c:calendar-home-set/><k:addressbook-home-set/>
</d:prop></d:propfind>"""


class Collection(NamedTuple):
    """A calendar or address book."""

    url: str
    kind: Kind
    name: str


def collections(dav: Dav, start: str) -> list[Collection]:
    """Every one that the user has. The address may be of the server, the user, or one collection.

    Raises:
        Unreachable: the server does not answer as one of its kind. LightshipError: it does not let us in.
    """
    seen: dict[str, Collection] = {}
    for home in _homes(dav, start):
        for each in _children(dav, home):
            seen.setdefault(each.url, each)
    if not seen:
        raise Unreachable(f"{start}: neither a calendar nor an address book there")
    return list(seen.values())


def _homes(dav: Dav, start: str) -> Iterator[str]:
    """Addresses below which collections may be: the start itself, and what the user's own page names."""
    tried = []
    for address in (start, urljoin(start, "/.well-known/caldav"), urljoin(start, "/.well-known/carddav")):
        own = _properties(dav, address)
        if own is None:
            continue
        tried.append(own.url)
        principal = own.inner_url(f"{DAV}current-user-principal")
        named = _properties(dav, principal) if principal else own
        for each in _HOMES:
            home = named.inner_url(each) if named is not None else ""
            if home and home not in tried:
                tried.append(home)
    yield from dict.fromkeys(tried)


def _properties(dav: Dav, url: str) -> Thing | None:
    reply = dav.ask("PROPFIND", url, _ASKED)
    if reply.status in (401, 403):
        raise LightshipError(f"{url}: it does not let us in ({reply.status}); is the password right?")
    if reply.status != 207:
        return None
    return next(iter(parse(reply.body, reply.url).things), None)


def _children(dav: Dav, home: str) -> Iterator[Collection]:
    reply = dav.ask("PROPFIND", home, _ASKED, depth="1")
    if reply.status != 207:
        return
    for each in parse(reply.body, reply.url).things:
        types = each.properties.get(f"{DAV}resourcetype")
        tags = {inner.tag for inner in types} if types is not None else set()
        name = each.text(f"{DAV}displayname") or each.url.rstrip("/").rpartition("/")[2]
        if f"{CAL}calendar" in tags:
            yield Collection(each.url, "calendar", name)
        elif f"{CARD}addressbook" in tags:
            yield Collection(each.url, "contacts", name)
