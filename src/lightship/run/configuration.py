"""`lightship.yaml`: what `lightship serve` watches and publishes. The same defaults serve `lightship watch`."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from lightship.edges.files.maps.decoding import decode
from lightship.edges.files.maps.findings import Findings
from lightship.edges.files.yaml_marks import Trail, read_yaml, written
from lightship.edges.probes.address import check
from lightship.edges.probes.probe import Check, Expect, Secret
from lightship.edges.probes.secrets import secret
from lightship.edges.web.senders import Senders
from lightship.run.listening import host_and_port
from lightship.run.watched import Watched, called, is_local, watched
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.zones import zone

CONTROLS = ("tcp://1.1.1.1:443", "tcp://8.8.8.8:443", "tcp://9.9.9.9:443")
"""Public resolvers of three independent operators: when all fail at once, our own line is down, not the target."""

EVERY, TIMEOUT = 20.0, 8.0
FASTEST, SLOWEST = 1.0, 60.0
"""Seconds. Nobody is probed more often than this, and nothing that is probed more seldom could be confirmed in time."""
LONGEST_TIMEOUT = 60.0


class CheckEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One check, where a bare address is not enough. `every` and `timeout` in seconds; `secret` by reference."""

    url: str
    name: str = ""
    every: float = EVERY
    timeout: float = TIMEOUT
    secret: str = ""
    expect: Expect = Expect()


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the page goes. `listen` is loopback unless stated; `directory` absent: beside the store."""

    listen: str = "127.0.0.1:8080"
    directory: str = "site"
    address: str = ""


class Reports(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Customers' reports by the page. `proxies`: our own, whose word on who sends is taken."""

    places: Literal["uk"] = "uk"
    proxies: list[str] = []


class Configuration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file as written."""

    checks: list[str | CheckEntry]
    provider: str = ""
    runs_it: str = ""
    contact: str = ""
    zone: str = "Europe/London"
    store: str = "lightship.db"
    page: Page = Page()
    reports: Reports | None = None
    controls: list[str] | None = None


class Plan(msgspec.Struct, frozen=True):
    """What is to be done, checked."""

    settings: Settings
    provider: str
    things: tuple[Watched, ...]
    controls: tuple[Check, ...]
    store: Path
    site: Path
    host: str
    port: int
    reports: Reports | None = None
    senders: Senders | None = None


def read(path: Path) -> Plan:
    """Read a configuration. Raises BadInput naming file, line and path."""
    document = read_yaml(path)
    if not isinstance(document.plain, dict):
        raise BadInput(
            document.place(), "no keys in this file", "write at least `checks: [https://example.org]`"
        )
    findings = Findings(document)
    file = decode(document.plain, Configuration, (), findings)
    findings.stop_if_wrong()
    assert file is not None, "decode says what is wrong where it gives nothing"
    return plan(file, path.parent, document.place)


Place = Callable[[Trail], str]
"""Says where a part of the configuration stands."""


def plan(file: Configuration, folder: Path, place: Place = written) -> Plan:
    """Check a configuration. Raises BadInput.

    Args:
        folder: what relative paths are relative to.
    """
    if not file.checks:
        raise BadInput(place(("checks",)), "nothing to watch", "name an address, such as https://example.org")
    _zone(file.zone, place(("zone",)))
    things = watched([_entry(n, each, file.contact, place) for n, each in enumerate(file.checks)])
    host, port = host_and_port(file.page.listen, place(("page", "listen")))
    settings = Settings(
        runs_it=file.runs_it, zone=file.zone, address=file.page.address.rstrip("/"), contact=file.contact,
        one_vantage=True, takes_reports=file.reports is not None,
    )  # fmt: skip
    return Plan(
        settings, file.provider or called(things), things, _controls(file, things, place), folder / file.store,
        folder / file.page.directory, host, port, file.reports, _senders(file, place),
    )  # fmt: skip


def _zone(name: str, where: str) -> None:
    try:
        zone(name)
    except BadInput as error:
        raise BadInput(where, error.found, error.would_do) from None


def _entry(number: int, each: str | CheckEntry, contact: str, place: Place) -> tuple[Check, str, float]:
    where: Trail = ("checks", number)
    entry = CheckEntry(each) if isinstance(each, str) else each
    if not FASTEST <= entry.every <= SLOWEST:
        raise BadInput(place((*where, "every")), f"{entry.every:g} s", f"from {FASTEST:g} to {SLOWEST:g} s")
    if not 0 < entry.timeout <= LONGEST_TIMEOUT:
        raise BadInput(
            place((*where, "timeout")), f"{entry.timeout:g} s", f"above 0 and at most {LONGEST_TIMEOUT:g} s"
        )
    low, high = entry.expect.status
    if not 100 <= low <= high <= 599:
        raise BadInput(
            place((*where, "expect", "status")),
            f"[{low}, {high}]",
            "the lowest and the highest, from 100 to 599",
        )
    with_what = secret(entry.secret, place((*where, "secret"))) if entry.secret else Secret()
    made = check(
        entry.url, place(where), timeout=entry.timeout, expect=entry.expect, contact=contact, secret=with_what
    )
    return made, entry.name, entry.every


def _senders(file: Configuration, place: Place) -> Senders | None:
    return None if file.reports is None else Senders(file.reports.proxies, place(("reports", "proxies")))


def _controls(file: Configuration, things: tuple[Watched, ...], place: Place) -> tuple[Check, ...]:
    if file.controls is not None:
        return tuple(check(c, place(("controls", n)), timeout=3.0) for n, c in enumerate(file.controls))
    if all(is_local(thing.check) for thing in things):
        return ()
    return tuple(check(address, timeout=3.0) for address in CONTROLS)
