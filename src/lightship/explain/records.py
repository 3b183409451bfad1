"""What speaks for a cause and what against it: groups of alike rows, the largest first."""

from collections.abc import Iterable, Sequence

import numpy as np

from lightship.explain.chance import by_chance
from lightship.explain.classes import ClassFound
from lightship.explain.groups import CLEARLY, differences, unexplained
from lightship.explain.margin import Rival
from lightship.explain.naming import name_of, path_name
from lightship.explain.score import Fit, Part, Scorer
from lightship.vocabulary.components import ComponentId
from lightship.vocabulary.diagnosis import Decisive, Explained, LikelihoodRatio, RunnerUp
from lightship.vocabulary.rounding import rounded

LISTED = 5
LEAST = 0.05
"""Nats below which a group is not worth a line."""

COMPARED = 4
"""Rivals whose own paths are looked at: "probes through Telehouse are fine" speaks for the other site."""

Records = tuple[LikelihoodRatio, ...]


def evidence(
    scorer: Scorer, fit: Fit, part: Part, found: ClassFound, others: Sequence[Rival]
) -> tuple[Records, Records]:
    """The five largest groups for and the five largest against the class.

    Nats are beside an explanation without the class; for what only a rival touches, beside that rival.
    """
    bare = scorer.fit(tuple(each for each in fit.parts if each != part))
    name = path_name(scorer.known, found.chosen)
    records = [*differences(scorer, fit, bare, name, ""), *unexplained(scorer, fit)]
    for rival in others[:COMPARED]:
        records += _only_the_rivals(scorer, fit, rival, name)
    first: dict[str, LikelihoodRatio] = {}
    for record in records:
        first.setdefault(record.observation, record)
    return _largest(first.values(), 1), _largest(first.values(), -1)


def runner_up(scorer: Scorer, fit: Fit, found: ClassFound, rival: Rival) -> RunnerUp:
    """A rival with the groups of rows that decide between it and the best explanation."""
    known = scorer.known
    members = tuple(known.feet.components[cause] for cause in rival.instead if cause < known.components)
    name, other = path_name(known, found.chosen), _name(scorer, rival)
    decisive = differences(scorer, fit, rival.fit, name, other)
    ordered = sorted(
        (r for r in decisive if abs(r.nats) > LEAST), key=lambda r: (-abs(r.nats), r.observation)
    )
    told = " and ".join(name_of(known, cause) for cause in rival.instead)
    return RunnerUp(
        tuple(ComponentId(each) for each in members), rival.behind, tuple(_decisive(r) for r in ordered[:LISTED]), told
    )  # fmt: skip


def _decisive(record: LikelihoodRatio) -> Decisive:
    rival = "fine" if record.expected == "out" else "out"
    return Decisive(record.observation, record.expected, rival, record.seen, record.nats)


def explained(scorer: Scorer, fit: Fit, part: Part) -> Explained:
    """The rows that the class accounts for, counted; rows of feeds left out."""
    table, known = scorer.table, scorer.known
    alone = scorer.fit((part,)).loss
    speaks = table.has_data & ~known.is_feed
    predicted = speaks & (alone > 0.0)
    down = speaks & (table.top >= CLEARLY)
    return Explained(
        down_seen=int((predicted & down).sum()),
        down_predicted=int(predicted.sum()),
        up_though_predicted=int((predicted & (scorer.value(fit) <= -CLEARLY)).sum()),
        unexplained=int((down & (fit.loss <= 0.0)).sum()),
        down_in_all=int(down.sum()), by_chance=rounded(by_chance(table.expected[speaks])),
    )  # fmt: skip


def _only_the_rivals(scorer: Scorer, fit: Fit, rival: Rival, name: str) -> list[LikelihoodRatio]:
    """Groups that the rival predicts down and the best explanation does not."""
    rows = np.flatnonzero((rival.fit.loss > fit.loss) & (fit.loss <= 0.0))
    return differences(scorer, fit, rival.fit, name, _name(scorer, rival), rows) if rival.instead else []


def _name(scorer: Scorer, rival: Rival) -> str:
    return " and ".join(path_name(scorer.known, cause) for cause in rival.instead) or "less"


def _largest(records: Iterable[LikelihoodRatio], sign: int) -> Records:
    kept = [record for record in records if sign * record.nats > LEAST]
    return tuple(sorted(kept, key=lambda record: (-sign * record.nats, record.observation))[:LISTED])
