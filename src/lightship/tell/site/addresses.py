"""Where each page lies. Every page of depth is a folder with an index, so that any static host answers `/a/CODE`."""

import string

from lightship.vocabulary.incidents import IncidentId
from lightship.vocabulary.places import AreaId
from lightship.vocabulary.services import ServiceId

_PLAIN = frozenset(string.ascii_letters + string.digits + "-")


def segment(name: str) -> str:
    """A name as one part of a path: what is not a letter, digit or hyphen is written `_` and its hexadecimal code.

    Two names never share a segment, and none is `.` or `..`.

    >>> segment("01904"), segment("region:North West"), segment("../x")
    ('01904', 'region_3a_North_20_West', '_2e__2e__2f_x')
    """
    return "".join(c if c in _PLAIN else f"_{ord(c):x}_" for c in name)


def area_address(area: AreaId) -> str:
    """Address of an area's page below the root, with its slash: no redirect on static hosts."""
    return f"a/{segment(area)}/"


def incident_address(incident: IncidentId) -> str:
    """Address of an incident's page below the root."""
    return f"i/{segment(incident)}/"


def service_address(service: ServiceId) -> str:
    """Address of a service's page below the root."""
    return f"s/{segment(service)}/"


def page(address: str) -> str:
    """The file that holds the page at an address."""
    return f"{address}index.html"


def document(address: str) -> str:
    """The file that holds the same as JSON.

    >>> document("a/01904/"), document("")
    ('a/01904.json', 'index.json')
    """
    return f"{address.removesuffix('/')}.json" if address else "index.json"
