"""`lightship.yaml` as written: what `lightship serve` watches and publishes. `planning` checks what it says."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from lightship.edges.files.maps.decoding import decode
from lightship.edges.files.maps.findings import Findings
from lightship.edges.files.yaml_marks import Document, read_yaml
from lightship.edges.intake.desk.handed_in import NETWORKS
from lightship.edges.probes.probe import Expect
from lightship.run.feeds_file import FeedEntry
from lightship.vocabulary.errors import BadInput

CONTROLS = ("tcp://1.1.1.1:443", "tcp://8.8.8.8:443", "tcp://9.9.9.9:443")
"""Public resolvers of three independent operators: when all fail at once, our own line is down, not the target."""

EVERY, TIMEOUT = 20.0, 8.0
FASTEST, SLOWEST = 1.0, 60.0
"""Seconds. Nobody is probed more often than this, and nothing that is probed more seldom could be confirmed in time."""
LONGEST_TIMEOUT = 60.0


class CheckEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One check, where a bare address is not enough. `every` and `timeout` in seconds; secrets by reference.

    Args:
        expect: conditions in words, one or a list of them; or the older form.
        families: either, whichever the name has; or IPv4 and IPv6 as two things that are watched.
        addresses: the first of the name that works, or every one of them.
        steps: of a script, where the scheme follows one. command: what `exec` runs, a word each.
    """

    url: str
    name: str = ""
    every: float = EVERY
    timeout: float = TIMEOUT
    secret: str = ""
    expect: Expect | str | list[str] = Expect()
    secrets: Mapping[str, str] = {}
    families: Literal["either", "4", "6", "both"] = "either"
    addresses: Literal["first", "every"] = "first"
    steps: list[Any] = []
    command: list[str] = []


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the page goes. `listen` is loopback unless stated; `directory` absent: beside the store.

    `certificate`, `key`: files in PEM form; then it is served by HTTPS.
    """

    listen: str = "127.0.0.1:8080"
    certificate: str = ""
    key: str = ""
    directory: str = "site"
    address: str = ""


class Partner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who hands in batches, by the name of its token. `networks`: what it counts as; under five it never makes a public
    statement alone."""

    networks: Annotated[int, msgspec.Meta(ge=1, le=1000)] = NETWORKS


class Reports(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Customers' reports by the page. `proxies`: our own, whose word on who sends is taken."""

    places: Literal["uk"] = "uk"
    proxies: list[str] = []
    partners: dict[str, Partner] = {}


class Api(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The interface for programs, on the page's address. `proxies`: our own, whose word on who sends is taken."""

    proxies: list[str] = []


class Console(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The operators' console below `/console`. `proxies`: our own, whose word on who sends is taken."""

    proxies: list[str] = []


class Subscribers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """People who want to be told. `own_domains`: mail domains of ours, each with the service that its mailboxes are;
    `own_numbers`: beginnings of telephone numbers, as +447700, likewise; `proxies`: our own, whose word on who sends is
    taken."""

    own_domains: dict[str, str] = {}
    own_numbers: dict[str, str] = {}
    proxies: list[str] = []


class ModuleEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A module of `/probe`: an address in which `{target}` stands for what Prometheus names."""

    url: str
    timeout: float = TIMEOUT
    expect: str | list[str] = []


class OnRequestEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`/probe`: what Prometheus may ask for. `hosts`: names with `*`, addresses, networks."""

    modules: dict[str, ModuleEntry]
    hosts: list[str]


class Configuration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file as written."""

    checks: list[str | CheckEntry] = []
    map: str = ""
    vantage: str = ""
    network: str = ""
    region: str = ""
    partial_after: int = 10
    provider: str = ""
    runs_it: str = ""
    contact: str = ""
    zone: str = "Europe/London"
    false_alarms_a_year: float = 12.0
    store: str = "lightship.db"
    page: Page = Page()
    reports: Reports | None = None
    api: Api | None = Api()
    probe: OnRequestEntry | None = None
    console: Console | None = Console()
    obligations: str = ""
    channels: list[dict[str, Any]] = []
    subscribers: Subscribers = Subscribers()
    mirrors: list[dict[str, Any]] = []
    feeds: list[FeedEntry] = []
    controls: list[str] | None = None
    workers: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0


def read_file(path: Path) -> tuple[Configuration, Document]:
    """Read a configuration, and where its parts stand. Raises BadInput naming file, line and path."""
    document = read_yaml(path)
    if not isinstance(document.plain, dict):
        raise BadInput(
            document.place(), "no keys in this file", "write at least `checks: [https://example.org]`"
        )
    findings = Findings(document)
    file = decode(document.plain, Configuration, (), findings)
    findings.stop_if_wrong()
    assert file is not None, "decode says what is wrong where it gives nothing"
    return file, document
