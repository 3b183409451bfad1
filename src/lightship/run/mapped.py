"""What `serve` watches where an operator's own map says it: the probes of one vantage, by their addresses."""

from collections.abc import Mapping, Sequence

from lightship.edges.probes.probe import Check
from lightship.edges.probes.prober import Duty
from lightship.run.watched import Watched, short_name
from lightship.vocabulary.components import NetworkMap, ProbePath
from lightship.vocabulary.errors import BadInput
from lightship.vocabulary.services import ServiceId

Entry = tuple[Check, str, float]
"""A check, what people call it, and the seconds between two probes."""


def vantage_in(network: NetworkMap, wanted: str, place: str) -> str:
    """The vantage that this machine is: the named one, or the only one there is.

    Raises:
        BadInput: there is no such vantage, or several and none was named.
    """
    there = list(dict.fromkeys(path.vantage for path in network.probes))
    if wanted in there or (not there and not wanted):
        return wanted
    if len(there) == 1 and not wanted:
        return there[0]
    found = f"the map has no vantage {wanted!r}" if wanted else "which vantage of the map is this machine?"
    raise BadInput(place, found, f"vantage: one of {', '.join(there)}" if there else "leave it out")


def paths_of(network: NetworkMap, vantage: str) -> tuple[ProbePath, ...]:
    """What is measured from there."""
    return tuple(path for path in network.probes if path.vantage == vantage)


def split(
    paths: Sequence[ProbePath], checks: Mapping[tuple[str, int], Entry]
) -> tuple[tuple[Watched, ...], tuple[Check, ...], tuple[Duty, ...]]:
    """What is watched, the control targets, and what the prober is to do.

    Args:
        checks: by address and family, one for each path.
    """
    mine = [(path, checks[path.target, path.family]) for path in paths]
    things = [
        Watched(check, name or short_name(check), path.service or ServiceId(""), every)
        for path, (check, name, every) in mine
        if not path.control
    ]
    controls = [check for path, (check, _, _) in mine if path.control]
    duties = [Duty(check, path.vantage, every) for path, (check, _, every) in mine]
    return tuple(things), tuple(controls), tuple(duties)
