"""What the search may add at once: one cause, or the members of a gate that must all fail to have an effect."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from lightship.explain.priors import RATE, SEVERITIES, severity_cost
from lightship.prevent.footprints import Footprints
from lightship.prevent.gates import SPLIT, CompiledGate
from lightship.prevent.health import Wiring

MOST_TOGETHER = 2
"""Members that a move of a gate may have. Three and more independent faults at once are rarer than the cause that they
share, and that cause is a component of its own; the local search still adds a third one singly."""


@dataclass(frozen=True)
class Moves:
    """Moves by rows, in compressed rows like a sparse matrix.

    Args:
        causes: per move, the causes that it adds, ascending. Of components with equal footprints only one stands here.
        start: (moves + 1,) where each move's entries begin.
        row, share: (entries,) the row, and the share of it lost when the move's causes fail whole and alone.
        cost: (moves, severities) log prior of each severity beside whole; -inf: not tried.
    """

    causes: tuple[tuple[int, ...], ...]
    start: np.ndarray
    row: np.ndarray
    share: np.ndarray
    cost: np.ndarray

    @cached_property
    def single(self) -> dict[int, int]:
        """The move that adds a cause alone, by the cause; of components with equal footprints only one has one."""
        return {causes[0]: move for move, causes in enumerate(self.causes) if len(causes) == 1}

    def prior(self, odds: np.ndarray) -> np.ndarray:
        """(moves,) log prior odds of each move, from those of the causes."""
        each, first = self._flat
        return np.asarray(np.add.reduceat(odds[each], first)) if len(each) else np.empty(0)

    @cached_property
    def _flat(self) -> tuple[np.ndarray, np.ndarray]:
        """The causes of all moves one after the other, and where each move's begin."""
        first = np.cumsum([0, *(len(each) for each in self.causes)])[:-1]
        return np.array([cause for causes in self.causes for cause in causes], dtype=np.int64), first


def moves_of(feet: Footprints, pseudo: Sequence[tuple[np.ndarray, float]]) -> Moves:
    """Single components (one of each class of equal footprints), pseudo-causes with these rows and this share of them,
    pairs behind gates.
    """
    entries: list[tuple[tuple[int, ...], np.ndarray, np.ndarray]] = []
    for number in _one_of_each(feet):
        begin, end = feet.share.indptr[number], feet.share.indptr[number + 1]
        if end > begin:
            entries.append(((number,), feet.share.indices[begin:end], feet.share.data[begin:end]))
    for n, (rows, share) in enumerate(pseudo):
        entries.append(((len(feet.components) + n,), rows, np.full(len(rows), share)))
    for pair, loss in _pairs(feet):
        hit = np.flatnonzero(loss)
        entries.append((pair, hit, loss[hit]))
    return Moves(
        causes=tuple(causes for causes, _, _ in entries),
        start=np.cumsum([0, *(len(rows) for _, rows, _ in entries)]),
        row=np.concatenate([np.empty(0, np.int64), *(rows for _, rows, _ in entries)]).astype(np.int64),
        share=np.concatenate([np.empty(0), *(share for _, _, share in entries)]),
        cost=np.array([_costs(causes, len(feet.components)) for causes, _, _ in entries]).reshape(
            -1, len(SEVERITIES)
        ),
    )


def _costs(causes: tuple[int, ...], components: int) -> list[float]:
    """Pairs fail whole or not at all; pseudo-causes take any share alike."""
    if len(causes) > 1:
        return [0.0 if share >= 1.0 else -np.inf for share in SEVERITIES]
    return [severity_cost(share) if causes[0] < components else 0.0 for share in SEVERITIES]


def _one_of_each(feet: Footprints) -> list[int]:
    """The likeliest member of each class, the first by id where equal: the order of the map does not matter."""
    order = sorted(
        range(len(feet.components)),
        key=lambda n: (-RATE[feet.network.components[n].kind], feet.components[n]),
    )
    labels = feet.classes.tolist()
    best: dict[int, int] = {}
    for number in order:
        best.setdefault(labels[number], number)
    return sorted(best.values())


def _pairs(feet: Footprints) -> Iterator[tuple[tuple[int, ...], np.ndarray]]:
    """Pairs that fail a gate, with what they take down together: both footprints and that of what the gate carries."""
    behind = _behind(feet.wiring)
    for pair in sorted(behind, key=lambda two: tuple(feet.components[n] for n in two)):
        loss = np.maximum(_footprint(feet, pair[0]), _footprint(feet, pair[1]))
        alone = loss.copy()
        for owner in behind[pair]:
            together = (
                feet.wiring.losses(dict.fromkeys(pair, 1.0)) if owner is None else _footprint(feet, owner)
            )
            np.maximum(loss, together, out=loss)
        if np.any(loss > alone + 1e-9):
            yield pair, loss


def _behind(wiring: Wiring) -> dict[tuple[int, ...], dict[int | None, None]]:
    """Per pair, the components whose gate it fails; None stands for a row or a service."""
    found: dict[tuple[int, ...], dict[int | None, None]] = {}
    owners = [
        *((n, gates) for n, gates in enumerate(wiring.gates)),
        *((None, gates) for gates in wiring.row_gates),
        *((None, gates) for gates in wiring.service_gates),
    ]
    for owner, gates in owners:
        for gate in gates:
            for pair in _failing(gate):
                found.setdefault(pair, {})[owner] = None
    return found


def _failing(gate: CompiledGate) -> Iterator[tuple[int, ...]]:
    """The smallest sets of needs that fail the gate together, where they have 2 to MOST_TOGETHER members."""
    how, needs = gate
    if how is None or how == SPLIT:
        return
    fewest = len(needs) - how + 1
    if 2 <= fewest <= MOST_TOGETHER:
        yield from combinations(sorted(dict.fromkeys(on for on, _ in needs)), fewest)


def _footprint(feet: Footprints, number: int) -> np.ndarray:
    dense = np.zeros(len(feet.rows))
    begin, end = feet.share.indptr[number], feet.share.indptr[number + 1]
    dense[feet.share.indices[begin:end]] = feet.share.data[begin:end]
    return dense
