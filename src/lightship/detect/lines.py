"""Is a vantage's own line up? While it is in doubt, its failures say nothing about anybody else."""

from lightship.detect.moments import Moment
from lightship.detect.plan import Plan
from lightship.vocabulary.settings import Settings

Lines = tuple[tuple[str, bool], ...]
"""(vantage, True where its line is up again, False where it came into doubt)."""


def changed(plan: Plan, ring: tuple[Moment, ...], settings: Settings) -> Lines:
    """The vantages whose line came into doubt, or out of it, in the latest tick.

    Only where a hub watches: in a replay there is nobody to be told.
    """
    if not settings.counts_networks or not ring:
        return ()
    found = []
    for vantage, in_doubt in _doubts(plan, ring[-1]).items():
        earlier = (_doubts(plan, each).get(vantage) for each in reversed(ring[:-1]))
        before = next((each for each in earlier if each is not None), False)
        if in_doubt != before:
            found.append((vantage, not in_doubt))
    return tuple(found)


def _doubts(plan: Plan, moment: Moment) -> dict[str, bool]:
    """Of each vantage that measured anything: did something fail that cannot be believed?"""
    doubts: dict[str, bool] = {}
    for probe, failures, wrong in zip(moment.probes, moment.failures, moment.wrong, strict=True):
        vantage = plan.watchers.rows[probe].vantage
        doubts[vantage] = doubts.get(vantage, False) or bool(failures > 0 and wrong >= 0.5)
    return doubts
