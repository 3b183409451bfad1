"""What a wrong map leaves over: rows that fail beside a cause because an edge to it is missing on the map.

The search explains such rows by something small beside the cause: a cable route most of whose exchanges the cause takes
anyway, or one exchange among neighbours that are all out. That is a doubt about the map, not a cause. It stays in the
explanation, where it keeps the rows from speaking against the cause, and is told to operators as what it is.
"""

import numpy as np

from lightship.explain.score import Fit, Part, Scorer

MOSTLY = 0.4
"""Share of its own rows, or of those of something that it hangs on, that something broader takes anyway."""

BEYOND, A_CAUSE = 0.3, 60.0
"""Share of its own rows that nothing broader takes, and nats that these say for it, net of those that are up, from
which it is a cause of its own: more than a few missing edges make, and more than one edge in twenty."""

TAKEN = 0.5
"""Share of a row lost from which it counts as taken."""


def residues(scorer: Scorer, fit: Fit) -> frozenset[int]:
    """Components (numbers) of the explanation that are doubts about the map and no causes; never the broadest one."""
    known = scorer.known
    real = [part for part in fit.parts if part[0] < known.components]
    if len(real) < 2:
        return frozenset()
    worth = {part: fit.total - scorer.fit(_without(fit, part)).total for part in real}
    strongest = max(real, key=lambda part: (round(worth[part], 6), known.names[part[0]]))
    return frozenset(part[0] for part in real if part != strongest and _is_left_over(scorer, fit, part))


def _without(fit: Fit, part: Part) -> tuple[Part, ...]:
    return tuple(each for each in fit.parts if each != part)


def _is_left_over(scorer: Scorer, fit: Fit, part: Part) -> bool:
    known, own = scorer.known, scorer.known.rows_of(part[0])
    if not len(own):
        return False
    rest = _without(fit, part)
    # Of what is out beside it only what is broader: else many narrow doubts would make a doubt of the cause itself.
    broader = tuple(each for each in rest if each[0] < known.components and known.width[each[0]] > len(own))
    taken = scorer.fit(broader).loss >= TAKEN
    if _is_a_cause(scorer, part, own[~taken[own]], len(own)):
        return False
    if float(taken[own].mean()) >= MOSTLY:
        return True
    alone = frozenset(own.tolist())
    for above in known.needed_by(part[0]):
        beside = [row for row in known.rows_of(above).tolist() if row not in alone]
        if beside and above not in {cause for cause, _ in rest} and float(taken[beside].mean()) >= MOSTLY:
            return True
    return False


def _is_a_cause(scorer: Scorer, part: Part, beyond: np.ndarray, of: int) -> bool:
    """Whether what nothing broader takes is too much for a mistake of the map."""
    nats = scorer.value(scorer.fit((part,)))[beyond]
    return len(beyond) >= BEYOND * of and float(nats.sum()) >= A_CAUSE
