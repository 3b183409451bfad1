"""What changed in a collection since the last pass, and the contents of what did."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from lightship.edges.mailboxes.dav.answers import CAL, CARD, DAV, Thing, parse
from lightship.edges.mailboxes.dav.asking import Dav
from lightship.edges.mailboxes.dav.finding import Kind
from lightship.vocabulary.errors import Unreachable

GROUP = 50
"""Things asked for at once."""
MOST_PAGES = 1000
_TAGS = b"""<?xml version="1.0" encoding="utf-8"?>
<d:propfind xmlns:d="DAV:"><d:prop><d:getetag/><d:resourcetype/></d:prop></d:propfind>"""
_DATA = {"calendar": f"{CAL}calendar-data", "contacts": f"{CARD}address-data"}


class Changes(NamedTuple):
    """What to fetch, by address with its entity tag; what is gone; and the token for the next pass (empty: none)."""

    changed: dict[str, str]
    gone: set[str]
    token: str


def changes(dav: Dav, url: str, known: Mapping[str, str], token: str) -> Changes:
    """Since the last pass.

    Args:
        known: entity tags by address, as they were then. token: of then; empty: never, or the server gives none.

    Raises:
        Unreachable: the server does not say.
    """
    found = _by_token(dav, url, token)
    if found is None and token:
        found = _by_token(dav, url, "")  # the server has forgotten the token: all of it once more
        token = ""
    if found is None:
        return _by_tags(dav, url, known)
    changed = {each: tag for each, tag in found.changed.items() if known.get(each) != tag or not tag}
    # From the beginning, the server lists what there is, and says nothing of what is gone.
    gone = found.gone if token else set(known) - set(found.changed)
    return Changes(changed, gone & set(known), found.token)


def contents(dav: Dav, url: str, kind: Kind, wanted: Sequence[str]) -> Iterator[tuple[str, str, bytes]]:
    """Address, entity tag and content of things; what vanished meanwhile is left out. Raises Unreachable."""
    for first in range(0, len(wanted), GROUP):
        group = wanted[first : first + GROUP]
        had = set()
        reply = dav.ask("REPORT", url, _multiget(kind, group), depth="1")
        for each in parse(reply.body, reply.url).things if reply.status == 207 else ():
            text = each.text(_DATA[kind])
            if text and each.url in group:
                had.add(each.url)
                yield each.url, each.text(f"{DAV}getetag"), text.encode()
        for each_url in group:
            if each_url not in had:
                single = dav.ask("GET", each_url)
                if single.status == 200:
                    yield each_url, "", single.body
                elif single.status not in (404, 410):
                    raise Unreachable(f"{each_url}: {single.status}")


def _by_token(dav: Dav, url: str, token: str) -> Changes | None:
    """By sync-collection (RFC 6578); None: the server does not do that, or not with this token."""
    changed: dict[str, str] = {}
    gone: set[str] = set()
    for _ in range(MOST_PAGES):
        reply = dav.ask("REPORT", url, _sync(token), depth="0")
        if reply.status != 207:
            return None
        answered = parse(reply.body, reply.url)
        for each in answered.things:
            if each.status == 404:
                gone.add(each.url)
                changed.pop(each.url, None)
            elif _is_item(each, url):
                changed[each.url] = each.text(f"{DAV}getetag")
                gone.discard(each.url)
        cut = any(each.status == 507 for each in answered.things)
        if not cut or not answered.token or answered.token == token:
            return Changes(changed, gone, answered.token)
        token = answered.token
    raise Unreachable(f"{url}: more than {MOST_PAGES} pages of changes")


def _by_tags(dav: Dav, url: str, known: Mapping[str, str]) -> Changes:
    reply = dav.ask("PROPFIND", url, _TAGS, depth="1")
    if reply.status != 207:
        raise Unreachable(f"{url}: cannot be listed ({reply.status})")
    there = {
        each.url: each.text(f"{DAV}getetag")
        for each in parse(reply.body, reply.url).things
        if _is_item(each, url)
    }
    changed = {each: tag for each, tag in there.items() if known.get(each) != tag or not tag}
    return Changes(changed, set(known) - set(there), "")


def _is_item(each: Thing, collection: str) -> bool:
    types = each.properties.get(f"{DAV}resourcetype")
    folder = types is not None and any(inner.tag == f"{DAV}collection" for inner in types)
    itself = urlsplit(each.url).path.rstrip("/") == urlsplit(collection).path.rstrip("/")
    return not folder and not itself and each.status in (0, 200)


def _sync(token: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?><d:sync-collection xmlns:d="DAV:">'
        f"<d:sync-token>{escape(token)}</d:sync-token><d:sync-level>1</d:sync-level>"
        "<d:prop><d:getetag/><d:resourcetype/></d:prop></d:sync-collection>"
    ).encode()


def _multiget(kind: Kind, urls: Sequence[str]) -> bytes:
    name, space = ("calendar", "caldav") if kind == "calendar" else ("addressbook", "carddav")
    data = "calendar-data" if kind == "calendar" else "address-data"
    hrefs = "".join(f"<d:href>{escape(urlsplit(each).path)}</d:href>" for each in urls)
    return (
        f'<?xml version="1.0" encoding="utf-8"?><x:{name}-multiget xmlns:d="DAV:" '
        f'xmlns:x="urn:ietf:params:xml:ns:{space}"><d:prop><d:getetag/><x:{data}/></d:prop>{hrefs}</x:{name}-multiget>'
    ).encode()
