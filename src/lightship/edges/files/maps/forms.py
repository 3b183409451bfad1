"""The shapes that people write in a map file. What they mean is in docs/reference/map.md."""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType


class Member(msgspec.Struct, forbid_unknown_fields=True):
    """One component in a gate."""

    on: str
    share: float = 1.0
    source: str | None = None


class Entry(msgspec.Struct, forbid_unknown_fields=True):
    """An entry of `needs`: one component (`on`), or exactly one gate over several."""

    on: str | None = None
    share: float | UnsetType = UNSET
    source: str | None = None
    all_of: list[str | Member] | None = None
    any_of: list[str | Member] | None = None
    at_least: int | None = None
    of: list[str | Member] | None = None
    split: list[str | Member] | None = None


Needs = list[str | Entry]


class BrandForm(msgspec.Struct, forbid_unknown_fields=True):
    """A brand."""

    id: str
    name: str


class SourceForm(msgspec.Struct, forbid_unknown_fields=True):
    """A named source."""

    basis: Literal["sourced", "assumed", "measured", "stated", "synthetic"]
    publisher: str = ""
    url: str = ""
    as_of: str | None = None
    note: str = ""


class ServiceForm(msgspec.Struct, forbid_unknown_fields=True):
    """A service; in an extending file, what changes about it."""

    id: str
    name: str | UnsetType = UNSET
    parent: str | UnsetType | None = UNSET
    emergency: bool | UnsetType = UNSET
    reported: bool | UnsetType = UNSET
    lines: float | dict[str, float] | UnsetType = UNSET
    spread: Literal["by_area_code"] = "by_area_code"
    areas: list[str] | None = None
    needs: Needs = []
    source: str | None = None


class ComponentForm(msgspec.Struct, forbid_unknown_fields=True, rename={"within": "in"}):
    """A component."""

    id: str
    kind: str
    name: str = ""
    public: str = ""
    owner: str = ""
    place: str = ""
    within: str | None = None
    powered_by: str | list[str] | Entry | None = None
    needs: Needs = []
    source: str | None = None


class AccessForm(msgspec.Struct, forbid_unknown_fields=True):
    """What stands between some services and some areas."""

    area: str | None = None
    areas: list[str] | None = None
    service: str | None = None
    services: list[str] | None = None
    by: str | list[str | Member] | None = None
    needs: Needs = []
    source: str | None = None


class ProbeForm(msgspec.Struct, forbid_unknown_fields=True):
    """A target watched from a vantage."""

    vantage: str
    target: str
    network: str
    family: Literal[0, 4, 6] = 0
    service: str | None = None
    control: bool = False
    region: str = ""
    via: Needs = []
    source: str | None = None


class FeedForm(msgspec.Struct, forbid_unknown_fields=True):
    """A feed and the components that it speaks of."""

    feed: str
    about: list[str]


class BaseForm(msgspec.Struct, forbid_unknown_fields=True):
    """The map that a file starts from."""

    base: str
    seed: int = 1
    lines: int | None = None


class HeadForm(msgspec.Struct, forbid_unknown_fields=True):
    """The scalars at the top of the file."""

    map: str
    id: str
    provider: str | None = None
    brands: list[BrandForm] | None = None
    places: str | None = None
    note: str = ""
    synthetic: bool = False
    source: str = "assumed"
    extends: str | BaseForm | None = None
    without: list[str] = []


SECTIONS: dict[str, type[msgspec.Struct]] = {
    "services": ServiceForm,
    "components": ComponentForm,
    "access": AccessForm,
    "probes": ProbeForm,
    "feeds": FeedForm,
}
"""The lists of a file, each entry read by itself so that one bad entry does not hide the next."""
