"""From a configuration to what is to be done: every address read, every name looked up, before anything starts."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from lightship.edges.files.obligations_file import obligations
from lightship.edges.files.yaml_marks import written
from lightship.edges.metrics.on_request import OnRequest
from lightship.edges.probes.address import check
from lightship.edges.probes.beats import Beats
from lightship.edges.probes.gateway import is_local
from lightship.edges.probes.probe import Check
from lightship.edges.probes.prober import Duty
from lightship.edges.web.senders import Senders
from lightship.run.check_entries import BEATS, Place, entries_of
from lightship.run.configuration import (
    CONTROLS,
    EVERY,
    TIMEOUT,
    Configuration,
    Page,
    Reports,
    read_file,
)
from lightship.run.feeds_file import PlannedFeed, planned, with_feeds
from lightship.run.listening import host_and_port
from lightship.run.mapped import Entry, paths_of, split, vantage_in
from lightship.run.maps import MADE, open_map, places_of
from lightship.run.mirroring import MirrorPlan, mirrors_plan
from lightship.run.on_request_plan import on_request
from lightship.run.telling_plan import TellingPlan, telling_plan
from lightship.run.watched import HERE, Seat, Watched, called, duties, network, watched
from lightship.vocabulary.components import NetworkMap, ProbePath
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.map_version import versioned
from lightship.vocabulary.obligations import Obligation
from lightship.vocabulary.settings import Settings
from lightship.vocabulary.zones import zone


class Plan(msgspec.Struct, frozen=True):
    """What is to be done, checked."""

    settings: Settings
    network: NetworkMap
    duties: tuple[Duty, ...]
    things: tuple[Watched, ...]
    controls: tuple[Check, ...]
    store: Path
    site: Path
    host: str
    port: int
    reports: Reports | None = None
    senders: Senders | None = None
    api: Senders | None = None
    telling: TellingPlan | None = None
    mirrors: tuple[MirrorPlan, ...] = ()
    feeds: tuple[PlannedFeed, ...] = ()
    contact: str = ""
    console: Senders | None = None
    rules: tuple[Obligation, ...] = ()
    file: Configuration = Configuration()
    seats: tuple[Seat, ...] = ()
    certificate: tuple[Path, Path] | None = None
    on_request: OnRequest | None = None


def read(path: Path, seats: Sequence[Seat] = ()) -> Plan:
    """Read and check a configuration. Raises BadInput naming file, line and path."""
    file, document = read_file(path)
    return plan(file, path.parent, document.place, seats)


def plan(file: Configuration, folder: Path, place: Place = written, seats: Sequence[Seat] = ()) -> Plan:
    """Check a configuration. Raises BadInput.

    Args:
        folder: what relative paths are relative to. seats: vantages elsewhere.
    """
    if not file.checks and not file.map:
        raise BadInput(place(("checks",)), "nothing to watch", "name an address, such as https://example.org")
    _zone(file.zone, place(("zone",)))
    entries = [
        entry for n, each in enumerate(file.checks) for entry in entries_of(n, each, file, folder, place)
    ]
    host, port = host_and_port(file.page.listen, place(("page", "listen")))
    settings = Settings(
        runs_it=file.runs_it, zone=file.zone, address=file.page.address.rstrip("/"), contact=file.contact,
        one_vantage=True, false_alarms_a_year=_budget(file.false_alarms_a_year, place),
        takes_reports=file.reports is not None,
        partial_after_minutes=_patience(file.partial_after, place) if seats else 0,
    )  # fmt: skip
    made, todo, things, controls = (_mapped if file.map else _listed)(file, entries, folder, place, seats)
    feeds = planned(file.feeds, made, folder, place)
    if feeds:
        made = versioned(msgspec.structs.replace(made, feeds=with_feeds(made, feeds)))
    telling = telling_plan(file, made, place)
    if telling is not None:
        settings = msgspec.structs.replace(settings, channels=telling.stated)
    return Plan(
        settings, made, todo, things, controls, folder / file.store, folder / file.page.directory, host, port,
        file.reports, _senders(file, place), _api(file, place), telling,
        mirrors_plan(file, made, folder / file.store, place), feeds, file.contact,
        Senders(file.console.proxies, place(("console", "proxies"))) if file.console else None,
        obligations(folder / file.obligations if file.obligations else None),
        file, tuple(seats), _certificate(file.page, folder, place), on_request(file, place),
    )  # fmt: skip


Watching = tuple[NetworkMap, tuple[Duty, ...], tuple[Watched, ...], tuple[Check, ...]]


def _listed(
    file: Configuration, entries: Sequence[Entry], folder: Path, place: Place, seats: Sequence[Seat]
) -> Watching:
    """A map made of the checks alone."""
    if file.vantage:
        raise BadInput(place(("vantage",)), "a vantage without a map", "name the map, or leave it out")
    things = watched(entries)
    controls = _controls(file, things, place)
    places = places_of(file.reports.places, folder) if file.reports else None
    here = Seat(HERE, file.network or HERE, file.region)
    made = network(file.provider or called(things), things, controls, places, here, seats)
    return made, duties(things, controls), things, controls


def _mapped(
    file: Configuration, entries: Sequence[Entry], folder: Path, place: Place, seats: Sequence[Seat]
) -> Watching:
    """The operator's own map; checks only say how its probes are made."""
    for key, said in (("provider", file.provider), ("controls", file.controls)):
        if said:
            raise BadInput(place((key,)), f"{key} stands in the map", "leave it out here")
    made = open_map(file.map if file.map in MADE else str(folder / file.map)).network
    paths = paths_of(made, vantage_in(made, file.vantage, place(("vantage",))))
    known = {each.target for each in made.probes}
    for number, (each, _, _) in enumerate(entries):
        if each.address not in known:
            raise BadInput(
                place(("checks", number)), f"no probe of the map measures {each.address}",
                f"add one to {file.map}, or leave it out",
            )  # fmt: skip
    things, controls, todo = split(paths, _checks_of(paths, entries, file.contact, place))
    return made, todo, things, controls


def _checks_of(
    paths: Sequence[ProbePath], entries: Sequence[Entry], contact: str, place: Place
) -> dict[tuple[str, int], Entry]:
    """One for each path: as the file says, or by the defaults."""
    said = {entry[0].address: entry for entry in entries}
    found: dict[tuple[str, int], Entry] = {}
    for path in paths:
        made, name, every = said.get(path.target) or (
            check(path.target, f"{place(('map',))} probes", timeout=TIMEOUT, contact=contact), "", EVERY,
        )  # fmt: skip
        found[path.target, path.family] = msgspec.structs.replace(made, family=path.family), name, every
    return found


def _budget(a_year: float, place: Place) -> float:
    if not 0.1 <= a_year <= 1000.0:
        raise BadInput(
            place(("false_alarms_a_year",)),
            f"{a_year:g}",
            "a budget between 0.1 and 1000 for the whole deployment",
        )
    return a_year


def _zone(name: str, where: str) -> None:
    try:
        zone(name)
    except BadInput as error:
        raise BadInput(where, error.found, error.would_do) from None


def beats_of(plan: Plan) -> Beats:
    """Where signs of life are kept. A check that comes with a later reload is waited for from its first look on."""
    waiting = {duty.check.host for duty in plan.duties if duty.check.scheme == "heartbeat"}
    return Beats(plan.store.with_suffix(BEATS), waiting)


def _senders(file: Configuration, place: Place) -> Senders | None:
    return None if file.reports is None else Senders(file.reports.proxies, place(("reports", "proxies")))


def _patience(minutes: int, place: Place) -> int:
    if not 3 <= minutes <= 120:
        raise BadInput(place(("partial_after",)), f"{minutes}", "3 to 120 minutes")
    return minutes


def _certificate(page: Page, folder: Path, place: Place) -> tuple[Path, Path] | None:
    if not page.certificate and not page.key:
        return None
    for key, said in (("certificate", page.certificate), ("key", page.key)):
        if not said or not (folder / said).is_file():
            raise BadInput(
                place(("page", key)), repr(said), "a file in PEM form; certificate and key go together"
            )
    return folder / page.certificate, folder / page.key


def _api(file: Configuration, place: Place) -> Senders | None:
    """A proxy that is named for the form stands before the interface, too: both have one address."""
    if file.api is None:
        return None
    named = Senders(file.api.proxies, place(("api", "proxies")))
    return Senders([*file.api.proxies, *file.reports.proxies]) if file.reports else named


def _controls(file: Configuration, things: tuple[Watched, ...], place: Place) -> tuple[Check, ...]:
    if file.controls is not None:
        return tuple(check(c, place(("controls", n)), timeout=3.0) for n, c in enumerate(file.controls))
    if all(is_local(thing.check) for thing in things):
        return ()
    return tuple(check(address, timeout=3.0) for address in CONTROLS)
