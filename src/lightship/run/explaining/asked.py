"""What was asked for: which incident, from where, as of when."""

from pathlib import Path

from msgspec.structs import replace

from lightship.run.certifying.certificate import Certificate, certificate, steps
from lightship.run.explaining.explanation import Certify, Explanation, explanation
from lightship.run.explaining.folded import chosen, fold, main_way
from lightship.run.explaining.log import Log, of_scenario, of_store
from lightship.run.explaining.weighed import Weighed
from lightship.run.progress import Progress
from lightship.run.scenario_file import open_scenario
from lightship.simulate.offsets import parse_offset
from lightship.vocabulary.components import NetworkMap
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.incidents import IncidentId
from lightship.vocabulary.time import Instant, iso, parse_iso


def explained(
    incident: str,
    data: Path | None,
    at: str | None,
    seed: int | None,
    quiet: bool,
    certify: float | None = None,
    suppose: tuple[str, ...] = (),
) -> tuple[Explanation, NetworkMap]:
    """The explanation, and the map that it is by.

    Args:
        certify: seconds in which to hold it against the best explanation; None: not.
        suppose: more observations, in words.

    Raises:
        BadInput: no such incident, store or scenario; an instant that makes no sense; nothing to explain then.
        StoreRefused: the store cannot be read.
    """
    if data is not None and seed is not None:
        raise BadInput("--seed", "a seed beside a store", "one or the other: what a store holds has happened")
    log, wanted, until = _log(incident, data, at, seed)
    with Progress("events", total=log.length) as progress:
        folded = fold(log, until, (lambda: None) if quiet else progress.advance)
    way = main_way(folded) if wanted is None else folded.ways.get(wanted)
    if way is None:
        raise BadInput(incident, _nothing(wanted, until), "a later instant with --at, or another incident")
    search = chosen(way, until)
    if search is None or search.after.stages is None:
        raise BadInput(
            way.incident.id, "no search for a cause was made for it" + (f" until {iso(until)}" if until else ""),
            "a later instant with --at: a cause is searched for once an alarm stands",
        )  # fmt: skip
    held = None if certify is None else _certifying(certify, quiet)
    return explanation(log, folded, way, search, held, suppose), search.after.stages.feet.network


def _certifying(seconds: float, quiet: bool) -> Certify:
    def certify(taken: Weighed) -> Certificate:
        total = steps(taken.scorer, taken.fit, taken.members)
        with Progress("explanations", total=total) as progress:
            step = (lambda: None) if quiet else progress.advance
            return certificate(taken.scorer, taken.fit, taken.members, seconds, step)

    return certify


def _log(
    incident: str, data: Path | None, at: str | None, seed: int | None
) -> tuple[Log, IncidentId | None, Instant | None]:
    if data is not None:
        log, wanted = of_store(data, incident)
        onset = next(each.onset.likeliest for each in log.incidents if each.id == wanted)
        return log, wanted, _until(at, onset)
    scenario = open_scenario(incident)
    scenario = scenario if seed is None else replace(scenario, seed=seed)
    until = _until(at, scenario.t0)
    return of_scenario(scenario, until), None, until


def _until(at: str | None, onset: Instant) -> Instant | None:
    """Spans count from the onset."""
    if at is None:
        return None
    try:
        return Instant(onset + parse_offset(at.removeprefix("+")))
    except ValueError:
        pass
    try:
        return parse_iso(at)
    except ValueError:
        raise BadInput(
            "--at",
            repr(at),
            "a span after the onset such as +12m, or an instant such as 2016-07-20T07:05:00Z",
        ) from None


def _nothing(wanted: IncidentId | None, until: Instant | None) -> str:
    when = f" by {iso(until)}" if until is not None else ""
    return f"it had not been opened{when}" if wanted is not None else f"no incident was opened{when}"
