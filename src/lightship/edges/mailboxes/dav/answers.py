"""What a server answers in XML: a list of things, each with properties."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urljoin

from lightship.vocabulary.errors import Unreachable

DAV, CAL, CARD = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}", "{urn:ietf:params:xml:ns:carddav}"
_DECLARES = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


class Thing(NamedTuple):
    """One response. `status`: of the thing itself (404: it is gone), 0 where only its properties have one."""

    url: str
    status: int
    properties: dict[str, ElementTree.Element]

    def text(self, name: str) -> str:
        """The text of a property; empty: there is none."""
        found = self.properties.get(name)
        return (found.text or "").strip() if found is not None else ""

    def inner_url(self, name: str) -> str:
        """The address inside a property; empty: there is none."""
        found = self.properties.get(name)
        href = found.find(f"{DAV}href") if found is not None else None
        return urljoin(self.url, (href.text or "").strip()) if href is not None else ""


class Answered(NamedTuple):
    """A multistatus (RFC 4918, 13) with its sync token (RFC 6578); empty: none."""

    things: list[Thing]
    token: str


def parse(body: bytes, url: str) -> Answered:
    """Read a multistatus.

    Raises:
        Unreachable: it is none. Declarations are refused: entities that grow are an old attack.
    """
    if _DECLARES.search(body):
        raise Unreachable(f"{url}: an answer with declarations, which no server needs")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - without declarations there is nothing to expand
    except ElementTree.ParseError as error:
        raise Unreachable(f"{url}: not an answer in XML ({error})") from error
    token = root.find(f"{DAV}sync-token")
    return Answered(list(_things(root, url)), (token.text or "").strip() if token is not None else "")


def _things(root: ElementTree.Element, url: str) -> Iterator[Thing]:
    for response in root.iter(f"{DAV}response"):
        href = response.find(f"{DAV}href")
        if href is None or not href.text:
            continue
        properties: dict[str, ElementTree.Element] = {}
        for part in response.findall(f"{DAV}propstat"):
            if _code(part.find(f"{DAV}status")) in (0, 200):
                properties |= {each.tag: each for prop in part.findall(f"{DAV}prop") for each in prop}
        yield Thing(urljoin(url, href.text.strip()), _code(response.find(f"{DAV}status")), properties)


def _code(status: ElementTree.Element | None) -> int:
    found = re.search(r"\b(\d{3})\b", status.text or "") if status is not None else None
    return int(found[1]) if found else 0
